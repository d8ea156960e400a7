// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/response_format.h"

#include "engine/io/ordered_json.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::ordered_json;
using Kind = ResponseFormat::Kind;
using Field = ResponseFormat::Field;

constexpr std::array<std::string_view, 14> kKinds = {
    "free",   "short", "option", "sentence", "detail",      "region",      "box",
    "yes_no", "words", "list",   "tags",     "json_fields", "json_schema", "gbnf"};
constexpr std::array<std::string_view, 6> kFieldTypes = {"text",    "integer", "number",
                                                         "boolean", "choice",  "list"};
constexpr uint32_t kMostCount = 100;
constexpr size_t kMostItems = 1000;
constexpr size_t kMostFields = 200;
constexpr size_t kMostTextBytes = 1000;
constexpr JsonLimits kLimits{.max_size_bytes = size_t{1} << 20, .max_depth = 64};

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
  throw Error(ErrorCode::kInvalidArgument, what, place);
}

template <size_t N>
std::string one_of(const std::array<std::string_view, N>& words) {
  std::string all;
  for (const std::string_view word : words) all.append(all.empty() ? "" : ", ").append(word);
  return all;
}

template <class Enumeration, size_t N>
Enumeration named(const Json& value, const std::string& place, const std::array<std::string_view, N>& words) {
  const auto found =
      value.is_string() ? std::find(words.begin(), words.end(), value.get<std::string>()) : words.end();
  if (found == words.end()) refuse(place, text("is ", value.dump(), ", expected one of ", one_of(words)));
  return static_cast<Enumeration>(found - words.begin());
}

std::string text_at(const Json& value, const std::string& place) {
  if (!value.is_string()) refuse(place, "is no string");
  const auto result = value.get<std::string>();
  if (result.empty()) refuse(place, "is empty");
  if (result.size() > kMostTextBytes)
    refuse(place, text("has ", result.size(), " bytes, at most ", kMostTextBytes, " go"));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  if (std::any_of(result.begin(), result.end(), is_control))
    refuse(place, "holds a line break or another control character");
  return result;
}

std::vector<std::string> texts_at(const Json& value, const std::string& place, bool with_commas) {
  if (!value.is_array() || value.empty()) refuse(place, "is no list of one or more texts");
  if (value.size() > kMostItems)
    refuse(place, text("has ", value.size(), " texts, at most ", kMostItems, " go"));
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (size_t index = 0; index < value.size(); ++index) {
    const std::string here = text(place, "/", index);
    result.push_back(text_at(value[index], here));
    if (!seen.insert(result.back()).second) refuse(here, text("is \"", result.back(), "\" once more"));
    if (!with_commas && result.back().find(',') != std::string::npos)
      refuse(here, "holds a comma, which stands between tags");
  }
  return result;
}

uint32_t count_at(const Json& value, const std::string& place, uint32_t least) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() < least || value.get<uint64_t>() > kMostCount)
    refuse(place, text("is ", value.dump(), ", expected ", least, " to ", kMostCount));
  return value.get<uint32_t>();
}

void refuse_others(const Json& object, const std::string& place, const std::set<std::string>& known) {
  for (const auto& [name, value] : object.items()) {
    if (!known.contains(name)) refuse(text(place, "/", name), "has no use here");
  }
}

Field field_at(const Json& object, const std::string& place) {
  if (!object.is_object()) refuse(place, "is no object");
  Field field;
  if (!object.contains("name")) refuse(place, "has no name");
  field.name = text_at(object["name"], place + "/name");
  if (object.contains("type")) field.type = named<Field::Type>(object["type"], place + "/type", kFieldTypes);
  std::set<std::string> known = {"name", "type"};
  if (field.type == Field::Type::kChoice || field.type == Field::Type::kList) {
    known.insert("values");
    const bool has_values = object.contains("values") && !object["values"].empty();
    if (has_values) field.values = texts_at(object["values"], place + "/values", true);
    if (!has_values && field.type == Field::Type::kChoice) refuse(place, "has no values to choose from");
  }
  refuse_others(object, place, known);
  return field;
}

std::vector<Field> fields_at(const Json& value, const std::string& place) {
  if (!value.is_array() || value.empty()) refuse(place, "is no list of one or more fields");
  if (value.size() > kMostFields)
    refuse(place, text("has ", value.size(), " fields, at most ", kMostFields, " go"));
  std::vector<Field> fields;
  std::set<std::string> names;
  for (size_t index = 0; index < value.size(); ++index) {
    const std::string here = text(place, "/", index);
    fields.push_back(field_at(value[index], here));
    if (!names.insert(fields.back().name).second)
      refuse(here + "/name", text("is \"", fields.back().name, "\" once more"));
  }
  return fields;
}

const Json& required(const Json& form, const char* name) {
  const auto found = form.find(name);
  if (found == form.end()) refuse("", text("a format of this kind needs ", name));
  return *found;
}

/// Reads what belongs to the kind; returns the names of it.
std::set<std::string> read_details(const Json& form, ResponseFormat& format) {
  switch (format.kind) {
    case Kind::kWords:
      format.count = count_at(required(form, "count"), "/count", 1);
      return {"count"};
    case Kind::kList:
      if (form.contains("count")) format.count = count_at(form["count"], "/count", 0);
      return {"count"};
    case Kind::kTags:
      format.items = texts_at(required(form, "items"), "/items", false);
      return {"items"};
    case Kind::kJsonFields:
      format.fields = fields_at(required(form, "fields"), "/fields");
      return {"fields"};
    case Kind::kJsonSchema:
      format.schema = required(form, "schema").dump();
      return {"schema"};
    case Kind::kGbnf: {
      const Json& grammar = required(form, "grammar");
      if (!grammar.is_string()) refuse("/grammar", "is no string");
      format.grammar = grammar.get<std::string>();
      return {"grammar"};
    }
    default:
      return {};
  }
}

}  // namespace

std::span<const std::string_view> response_format_kinds() {
  return kKinds;
}
std::string_view to_string(Kind kind) {
  return kKinds[static_cast<size_t>(kind)];
}
std::string_view to_string(Field::Type type) {
  return kFieldTypes[static_cast<size_t>(type)];
}

Result<ResponseFormat> response_format_from_json(const Json& form) {
  return try_result([&] {
    if (!form.is_object()) refuse("", "the format is no JSON object");
    ResponseFormat format;
    format.kind = named<Kind>(required(form, "kind"), "/kind", kKinds);
    std::set<std::string> known = read_details(form, format);
    if (form.contains("unanswerable")) {
      if (!form["unanswerable"].is_boolean()) refuse("/unanswerable", "is neither true nor false");
      format.unanswerable = form["unanswerable"].get<bool>();
    }
    known.insert({"kind", "unanswerable"});
    refuse_others(form, "", known);
    return format;
  });
}

Result<ResponseFormat> parse_response_format(std::string_view source) {
  const auto form = parse_ordered_json(source, kLimits);
  if (!form) return Error(ErrorCode::kInvalidArgument, form.error().message(), form.error().place());
  return response_format_from_json(*form);
}

Json to_json(const ResponseFormat& format) {
  Json form = {{"kind", to_string(format.kind)}};
  if (format.count > 0) form["count"] = format.count;
  if (!format.items.empty()) form["items"] = format.items;
  for (const Field& field : format.fields) {
    Json& added = form["fields"].emplace_back(Json{{"name", field.name}, {"type", to_string(field.type)}});
    if (!field.values.empty()) added["values"] = field.values;
  }
  if (format.kind == Kind::kJsonSchema) form["schema"] = Json::parse(format.schema);
  if (format.kind == Kind::kGbnf) form["grammar"] = format.grammar;
  if (format.unanswerable) form["unanswerable"] = true;
  return form;
}

}  // namespace lapilli
