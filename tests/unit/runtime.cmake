# SPDX-License-Identifier: Apache-2.0
lapilli_test(unit_runtime LABELS quick unit SOURCES conversation_fit_test.cpp segment_times_test.cpp sequence_test.cpp LINK lapilli_runtime)
