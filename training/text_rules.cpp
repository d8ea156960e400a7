// SPDX-License-Identifier: Apache-2.0
#include "training/text_rules.h"

#include <cstdint>

namespace lapilli::training {
namespace {

/// The length of the space at the start of `text`; 0 when another character stands there.
size_t space_size(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0u; };
  const uint32_t first = byte(0);
  if (first < 0x80) return (first >= 0x09 && first <= 0x0D) || (first >= 0x1C && first <= 0x20) ? 1 : 0;
  if (first == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
  if (first < 0xE0 || first > 0xEF) return 0;
  const uint32_t point = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  const bool space = point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
                     point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
  return space && text.size() >= 3 ? 3 : 0;
}

/// Where the last character begins. Precondition: not empty.
size_t last_character(std::string_view text) {
  size_t at = text.size() - 1;
  while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

std::string_view strip(std::string_view text) {
  while (const size_t size = space_size(text)) text.remove_prefix(size);
  while (!text.empty()) {
    const size_t at = last_character(text);
    if (space_size(text.substr(at)) != text.size() - at) break;
    text = text.substr(0, at);
  }
  return text;
}

size_t count_words(std::string_view text) {
  size_t words = 0;
  bool inside = false;
  for (size_t at = 0; at < text.size();) {
    const size_t space = space_size(text.substr(at));
    if (space == 0 && !inside) ++words;
    inside = space == 0;
    at += space == 0 ? 1 : space;
  }
  return words;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (size_t at; (at = text.find(separator)) != std::string_view::npos;
       text.remove_prefix(at + separator.size())) {
    parts.push_back(text.substr(0, at));
  }
  parts.push_back(text);
  return parts;
}

size_t count(std::string_view text, std::string_view part) {
  return split(text, part).size() - 1;
}

std::string without(std::string_view text, std::string_view part) {
  std::string result;
  for (const std::string_view piece : split(text, part)) result += piece;
  return result;
}

}  // namespace lapilli::training
