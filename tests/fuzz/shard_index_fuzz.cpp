// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/io/shard_index.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)lapilli::parse_shard_index(lapilli::as_string_view(bytes));
  return 0;
}
