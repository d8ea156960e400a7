// SPDX-License-Identifier: Apache-2.0
#include "tests/support/schema_validator.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace lapilli::test {
namespace {

using nlohmann::json;

size_t num_code_points(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// One wchar_t a code point.
std::wstring wide(const std::string& utf8) {
  std::wstring result;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) {
      result.back() = static_cast<wchar_t>(result.back() << 6 | (byte & 0x3F));
    } else {
      result += static_cast<wchar_t>(byte < 0x80   ? byte
                                     : byte < 0xE0 ? byte & 0x1F
                                     : byte < 0xF0 ? byte & 0x0F
                                                   : byte & 0x07);
    }
  }
  return result;
}

bool has_type(const json& value, const std::string& type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number() && value.get<double>() == std::trunc(value.get<double>());
  throw std::logic_error("type " + type);
}

bool is_date(const std::string& text) {
  std::smatch parts;
  if (!std::regex_match(text, parts, std::regex("(\\d{4})-(\\d{2})-(\\d{2})"))) return false;
  const int year = std::stoi(parts[1]), month = std::stoi(parts[2]), day = std::stoi(parts[3]);
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

bool is_time(const std::string& text) {
  std::smatch parts;
  if (!std::regex_match(text, parts, std::regex("(\\d{2}):(\\d{2}):(\\d{2})(Z|[+-](\\d{2}):(\\d{2}))")))
    return false;
  const auto below = [&](size_t part, int limit) {
    return !parts[part].matched || std::stoi(parts[part]) < limit;
  };
  return below(1, 24) && below(2, 60) && below(3, 60) && below(5, 24) && below(6, 60);
}

bool has_format(const std::string& text, const std::string& format) {
  if (format == "date") return is_date(text);
  if (format == "time") return is_time(text);
  if (format == "date-time")
    return text.size() > 11 && text[10] == 'T' && is_date(text.substr(0, 10)) && is_time(text.substr(11));
  if (format == "uuid")
    return std::regex_match(text, std::regex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"));
  throw std::logic_error("format " + format);
}

class Validator {
 public:
  explicit Validator(const json& document) : document_(document) {}

  std::string check(const json& schema, const json& value, const std::string& at) const {
    if (schema.is_boolean()) return schema.get<bool>() ? "" : at + ": nothing is allowed";
    for (const auto& [keyword, rule] : schema.items()) {
      const std::string fault = check_keyword(schema, keyword, rule, value, at);
      if (!fault.empty()) return fault;
    }
    return "";
  }

 private:
  std::string check_keyword(const json& schema, const std::string& keyword, const json& rule,
                            const json& value, const std::string& at) const {
    const auto verdict = [&](bool good) {
      return good ? "" : at + ": " + keyword + " " + rule.dump() + ": " + value.dump();
    };
    if (keyword == "$ref")
      return check(document_.at(json::json_pointer(rule.get<std::string>().substr(1))), value, at);
    if (keyword == "type") {
      const json types = rule.is_array() ? rule : json::array({rule});
      return verdict(
          std::any_of(types.begin(), types.end(), [&](const json& type) { return has_type(value, type); }));
    }
    if (keyword == "enum") return verdict(std::find(rule.begin(), rule.end(), value) != rule.end());
    if (keyword == "const") return verdict(rule == value);
    if (keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf") {
      const auto fitting = static_cast<size_t>(std::count_if(
          rule.begin(), rule.end(), [&](const json& one) { return check(one, value, at).empty(); }));
      return verdict(keyword == "allOf"   ? fitting == rule.size()
                     : keyword == "oneOf" ? fitting == 1
                                          : fitting > 0);
    }
    if (value.is_object()) return check_object(schema, keyword, rule, value, at);
    if (value.is_array()) return check_array(schema, keyword, rule, value, at);
    if (value.is_string()) return verdict(fits_string(keyword, rule, value.get<std::string>()));
    if (value.is_number())
      return verdict(fits_number(keyword, rule.is_number() ? rule.get<double>() : 0, value.get<double>()));
    return "";
  }

  static bool fits_string(const std::string& keyword, const json& rule, const std::string& text) {
    if (keyword == "minLength") return num_code_points(text) >= rule.get<size_t>();
    if (keyword == "maxLength") return num_code_points(text) <= rule.get<size_t>();
    if (keyword == "pattern")
      return std::regex_search(wide(text), std::wregex(wide(rule.get<std::string>())));
    if (keyword == "format") return has_format(text, rule);
    return true;
  }

  static bool fits_number(const std::string& keyword, double rule, double number) {
    if (keyword == "minimum") return number >= rule;
    if (keyword == "maximum") return number <= rule;
    if (keyword == "exclusiveMinimum") return number > rule;
    if (keyword == "exclusiveMaximum") return number < rule;
    return true;
  }

  std::string check_object(const json& schema, const std::string& keyword, const json& rule,
                           const json& value, const std::string& at) const {
    if (keyword == "required") {
      for (const json& name : rule) {
        if (!value.contains(name.get<std::string>())) return at + ": lacks " + name.dump();
      }
    }
    if (keyword == "minProperties" && value.size() < rule.get<size_t>()) return at + ": too few properties";
    if (keyword == "maxProperties" && value.size() > rule.get<size_t>()) return at + ": too many properties";
    if (keyword == "properties" || keyword == "additionalProperties") {
      const json none = json::object();
      const json& named = schema.contains("properties") ? schema["properties"] : none;
      for (const auto& [name, item] : value.items()) {
        if (named.contains(name) != (keyword == "properties")) continue;
        const std::string fault = check(keyword == "properties" ? rule[name] : rule, item, at + "/" + name);
        if (!fault.empty()) return fault;
      }
    }
    return "";
  }

  std::string check_array(const json& schema, const std::string& keyword, const json& rule, const json& value,
                          const std::string& at) const {
    if (keyword == "minItems" && value.size() < rule.get<size_t>()) return at + ": too few items";
    if (keyword == "maxItems" && value.size() > rule.get<size_t>()) return at + ": too many items";
    if (keyword == "uniqueItems" && rule == true) {
      for (size_t index = 0; index < value.size(); ++index) {
        if (std::find(value.begin(), value.begin() + static_cast<ptrdiff_t>(index), value[index]) !=
            value.begin() + static_cast<ptrdiff_t>(index))
          return at + ": twice " + value[index].dump();
      }
    }
    const size_t num_prefix = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
    for (size_t index = 0; index < value.size(); ++index) {
      const bool in_prefix = index < num_prefix;
      if (keyword != (in_prefix ? "prefixItems" : "items")) continue;
      const std::string fault =
          check(in_prefix ? rule[index] : rule, value[index], at + "/" + std::to_string(index));
      if (!fault.empty()) return fault;
    }
    return "";
  }

  const json& document_;
};

}  // namespace

std::string schema_violation(const json& schema, const json& value) {
  return Validator(schema).check(schema, value, "#");
}

std::vector<std::string> all_schemas() {
  std::ifstream file(LAPILLI_GOLDEN "/schemas/schemas.json");
  std::vector<std::string> all;
  for (const auto& schema : nlohmann::ordered_json::parse(file)) all.push_back(schema.dump());
  return all;
}

}  // namespace lapilli::test
