// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/character_source.h"

#include "engine/base/error.h"
#include "engine/io/utf8.h"
#include "engine/runtime/grammar/expression.h"

#include <algorithm>

namespace lapilli {

std::string utf8_of(uint32_t code_point) {
  const auto lead = [&](uint32_t mark, int shift) { return static_cast<char>(mark | code_point >> shift); };
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) return {lead(0, 0)};
  if (code_point < 0x800) return {lead(0xC0, 6), tail(0)};
  if (code_point < 0x10000) return {lead(0xE0, 12), tail(6), tail(0)};
  return {lead(0xF0, 18), tail(12), tail(6), tail(0)};
}

bool CharacterSource::take(std::string_view text) {
  if (!looks_at(text)) return false;
  at_ += text.size();
  return true;
}

uint32_t CharacterSource::code_point() {
  const std::string_view rest = source_.substr(at_);
  const size_t size = utf8_start(rest).size_bytes;
  at_ += size;
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(rest[i])); };
  uint32_t code = size == 1 ? byte(0) : byte(0) & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3F);
  return code;
}

std::optional<uint32_t> CharacterSource::hexadecimal(size_t digits) {
  uint32_t value = 0;
  if (source_.size() - at_ < digits) return std::nullopt;
  for (const char c : source_.substr(at_, digits)) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const size_t digit = kDigits.find(lower);
    if (digit == kDigits.npos) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  at_ += digits;
  return value;
}

std::optional<uint32_t> CharacterSource::decimal(size_t begin, uint32_t most) {
  std::optional<uint64_t> value;
  for (; !at_end() && peek() >= '0' && peek() <= '9'; skip()) {
    value = value.value_or(0) * 10 + static_cast<uint64_t>(peek() - '0');
    if (*value > most) fail_at(begin, text("the number of repetitions is over ", most));
  }
  if (!value) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

std::optional<std::pair<uint32_t, uint32_t>> CharacterSource::repetition(uint32_t limit) {
  const size_t begin = at_;
  if (take("*")) return std::pair(0u, Expression::kUnlimited);
  if (take("+")) return std::pair(1u, Expression::kUnlimited);
  if (take("?")) return std::pair(0u, 1u);
  if (take("{")) return counts(begin, limit);
  return std::nullopt;
}

/// What stands behind the bracket at `begin`.
std::pair<uint32_t, uint32_t> CharacterSource::counts(size_t begin, uint32_t limit) {
  const auto least = decimal(begin, limit);
  const bool has_comma = take(",");
  const auto most = has_comma ? decimal(begin, limit) : least;
  if (!take("}") || (!least && !most)) fail_at(begin, "expected {m}, {m,} or {m,n}");
  if (most && *most < least.value_or(0))
    fail_at(begin, text("the most, ", *most, ", is below the least, ", *least));
  return {least.value_or(0), most.value_or(Expression::kUnlimited)};
}

std::string CharacterSource::place(size_t position) const {
  const std::string_view before = source_.substr(0, position);
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto column =
      1 + std::count_if(before.begin() + static_cast<ptrdiff_t>(line_begin), before.end(), begins_character);
  return text("line ", 1 + std::count(before.begin(), before.end(), '\n'), ", column ", column);
}

std::string CharacterSource::found() const {
  if (at_end()) return "the end";
  if (peek() == '\n') return "the line's end";
  return text("'", source_.substr(at_, utf8_start(source_.substr(at_)).size_bytes), "'");
}

void CharacterSource::fail_at(size_t position, const std::string& message) const {
  throw Error(ErrorCode::kInvalidArgument, message, place(position));
}

}  // namespace lapilli
