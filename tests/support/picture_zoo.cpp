// SPDX-License-Identifier: Apache-2.0
#include "tests/support/picture_zoo.h"

#include <cstdio>
#include <fstream>

#include <zlib.h>

namespace lapilli::test {
namespace {

std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char letter : text.substr(0, text.find('='))) {
    buffer = buffer << 6 | static_cast<uint32_t>(kDigits.find(letter));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace

std::map<std::string, ZooPicture> read_picture_zoo() {
  std::ifstream file(LAPILLI_PICTURE_ZOO);
  std::map<std::string, ZooPicture> pictures;
  const auto entries = nlohmann::json::parse(file);
  for (const auto& [name, entry] : entries.items()) {
    pictures[name] = {.file = from_base64(entry.at("file").get<std::string>()), .expected = entry};
  }
  return pictures;
}

std::string crc32_hex(const void* data, size_t size) {
  char digits[9];
  const auto sum = crc32(0, static_cast<const Bytef*>(data), static_cast<uInt>(size));
  std::snprintf(digits, sizeof digits, "%08lx", sum);
  return digits;
}

}  // namespace lapilli::test
