// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"

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
  explicit StrictRules(const JsonLimits& limits) : limits_(limits) {}

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
    throw Error(ErrorCode::kBadFile, text("not valid JSON: ", error.what()), text("offset ", position));
  }

 private:
  bool descend() {
    if (++depth_ <= limits_.max_depth) return true;
    throw Error(ErrorCode::kBadFile, text("JSON is nested deeper than ", limits_.max_depth, " levels"));
  }

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
    StrictRules rules(limits);
    Json::sax_parse(source.begin(), source.end(), &rules);
    return Json::parse(source.begin(), source.end());
  });
}

}  // namespace lapilli
