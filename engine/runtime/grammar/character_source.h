// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lapilli {

/// The bytes of a code point.
[[nodiscard]] std::string utf8_of(uint32_t code_point);

/// A text that is being parsed, and its errors' places. The text is valid UTF-8.
class CharacterSource {
 public:
  explicit CharacterSource(std::string_view source) : source_(source) {}

  [[nodiscard]] bool at_end() const { return at_ == source_.size(); }
  [[nodiscard]] char peek() const { return source_[at_]; }
  void skip() { ++at_; }
  [[nodiscard]] bool looks_at(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  /// Goes past this text where it stands here.
  [[nodiscard]] bool take(std::string_view text);
  [[nodiscard]] uint32_t code_point();
  /// A number of exactly so many digits; nothing is taken where there are others.
  [[nodiscard]] std::optional<uint32_t> hexadecimal(size_t digits);
  /// The least and most times that a mark here repeats what stands before it, unlimited as Expression has it:
  /// `*`, `+`, `?`, `{m}`, `{m,}`, `{,n}` or `{m,n}`, up to `limit`; nothing is taken where there is none.
  [[nodiscard]] std::optional<std::pair<uint32_t, uint32_t>> repetition(uint32_t limit);

  [[nodiscard]] size_t position() const { return at_; }
  void go_to(size_t position) { at_ = position; }
  /// "line 3, column 7"; columns count characters.
  [[nodiscard]] std::string place(size_t position) const;
  /// What stands here, for messages: "'x'", "the end".
  [[nodiscard]] std::string found() const;
  /// Throws kInvalidArgument.
  [[noreturn]] void fail(const std::string& message) const { fail_at(at_, message); }
  [[noreturn]] void fail_at(size_t position, const std::string& message) const;

 private:
  [[nodiscard]] std::pair<uint32_t, uint32_t> counts(size_t begin, uint32_t limit);
  [[nodiscard]] std::optional<uint32_t> decimal(size_t begin, uint32_t most);

  std::string_view source_;
  size_t at_ = 0;
};

}  // namespace lapilli
