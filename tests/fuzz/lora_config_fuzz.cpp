// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/io/lora_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)lapilli::parse_lora_config(lapilli::as_string_view(bytes));
  return 0;
}
