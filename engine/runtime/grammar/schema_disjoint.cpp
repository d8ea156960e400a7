// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/schema_compiler.h"

#include <algorithm>

namespace lapilli {

using Json = SchemaCompiler::Json;

namespace {

bool are_disjoint(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.size() > b.size()) return are_disjoint(b, a);
  return std::none_of(a.begin(), a.end(), [&](const std::string& one) { return b.contains(one); });
}

}  // namespace

/// What a schema's `$ref` names.
const Json& SchemaCompiler::target(const Json& schema, const std::string& place) {
  const std::string here = place + "/$ref";
  const Json& reference = schema["$ref"];
  if (!reference.is_string()) refuse(here, "is no string");
  const auto name = reference.get<std::string>();
  if (name != "#" && !name.starts_with("#/"))
    refuse(here, text(name, " is outside of this schema; only #/… is supported"));
  const std::string pointer = name.substr(1);
  if (const auto known = targets_.find(pointer); known != targets_.end()) return *known->second;
  try {
    const Json::json_pointer parsed(pointer);
    if (document_.contains(parsed)) return *targets_.emplace(pointer, &document_.at(parsed)).first->second;
  } catch (const Json::exception&) {
    // no JSON pointer; told below
  }
  refuse(here, text("there is nothing at ", name));
}

/// The schema without the references and single `allOf`s around it.
const Json& SchemaCompiler::resolved(const Json& schema, const std::string& place) {
  const Json* at = &schema;
  for (int steps = 0; steps < 64 && at->is_object(); ++steps) {
    if (at->contains("$ref")) {
      at = &target(*at, place);
    } else if (at->contains("allOf") && (*at)["allOf"].is_array() && (*at)["allOf"].size() == 1) {
      at = &(*at)["allOf"][0];
    } else {
      return *at;
    }
  }
  return *at;
}

/// The types a value may have, "number" for integers too; none where that is not known.
SchemaCompiler::Values SchemaCompiler::possible_types(const Json& from, const std::string& place) {
  const Json& schema = resolved(from, place);
  Values types;
  if (const auto values = listed_values(schema, place)) {
    for (const std::string& one : *values) {
      const Json value = Json::parse(one);
      types.insert(value.type_name());
    }
  } else if (schema.is_object() && !schema.contains("anyOf") && !schema.contains("oneOf") &&
             !schema.contains("allOf") && !schema.contains("$ref")) {
    for (const std::string& type : types_of(schema, place)) types.insert(type == "integer" ? "number" : type);
  }
  return types;
}

SchemaCompiler::Distinction SchemaCompiler::distinction(const Json& from, const std::string& place) {
  Distinction result{listed_values(from, place), possible_types(from, place), {}};
  const Json& schema = resolved(from, place);
  if (result.types != Values{"object"} || !schema.contains("properties") || !schema.contains("required"))
    return result;
  Values required;
  for (const Json& name : schema["required"]) {
    if (name.is_string()) required.insert(name.get<std::string>());
  }
  for (const auto& [name, content] : schema["properties"].items()) {
    if (!required.contains(name)) continue;
    if (auto values = listed_values(content, place)) result.properties.emplace(name, std::move(*values));
  }
  return result;
}

bool SchemaCompiler::Distinction::excludes(const Distinction& other) const {
  if (values && other.values && are_disjoint(*values, *other.values)) return true;
  if (types.empty() || other.types.empty()) return false;
  if (are_disjoint(types, other.types)) return true;
  return std::any_of(properties.begin(), properties.end(), [&](const auto& property) {
    const auto same = other.properties.find(property.first);
    return same != other.properties.end() && are_disjoint(property.second, same->second);
  });
}

}  // namespace lapilli
