// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/json_text.h"
#include "engine/runtime/grammar/schema_compiler.h"

#include <algorithm>

namespace lapilli {
namespace {

using Json = SchemaCompiler::Json;

constexpr size_t kMostUnique = 1000;       // values in one list
constexpr size_t kMostUniqueSum = 10'000;  // in all of a schema: a text carries a flag for each

Expression optional(Expression part) {
  return repeat(std::move(part), 0, 1);
}

Expression after_comma(Expression part) {
  return sequence(parts(literal(", "), std::move(part)));
}

std::string escaped_for_pointer(std::string_view name) {
  std::string result;
  for (const char c : name) result += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return result;
}

}  // namespace

std::vector<SchemaCompiler::Property> SchemaCompiler::properties(const Json& schema,
                                                                 const std::string& place) {
  const Json none = Json::object(), nothing = Json::array();
  const Json& named = schema.contains("properties") ? schema["properties"] : none;
  const Json& required = schema.contains("required") ? schema["required"] : nothing;
  if (!named.is_object()) refuse(place + "/properties", "is no object");
  if (!required.is_array()) refuse(place + "/required", "is no list of names");
  std::set<std::string> all_names, required_names;
  for (const auto& [name, content] : named.items()) all_names.insert(name);
  for (size_t index = 0; index < required.size(); ++index) {
    const std::string here = text(place, "/required/", index);
    if (!required[index].is_string()) refuse(here, "is no string");
    if (!all_names.contains(*required_names.insert(required[index].get<std::string>()).first))
      refuse(here, text(required[index].dump(), " is not among the properties, so its form is not known"));
  }
  std::vector<Property> all;
  for (const auto& [name, content] : named.items()) {
    const bool is_required = required_names.contains(name);
    if (content == false && !is_required) continue;
    Expression pair = sequence(parts(literal(Json(name).dump() + ": "),
                                     value(content, text(place, "/properties/", escaped_for_pointer(name)))));
    all.push_back({name, std::move(pair), is_required});
  }
  return all;
}

void SchemaCompiler::check_property_counts(const Json& schema, const std::vector<Property>& all,
                                           const std::string& place) {
  const auto num_required = static_cast<size_t>(
      std::count_if(all.begin(), all.end(), [](const Property& one) { return one.required; }));
  const auto least = count(schema, "minProperties", place), most = count(schema, "maxProperties", place);
  if (least && *least > all.size())
    refuse(place + "/minProperties", text("is ", *least, ", but there are only ", all.size(), " properties"));
  if (most && *most < num_required)
    refuse(place + "/maxProperties", text("is ", *most, ", but ", num_required, " properties are required"));
  if (least.value_or(0) > num_required || most.value_or(all.size()) < all.size())
    refuse(place, "counting optional properties is not supported: say which are required");
}

Expression SchemaCompiler::object(const Json& schema, const std::string& place) {
  std::vector<Property> all = properties(schema, place);
  const Json& others = schema.contains("additionalProperties") ? schema["additionalProperties"] : schema;
  if (all.empty() && others != false)
    refuse(place, "no properties are named, so the object's form is not known; name them");
  if (!others.is_object() && !others.is_boolean())
    refuse(place + "/additionalProperties", "a schema is an object, true or false");
  check_property_counts(schema, all, place);
  return sequence(parts(literal("{"), some_of(std::move(all)), literal("}")));
}

/// The required ones and any of the others, in their order, commas between them.
Expression SchemaCompiler::some_of(std::vector<Property> all) {
  const auto is_required = [](const Property& one) { return one.required; };
  const auto first_required =
      static_cast<size_t>(std::find_if(all.begin(), all.end(), is_required) - all.begin());
  const auto append_rest = [&](size_t from, std::vector<Expression>& to, const auto& pair_of) {
    for (size_t index = from; index < all.size(); ++index) {
      Expression next = sequence(parts(literal(", "), pair_of(index)));
      to.push_back(all[index].required ? std::move(next) : optional(std::move(next)));
    }
  };
  if (first_required == 0 && !all.empty()) {
    std::vector<Expression> body = parts(std::move(all[0].pair));
    append_rest(1, body, [&](size_t index) { return std::move(all[index].pair); });
    return sequence(std::move(body));
  }
  // Which one comes first decides where the first comma is: what can follow each is a rule.
  std::vector<size_t> pairs, rests(all.size() + 1);
  for (Property& property : all) {
    pairs.push_back(rules_.add(text("property ", property.name)));
    rules_.rules[pairs.back()].body = std::move(property.pair);
  }
  for (size_t index = all.size() + 1; index-- > 0;) {
    rests[index] = rules_.add("further properties");
    if (index == all.size()) continue;  // nothing
    Expression next = sequence(parts(literal(", "), rule(pairs[index])));
    Expression body = sequence(
        parts(all[index].required ? std::move(next) : optional(std::move(next)), rule(rests[index + 1])));
    rules_.rules[rests[index]].body = std::move(body);
  }
  std::vector<Expression> firsts;
  for (size_t index = 0; index < all.size() && index <= first_required; ++index)
    firsts.push_back(sequence(parts(rule(pairs[index]), rule(rests[index + 1]))));
  if (first_required == all.size()) firsts.push_back(literal(""));
  return choice(std::move(firsts));
}

Expression SchemaCompiler::array(const Json& schema, const std::string& place) {
  const Json none = Json::array();
  const Json& prefix = schema.contains("prefixItems") ? schema["prefixItems"] : none;
  if (!prefix.is_array()) refuse(place + "/prefixItems", "is no list of schemas");
  const bool open = schema.contains("items") && schema["items"] != false;
  if (!schema.contains("items") && prefix.empty())
    refuse(place, "nothing tells what the list holds: add \"items\"");
  const uint32_t least = count(schema, "minItems", place).value_or(0);
  uint32_t most = count(schema, "maxItems", place).value_or(Expression::kUnlimited);
  if (!open) most = std::min(most, static_cast<uint32_t>(prefix.size()));
  if (least > most)
    refuse(place,
           text("at least ", least, " and at most ", most, " items are allowed, so there is no answer"));
  if (schema.contains("uniqueItems") && schema["uniqueItems"] != false)
    return unique_items(schema, least, most, place);
  if (most == 0) return literal("[]");

  std::vector<Expression> first_items;
  for (size_t index = 0; index < prefix.size() && index < most; ++index)
    first_items.push_back(value(prefix[index], text(place, "/prefixItems/", index)));
  const auto num_first = static_cast<uint32_t>(first_items.size());
  for (uint32_t index = 1; index < num_first; ++index)
    first_items[index] = after_comma(std::move(first_items[index]));
  Expression rest = most > num_first ? further_items(schema, num_first, least, most, place) : literal("");
  // What may be left out, from the last item on, stands in rules: nested, it would be as deep as it is long.
  for (uint32_t index = num_first; index > least; --index) {
    const size_t further = rules_.add("further items", place);
    rules_.rules[further].body =
        optional(sequence(parts(std::move(first_items[index - 1]), std::move(rest))));
    rest = rule(further);
  }
  first_items.resize(std::min(num_first, least));
  first_items.insert(first_items.begin(), literal("["));
  first_items.push_back(std::move(rest));
  first_items.push_back(literal("]"));
  return sequence(std::move(first_items));
}

/// The items behind the first `num_first`, of a list that has `least` to `most` in all.
Expression SchemaCompiler::further_items(const Json& schema, uint32_t num_first, uint32_t least,
                                         uint32_t most, const std::string& place) {
  const size_t item = rules_.add("an item", place + "/items");
  Expression body = value(schema["items"], place + "/items");
  rules_.rules[item].body = std::move(body);
  const auto without = [](uint32_t count, uint32_t fewer) {
    return count == Expression::kUnlimited ? count : count - std::min(count, fewer);
  };
  if (num_first > 0)
    return repeat(after_comma(rule(item)), without(least, num_first), without(most, num_first));
  Expression all =
      sequence(parts(rule(item), repeat(after_comma(rule(item)), without(least, 1), without(most, 1))));
  return least == 0 ? optional(std::move(all)) : std::move(all);
}

/// A flag for each value; set before its comma, so that behind a comma there is always a value left.
Expression SchemaCompiler::unique_items(const Json& schema, uint32_t least, uint32_t most,
                                        const std::string& place) {
  const std::string here = place + "/uniqueItems";
  if (!schema["uniqueItems"].is_boolean()) refuse(here, "is neither true nor false");
  const auto values = schema.contains("prefixItems") || !schema.contains("items")
                          ? std::nullopt
                          : listed_values(schema["items"], place + "/items");
  if (!values || values->size() > kMostUnique)
    refuse(here, text("is supported where the items are a list of up to ", kMostUnique, " values"));
  if (rules_.num_flags + values->size() > kMostUniqueSum)
    refuse(here, text("makes more than ", kMostUniqueSum, " values of which none may come twice"));
  if (least > 1) refuse(here, "is supported with minItems 0 and 1 alone");
  if (most == 0) return literal("[]");
  const uint32_t first_flag = rules_.num_flags;
  rules_.num_flags += static_cast<uint32_t>(values->size());
  std::vector<Expression> first, more;
  uint32_t flag = first_flag;
  for (const std::string& one : *values) {
    first.push_back(sequence(parts(once(flag), literal(one))));
    more.push_back(sequence(parts(once(flag++), literal(", " + one))));
  }
  const uint32_t after_first = most >= values->size() ? Expression::kUnlimited : most - 1;
  Expression inside =
      sequence(parts(choice(std::move(first)), repeat(choice(std::move(more)), 0, after_first)));
  if (least == 0) inside = optional(std::move(inside));
  return sequence(parts(literal("["), forget(first_flag, static_cast<uint32_t>(values->size())),
                        std::move(inside), literal("]")));
}

}  // namespace lapilli
