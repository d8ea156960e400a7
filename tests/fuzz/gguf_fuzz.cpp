// SPDX-License-Identifier: Apache-2.0
#include "tests/support/exercise_models.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lapilli::test::exercise_gguf(std::as_bytes(std::span(data, size)));
  return 0;
}
