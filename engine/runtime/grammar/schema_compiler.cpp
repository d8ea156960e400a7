// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/schema_compiler.h"

#include "engine/io/ordered_json.h"
#include "engine/runtime/grammar/grammar.h"
#include "engine/runtime/grammar/json_schema.h"
#include "engine/runtime/grammar/json_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapilli {
namespace {

using Json = SchemaCompiler::Json;

constexpr JsonLimits kLimits{.max_size_bytes = size_t{1} << 20, .max_depth = 64};
constexpr size_t kMostKeys = 5000;  // of one object, whose keys are found one after the other
constexpr size_t kMostOneOf = 200;  // each is compared with each

// Small schemas stand for large expressions: every bound of a number has its digits.
constexpr size_t kMostExpressions = 2 * GrammarLimits::kStates;

constexpr std::array<std::string_view, 13> kPassedOver = {
    "title",      "description", "default",   "examples", "$schema",     "$id",    "$comment",
    "deprecated", "readOnly",    "writeOnly", "$defs",    "definitions", "$anchor"};
// Keywords that say all there is to say of a value.
constexpr std::array<std::string_view, 6> kWhole = {"$ref", "enum", "const", "anyOf", "oneOf", "allOf"};
constexpr std::array<std::string_view, 19> kOfTypes = {
    "type",          "properties",       "required",        "additionalProperties",
    "minProperties", "maxProperties",    "items",           "prefixItems",
    "minItems",      "maxItems",         "uniqueItems",     "minLength",
    "maxLength",     "pattern",          "format",          "minimum",
    "maximum",       "exclusiveMinimum", "exclusiveMaximum"};

template <size_t N>
bool is_among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The keyword that says all, if there is one; refuses what is unknown, and what stands beside it.
std::string whole_keyword(const Json& schema, const std::string& place) {
  std::string whole;
  for (const auto& [keyword, content] : schema.items()) {
    if (is_among(keyword, kWhole)) {
      if (!whole.empty())
        throw Error(ErrorCode::kInvalidArgument, text(keyword, " beside ", whole, " is not supported"),
                    place);
      whole = keyword;
    } else if (!is_among(keyword, kPassedOver) && !is_among(keyword, kOfTypes)) {
      throw Error(ErrorCode::kInvalidArgument, text("the keyword ", keyword, " is not supported"),
                  text(place, "/", keyword));
    }
  }
  if (whole.empty()) return whole;
  for (const auto& [keyword, content] : schema.items()) {
    const bool with_type = keyword == "type" && (whole == "enum" || whole == "const");
    if (keyword == whole || with_type || is_among(keyword, kPassedOver)) continue;
    throw Error(ErrorCode::kInvalidArgument, text(keyword, " beside ", whole, " is not supported"),
                text(place, "/", keyword));
  }
  return whole;
}

void refuse_large_objects(const Json& value) {
  if (value.is_object() && value.size() > kMostKeys)
    throw Error(ErrorCode::kInvalidArgument,
                text("an object has ", value.size(), " keys, at most ", kMostKeys, " go"));
  if (value.is_structured()) std::for_each(value.begin(), value.end(), refuse_large_objects);
}

size_t num_expressions(const Expression& expression) {
  size_t count = 1;
  for (const Expression& part : expression.parts) count += num_expressions(part);
  return count;
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number() && value.get<double>() == std::floor(value.get<double>()));
  }
  if (type == "number") return value.is_number();
  return type == (value.is_null() ? "null" : value.type_name());
}

}  // namespace

GrammarRules SchemaCompiler::compile() {
  rules_.root = rules_.add("the schema");
  Expression body = value(document_, "");
  rules_.rules[rules_.root].body = std::move(body);
  while (!waiting_.empty()) {
    const std::string pointer = std::move(waiting_.back());
    waiting_.pop_back();
    Expression target_body = value(*targets_.at(pointer), pointer);
    rules_.rules[references_.at(pointer)].body = std::move(target_body);
  }
  return std::move(rules_);
}

Expression SchemaCompiler::value(const Json& schema, const std::string& place) {
  if (schema.is_boolean()) {
    refuse(place, schema.get<bool>() ? "any value is allowed: say which type it has"
                                     : "no value is allowed here, so there is no answer");
  }
  if (!schema.is_object()) refuse(place, "a schema is an object, true or false");
  const std::string whole = whole_keyword(schema, place);
  if (whole == "enum" || whole == "const") return listed(schema, place);
  if (whole == "anyOf" || whole == "oneOf" || whole == "allOf")
    return alternatives(schema, whole.c_str(), place);
  if (whole == "$ref") return reference(schema, place);
  std::vector<Expression> all;
  for (const std::string& type : types_of(schema, place)) {
    all.push_back(typed(schema, type, place));
    if (type != "object" && type != "array") num_expressions_ += num_expressions(all.back());
    if (num_expressions_ > kMostExpressions)
      refuse(place, text("the schema's values up to here take more than ", kMostExpressions,
                         " pieces: give numbers simpler bounds and texts simpler patterns"));
  }
  return choice(std::move(all));
}

std::vector<std::string> SchemaCompiler::types_of(const Json& schema, const std::string& place) {
  constexpr std::array<std::string_view, 7> kTypes = {"string", "integer", "number", "boolean",
                                                      "null",   "object",  "array"};
  if (!schema.contains("type")) {
    if (schema.contains("properties")) return {"object"};
    if (schema.contains("items") || schema.contains("prefixItems")) return {"array"};
    if (schema.contains("pattern")) return {"string"};
    refuse(place, "nothing tells the value's type: add \"type\"");
  }
  const Json& type = schema["type"];
  const Json list = type.is_array() ? type : Json::array({type});
  std::vector<std::string> types;
  for (const Json& one : list) {
    if (!one.is_string() || !is_among(one.get<std::string>(), kTypes))
      refuse(place + "/type", text("there is no type ", one.dump()));
    types.push_back(one.get<std::string>());
  }
  if (types.empty()) refuse(place + "/type", "no type is allowed, so there is no answer");
  const auto named = [&](const char* name) {
    return std::find(types.begin(), types.end(), name) != types.end();
  };
  if (named("number")) std::erase(types, "integer");
  return types;
}

Expression SchemaCompiler::typed(const Json& schema, const std::string& type, const std::string& place) {
  if (type == "string") return string(schema, place);
  if (type == "integer") return integer(schema, place);
  if (type == "number") return number(schema, place);
  if (type == "boolean") return choice(parts(literal("true"), literal("false")));
  if (type == "null") return literal("null");
  return type == "object" ? object(schema, place) : array(schema, place);
}

Expression SchemaCompiler::listed(const Json& schema, const std::string& place) {
  std::vector<Expression> all;
  const auto values = listed_values(schema, place);
  for (const std::string& one : *values) all.push_back(literal(one));
  return choice(std::move(all));
}

/// The texts of a schema's values where they are listed.
std::optional<SchemaCompiler::Values> SchemaCompiler::listed_values(const Json& from,
                                                                    const std::string& place) {
  const Json& schema = resolved(from, place);
  if (!schema.is_object()) return std::nullopt;
  Json values = Json::array();
  const bool has_const = schema.contains("const");
  if (has_const) {
    values.push_back(schema["const"]);
  } else if (schema.contains("enum")) {
    values = schema["enum"];
  } else if (schema.contains("type") && schema["type"] == "boolean") {
    return Values{"true", "false"};
  } else {
    return std::nullopt;
  }
  const std::string here = place + (has_const ? "/const" : "/enum");
  if (!values.is_array()) refuse(here, "is no list of values");
  const auto types = schema.contains("type") ? types_of(schema, place) : std::vector<std::string>();
  Values texts;
  for (const Json& one : values) {
    const bool fits = types.empty() || std::any_of(types.begin(), types.end(),
                                                   [&](const auto& type) { return is_of_type(one, type); });
    if (fits) texts.insert(json_text(one));
  }
  if (texts.empty()) refuse(here, "none of the values has the type, so there is no answer");
  return texts;
}

Expression SchemaCompiler::alternatives(const Json& schema, const char* keyword, const std::string& place) {
  const Json& list = schema[keyword];
  const std::string here = text(place, "/", keyword);
  if (!list.is_array() || list.empty()) refuse(here, "is no list of schemas");
  const bool one_of = std::string_view(keyword) == "oneOf";
  if (one_of && list.size() > kMostOneOf)
    refuse(here, text("has ", list.size(), " alternatives, at most ", kMostOneOf, " go"));
  const bool all_of = std::string_view(keyword) == "allOf";
  if (all_of && list.size() > 1) refuse(here, "several schemas at once are not supported: join them");
  std::vector<Expression> all;
  std::vector<Distinction> distinctions;
  for (size_t index = 0; index < list.size(); ++index) {
    const std::string item_place = text(here, "/", index);
    if (one_of) {
      Distinction own = distinction(list[index], item_place);
      const auto other = std::find_if_not(distinctions.begin(), distinctions.end(),
                                          [&](const Distinction& one) { return one.excludes(own); });
      if (other != distinctions.end())
        refuse(item_place, text("a value may fit alternative ", other - distinctions.begin(),
                                " too, which oneOf forbids: use anyOf, or a property with different consts"));
      distinctions.push_back(std::move(own));
    }
    all.push_back(value(list[index], item_place));
  }
  return choice(std::move(all));
}

/// A rule for each schema that is referred to, so that it can refer to itself.
Expression SchemaCompiler::reference(const Json& schema, const std::string& place) {
  (void)target(schema, place);
  const std::string pointer = schema["$ref"].get<std::string>().substr(1);
  const auto [known, is_new] = references_.emplace(pointer, rules_.rules.size());
  if (is_new) {
    rules_.add(text("the schema #", pointer), pointer);
    waiting_.push_back(pointer);
  }
  return rule(known->second);
}

GrammarRules json_schema_rules(const Json& schema) {
  return SchemaCompiler(schema).compile();
}

GrammarRules parse_json_schema(std::string_view source) {
  const auto schema = parse_ordered_json(source, kLimits);
  if (!schema) throw Error(ErrorCode::kInvalidArgument, schema.error().message(), schema.error().place());
  refuse_large_objects(*schema);
  return json_schema_rules(*schema);
}

}  // namespace lapilli
