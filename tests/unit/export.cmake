# SPDX-License-Identifier: Apache-2.0
lapilli_test(unit_export LABELS quick unit SOURCES fit_test.cpp random_model_test.cpp convert_rows_test.cpp
  LINK lapilli_runtime)
