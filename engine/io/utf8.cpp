// SPDX-License-Identifier: Apache-2.0
#include "engine/io/utf8.h"

namespace lapilli {
namespace {

struct ByteRange {
  unsigned low, high;
};

size_t length_from_lead(unsigned lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte is where overlong forms, surrogates and too large values are told apart.
ByteRange second_byte(unsigned lead) {
  switch (lead) {
    case 0xE0:
      return {0xA0, 0xBF};
    case 0xED:
      return {0x80, 0x9F};
    case 0xF0:
      return {0x90, 0xBF};
    case 0xF4:
      return {0x80, 0x8F};
    default:
      return {0x80, 0xBF};
  }
}

}  // namespace

Utf8Start utf8_start(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
  const size_t length = length_from_lead(byte(0));
  if (length == 0) return {Utf8Start::Kind::kInvalid, 1};
  for (size_t i = 1; i < length; ++i) {
    if (i == bytes.size()) return {Utf8Start::Kind::kIncomplete, i};
    const ByteRange range = i == 1 ? second_byte(byte(0)) : ByteRange{0x80, 0xBF};
    if (byte(i) < range.low || byte(i) > range.high) return {Utf8Start::Kind::kInvalid, 1};
  }
  return {Utf8Start::Kind::kCharacter, length};
}

std::string take_complete_utf8(std::string& bytes) {
  std::string complete;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const Utf8Start start = utf8_start(rest);
    if (start.kind == Utf8Start::Kind::kIncomplete) break;
    complete +=
        start.kind == Utf8Start::Kind::kCharacter ? rest.substr(0, start.size_bytes) : kReplacementCharacter;
    rest.remove_prefix(start.size_bytes);
  }
  bytes.erase(0, bytes.size() - rest.size());
  return complete;
}

std::string to_valid_utf8(std::string_view bytes) {
  std::string rest(bytes);
  std::string valid = take_complete_utf8(rest);
  for (size_t i = 0; i < rest.size(); ++i) valid += kReplacementCharacter;
  return valid;
}

}  // namespace lapilli
