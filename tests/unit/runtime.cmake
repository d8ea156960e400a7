# SPDX-License-Identifier: Apache-2.0
lapilli_test(unit_runtime LABELS quick unit SOURCES conversation_fit_test.cpp demo_model_path_test.cpp download_need_test.cpp segment_times_test.cpp sequence_test.cpp LINK lapilli_runtime)
lapilli_test(unit_model_loading LABELS quick unit SOURCES
  adapter_load_test.cpp model_load_mutations_test.cpp model_load_test.cpp model_projector_test.cpp
  model_refusal_adapter_test.cpp model_refusal_gguf_test.cpp model_refusal_test.cpp
  LINK lapilli_runtime lapilli_test_models)
