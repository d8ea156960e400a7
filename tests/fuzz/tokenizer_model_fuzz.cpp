// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exercise_tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli;
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)is_sentencepiece_model(bytes);
  test::exercise_tokenizer(read_sentencepiece_model(bytes));
  test::exercise_tokenizer(read_llama2c_vocabulary(bytes));
  return 0;
}
