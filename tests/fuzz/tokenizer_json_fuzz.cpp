// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exercise_tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lapilli;
  test::exercise_tokenizer(read_tokenizer_json(as_string_view(std::as_bytes(std::span(data, size)))));
  return 0;
}
