// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace lapilli::test {

/// One entry of tests/golden/images/pictures.json: a small picture file and what Pillow says of it.
struct ZooPicture {
  std::string file;         // the bytes
  nlohmann::json expected;  // "error", or "mode", "orientation", "ignore", "apply": [width, height, CRC-32]
};

/// Every picture of the collection by name; the name's ending is the format's.
std::map<std::string, ZooPicture> read_picture_zoo();

/// CRC-32 of zlib as eight hexadecimal digits.
std::string crc32_hex(const void* data, size_t size);

}  // namespace lapilli::test
