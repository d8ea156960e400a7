// SPDX-License-Identifier: Apache-2.0
#include "training/json_slices.h"

#include "engine/base/error.h"

#include <algorithm>

namespace lapilli::training {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// A position in the text that counts lines as it moves.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  [[nodiscard]] uint64_t offset() const { return at_; }
  [[nodiscard]] uint64_t line() const { return line_; }

  char next() {
    const char c = text_[at_++];
    if (c == '\n') ++line_;
    return c;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(peek())) next();
  }
  /// Moves behind the closing quote; false when the text ends before it.
  bool skip_string() {
    while (!at_end()) {
      const char c = next();
      if (c == '"') return true;
      if (c == '\\' && !at_end()) next();
    }
    return false;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  uint64_t line_ = 1;
};

/// Moves behind one element of an array; false when the text ends inside it.
bool skip_element(Cursor& cursor) {
  size_t depth = 0;
  while (!cursor.at_end()) {
    if (depth == 0 && (cursor.peek() == ',' || cursor.peek() == ']' || is_blank(cursor.peek()))) return true;
    const char c = cursor.next();
    if (c == '"' && !cursor.skip_string()) return false;
    if (c == '{' || c == '[') ++depth;
    if (depth > 0 && (c == '}' || c == ']') && --depth == 0) return true;
  }
  return false;
}

}  // namespace

std::optional<SliceProblem> visit_array(std::string_view text, const SliceVisitor& visit) {
  Cursor cursor(text);
  cursor.skip_blanks();
  if (cursor.at_end() || cursor.next() != '[') return SliceProblem{cursor.line(), "the file is not a list"};
  cursor.skip_blanks();
  for (bool first = true;; first = false) {
    cursor.skip_blanks();
    if (cursor.at_end()) return SliceProblem{cursor.line(), "the file ends before the list's closing ]"};
    if (first && cursor.peek() == ']') break;
    const JsonSlice start{cursor.offset(), 0, cursor.line()};
    if (!skip_element(cursor)) return SliceProblem{start.line, "the file ends inside the record"};
    if (cursor.offset() == start.offset) {
      return SliceProblem{start.line, lapilli::text("found ", cursor.peek(), " where a record should begin")};
    }
    visit({start.offset, cursor.offset() - start.offset, start.line});
    cursor.skip_blanks();
    if (cursor.at_end()) return SliceProblem{cursor.line(), "the file ends before the list's closing ]"};
    if (cursor.peek() == ']') break;
    if (cursor.peek() != ',') {
      return SliceProblem{cursor.line(), "the record is not followed by , or ]: its brackets don't match"};
    }
    cursor.next();
  }
  cursor.next();
  cursor.skip_blanks();
  if (!cursor.at_end()) return SliceProblem{cursor.line(), "something stands behind the list's closing ]"};
  return std::nullopt;
}

void visit_lines(std::string_view text, const SliceVisitor& visit) {
  size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (uint64_t line = 1; at < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view content = text.substr(at, end - at);
    if (!std::ranges::all_of(content, is_blank)) visit({at, content.size(), line});
    at = end + 1;
  }
}

}  // namespace lapilli::training
