// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/schema_compiler.h"

#include <algorithm>

namespace lapilli {

using Json = SchemaCompiler::Json;

/// What a schema's `$ref` names.
const Json& SchemaCompiler::target(const Json& schema, const std::string& place) const {
  const std::string here = place + "/$ref";
  const Json& reference = schema["$ref"];
  if (!reference.is_string()) refuse(here, "is no string");
  const auto name = reference.get<std::string>();
  if (name != "#" && !name.starts_with("#/"))
    refuse(here, text(name, " is outside of this schema; only #/… is supported"));
  try {
    const Json::json_pointer pointer(name.substr(1));
    if (document_.contains(pointer)) return document_.at(pointer);
  } catch (const Json::exception&) {
    // no JSON pointer; told below
  }
  refuse(here, text("there is nothing at ", name));
}

/// The schema without the references and single `allOf`s around it.
const Json& SchemaCompiler::resolved(const Json& schema, const std::string& place) const {
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
std::set<std::string> SchemaCompiler::possible_types(const Json& from, const std::string& place) const {
  const Json& schema = resolved(from, place);
  std::set<std::string> types;
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

bool SchemaCompiler::exclude_each_other(const Json& a_from, const Json& b_from,
                                        const std::string& place) const {
  const auto are_disjoint = [](const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::none_of(a.begin(), a.end(), [&](const std::string& one) { return b.contains(one); });
  };
  const auto a_values = listed_values(a_from, place), b_values = listed_values(b_from, place);
  if (a_values && b_values && are_disjoint(*a_values, *b_values)) return true;
  const auto a_types = possible_types(a_from, place), b_types = possible_types(b_from, place);
  if (a_types.empty() || b_types.empty()) return false;
  if (are_disjoint(a_types, b_types)) return true;
  if (a_types != std::set<std::string>{"object"} || a_types != b_types) return false;
  const Json &a = resolved(a_from, place), &b = resolved(b_from, place);
  const auto requires_it = [](const Json& schema, const std::string& name) {
    const auto required = schema.find("required");
    return required != schema.end() && required->is_array() &&
           std::find(required->begin(), required->end(), name) != required->end();
  };
  if (!a.contains("properties") || !b.contains("properties")) return false;
  for (const auto& [name, content] : a["properties"].items()) {
    if (!b["properties"].contains(name) || !requires_it(a, name) || !requires_it(b, name)) continue;
    const auto of_a = listed_values(content, place);
    const auto of_b = listed_values(b["properties"][name], place);
    if (of_a && of_b && are_disjoint(*of_a, *of_b)) return true;
  }
  return false;
}

}  // namespace lapilli
