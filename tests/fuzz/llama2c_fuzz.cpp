// SPDX-License-Identifier: Apache-2.0
#include "tests/support/exercise_models.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto content = std::as_bytes(std::span(data, size));
  lapilli::test::exercise_llama2c(content);
  lapilli::test::exercise_llama2c_vocabulary(content);
  return 0;
}
