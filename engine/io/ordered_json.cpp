// SPDX-License-Identifier: Apache-2.0
#include "engine/io/ordered_json.h"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::ordered_json;

/// Builds a document that is known to be valid, without duplicate keys. (The library looks for each key among
/// those before it.)
class OrderedBuilder : public nlohmann::json_sax<Json> {
 public:
  [[nodiscard]] Json take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& value) override { return add(std::move(value)); }
  bool start_object(std::size_t) override { return descend(Json::object()); }
  bool start_array(std::size_t) override { return descend(Json::array()); }
  bool end_object() override { return ascend(); }
  bool end_array() override { return ascend(); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  template <class Value>
  bool add(Value&& value) {
    put(Json(std::forward<Value>(value)));
    return true;
  }
  Json& put(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return parent.back();
    }
    Json::object_t::Container& pairs = parent.get_ref<Json::object_t&>();  // an ordered object is a vector
    return pairs.emplace_back(std::move(key_), std::move(value)).second;
  }
  bool descend(Json container) {
    open_.push_back(&put(std::move(container)));
    return true;
  }
  bool ascend() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::string key_;
  std::vector<Json*> open_;  // from the root to the container being filled
};

}  // namespace

Result<nlohmann::ordered_json> parse_ordered_json(std::string_view source, const JsonLimits& limits) {
  if (const auto strict = parse_json(source, limits); !strict) return strict.error();
  OrderedBuilder builder;
  Json::sax_parse(source.begin(), source.end(), &builder);
  return builder.take();
}

}  // namespace lapilli
