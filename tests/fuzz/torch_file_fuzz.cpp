// SPDX-License-Identifier: Apache-2.0
#include "engine/io/torch_file.h"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto tensors = lapilli::parse_torch_file(bytes);
  if (!tensors) return 0;
  for (const lapilli::StoredTensor& tensor : *tensors) {
    const auto count = lapilli::element_count(tensor.shape).value_or(0);
    if (count > 4096) continue;
    std::vector<std::byte> copy(count * tensor.type.block_bytes);
    (void)lapilli::copy_raw(tensor, 0, copy);
  }
  return 0;
}
