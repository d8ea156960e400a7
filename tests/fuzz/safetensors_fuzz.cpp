// SPDX-License-Identifier: Apache-2.0
#include "engine/io/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)lapilli::parse_safetensors(bytes);
  return 0;
}
