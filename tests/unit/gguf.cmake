# SPDX-License-Identifier: Apache-2.0
lapilli_test(unit_ggml_blocks LABELS quick unit SOURCES ggml_blocks_test.cpp LINK lapilli_io)
lapilli_test(unit_gguf LABELS quick unit SOURCES gguf_test.cpp gguf_refusal_test.cpp LINK lapilli_io)
lapilli_test(unit_quantize LABELS quick unit SOURCES quantize_test.cpp LINK lapilli_io)
lapilli_test(unit_llama2c LABELS quick unit SOURCES llama2c_test.cpp LINK lapilli_io)
lapilli_test(unit_model_mutations LABELS quick unit SOURCES model_mutations_test.cpp LINK lapilli_io)
target_compile_definitions(unit_quantize PRIVATE
  LAPILLI_QUANTIZE_SUMS="${PROJECT_SOURCE_DIR}/tests/golden/llama_cpp_quantize.json")
