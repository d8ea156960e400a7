// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::json;

/// Reads a document without keeping it and refuses what the library would let pass. (The library's own
/// callback, called while it builds the document, takes quadratic time in the number of sibling objects.)
class StrictRules : public nlohmann::json_sax<Json> {
 public:
  StrictRules(std::string_view source, const JsonLimits& limits) : source_(source), limits_(limits) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }

  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return descend();
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    throw Error(ErrorCode::kBadFile, text("key ", Json(name).dump(), " appears twice in one object"));
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return descend(); }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // The library counts what it has read, the end included.
    const size_t at = position == 0 ? 0 : position - 1;
    throw Error(ErrorCode::kBadFile, text("not valid JSON: ", found(at, error.id)), place_of(at));
  }

 private:
  bool descend() {
    if (++depth_ <= limits_.max_depth) return true;
    throw Error(ErrorCode::kBadFile, text("JSON is nested deeper than ", limits_.max_depth, " levels"));
  }

  [[nodiscard]] std::string found(size_t at, int error) const {
    constexpr int kNumberOutOfRange = 406;
    if (error == kNumberOutOfRange) return "a number is too large";
    if (at >= source_.size()) return "it ends too early";
    const auto byte = static_cast<unsigned char>(source_[at]);
    if (byte > ' ' && byte < 0x7f) return text("found '", source_[at], "' where it does not belong");
    constexpr char kDigits[] = "0123456789abcdef";
    return text("found the byte 0x", kDigits[byte >> 4], kDigits[byte & 15], " where it does not belong");
  }

  /// Lines are named where there are several.
  [[nodiscard]] std::string place_of(size_t at) const {
    const std::string_view before = source_.substr(0, at);
    const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::string column = text("column ", before.size() - line_begin + 1);
    if (source_.find('\n') == std::string_view::npos) return column;
    return text("line ", 1 + std::count(before.begin(), before.end(), '\n'), ", ", column);
  }

  std::string_view source_;
  JsonLimits limits_;
  size_t depth_ = 0;
  std::vector<std::unordered_set<std::string>> keys_;
};

}  // namespace

Result<nlohmann::json> parse_json(std::string_view source, const JsonLimits& limits) {
  if (source.size() > limits.max_size_bytes) {
    return Error(ErrorCode::kBadFile, text("JSON of ", source.size(), " bytes is larger than the limit of ",
                                           limits.max_size_bytes));
  }
  return try_result([&] {
    StrictRules rules(source, limits);
    Json::sax_parse(source.begin(), source.end(), &rules);
    return Json::parse(source.begin(), source.end());
  });
}

}  // namespace lapilli
