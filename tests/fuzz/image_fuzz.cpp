// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"

using namespace lapilli;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes content(reinterpret_cast<const std::byte*>(data), size);
  const auto loaded = decode_image(content, {.limits = {.max_side = 4096, .max_pixels = 1 << 22}});
  if (loaded)
    LAPILLI_ASSERT(loaded->image.pixels.size() == size_t{3} * loaded->image.width * loaded->image.height);
  return 0;
}
