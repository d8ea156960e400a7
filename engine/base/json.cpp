// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"

#include <string>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::json;

/// Refuses, while the document is being parsed, what the library would let pass.
class StrictRules {
 public:
  explicit StrictRules(const JsonLimits& limits) : limits_(limits) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
        keys_.emplace_back();
        require_depth(depth);
        break;
      case Json::parse_event_t::array_start:
        require_depth(depth);
        break;
      case Json::parse_event_t::object_end:
        keys_.pop_back();
        break;
      case Json::parse_event_t::key:
        if (!keys_.back().insert(parsed.get<std::string>()).second) {
          throw Error(ErrorCode::kBadFile, text("key ", parsed.dump(), " appears twice in one object"));
        }
        break;
      default:
        break;
    }
    return true;
  }

 private:
  void require_depth(int depth) const {
    if (static_cast<size_t>(depth) >= limits_.max_depth) {
      throw Error(ErrorCode::kBadFile, text("JSON is nested deeper than ", limits_.max_depth, " levels"));
    }
  }
  JsonLimits limits_;
  std::vector<std::unordered_set<std::string>> keys_;
};

}  // namespace

Result<nlohmann::json> parse_json(std::string_view source, const JsonLimits& limits) {
  if (source.size() > limits.max_size_bytes) {
    return Error(ErrorCode::kBadFile, text("JSON of ", source.size(), " bytes is larger than the limit of ",
                                           limits.max_size_bytes));
  }
  StrictRules rules(limits);
  try {
    return Json::parse(source.begin(), source.end(), std::ref(rules));
  } catch (const Error& error) {
    return error;
  } catch (const Json::parse_error& error) {
    return Error(ErrorCode::kBadFile, text("not valid JSON: ", error.what()), text("offset ", error.byte));
  }
}

}  // namespace lapilli
