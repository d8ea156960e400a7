// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "training/recipe.h"
#include "training/recipe_fields.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

/// A list of names as a sentence has it.
template <class T, size_t n>
std::string joined(const Names<T, n>& names) {
  std::string result;
  for (const auto& [name, value] : names) result += text(result.empty() ? "\"" : ", \"", name, '"');
  return result;
}

/// A value as a message shows it, cut where it is long.
std::string shown(const Json& value) {
  constexpr size_t kMost = 60;
  std::string result = value.dump(-1, ' ', true);
  if (result.size() > kMost) result = result.substr(0, kMost) + "…";
  return result;
}

/// The leaves of a recipe's JSON by key path; lists are leaves.
void flatten(const Json& object, const std::string& prefix, std::map<std::string, Json>& to) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      flatten(value, prefix + key + ".", to);
    } else {
      to.emplace(prefix + key, value);
    }
  }
}

/// Fills fields from their values and takes those from the list; what then is left is unknown.
class FieldReader {
 public:
  FieldReader(std::map<std::string, Json>& values, std::vector<RecipeProblem>& problems)
      : values_(&values), problems_(&problems) {}

  void operator()(const char* key, std::string& field) {
    if (const auto value = take(key); value && expect(value->is_string(), key, *value, "text")) {
      field = value->get<std::string>();
    }
  }
  void operator()(const char* key, bool& field) {
    if (const auto value = take(key); value && expect(value->is_boolean(), key, *value, "true or false")) {
      field = value->get<bool>();
    }
  }
  void operator()(const char* key, std::vector<std::string>& field) {
    const auto value = take(key);
    if (!value) return;
    const bool texts = value->is_array() && std::all_of(value->begin(), value->end(),
                                                        [](const Json& item) { return item.is_string(); });
    if (expect(texts, key, *value, "a list of texts")) field = value->get<std::vector<std::string>>();
  }
  void operator()(const char* key, std::vector<SampleQuestion>& field) {
    const auto value = take(key);
    if (!value) return;
    const bool questions = value->is_array() && std::all_of(value->begin(), value->end(), is_question);
    if (!expect(questions, key, *value, R"(a list of {"image": text, "prompt": text}, one of both at least)"))
      return;
    field.clear();
    for (const Json& item : *value)
      field.push_back({.image = item.value("image", ""), .prompt = item.value("prompt", "")});
  }
  void operator()(const char* key, double& field, Range range) {
    if (const auto value = take(key)) read_number(key, *value, field, range);
  }
  void operator()(const char* key, uint64_t& field, Range range) {
    if (const auto value = take(key)) read_number(key, *value, field, range);
  }
  /// null stands for nothing.
  template <class T>
  void operator()(const char* key, std::optional<T>& field, Range range) {
    const auto value = take(key);
    if (!value) return;
    field.reset();
    if (value->is_null()) return;
    T number{};
    if (read_number(key, *value, number, range)) field = number;
  }
  template <class T, size_t n>
  void operator()(const char* key, T& field, const Names<T, n>& names) {
    const auto value = take(key);
    if (!value) return;
    for (const auto& [name, meaning] : names) {
      if (value->is_string() && value->get_ref<const std::string&>() == name) {
        field = meaning;
        return;
      }
    }
    add(key, *value, "one of " + joined(names));
  }

 private:
  static bool is_question(const Json& item) {
    if (!item.is_object() || item.empty()) return false;
    for (const auto& [key, value] : item.items()) {
      if ((key != "image" && key != "prompt") || !value.is_string()) return false;
    }
    return true;
  }
  std::optional<Json> take(const char* key) {
    auto node = values_->extract(key);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
  }
  void add(const char* key, const Json& value, const std::string& allowed) {
    problems_->push_back({key, text("is ", shown(value), ", it must be ", allowed)});
  }
  bool expect(bool holds, const char* key, const Json& value, const std::string& allowed) {
    if (!holds) add(key, value, allowed);
    return holds;
  }
  bool read_number(const char* key, const Json& value, double& field, Range range) {
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    if (!expect(number >= range.least && number <= range.most, key, value, "a " + number_in(range)))
      return false;
    field = number;
    return true;
  }
  bool read_number(const char* key, const Json& value, uint64_t& field, Range range) {
    const bool whole = value.is_number_unsigned();
    const double number = whole ? value.get<double>() : -1;
    if (!expect(number >= range.least && number <= range.most, key, value, "a whole " + number_in(range)))
      return false;
    field = value.get<uint64_t>();
    return true;
  }
  static std::string number_in(Range range) {
    if (range.most == Range{}.most) return text("number from ", number_text(range.least));
    return text("number from ", number_text(range.least), " to ", number_text(range.most));
  }

  std::map<std::string, Json>* values_;
  std::vector<RecipeProblem>* problems_;
};

/// The field that was most likely meant: the one with the same last part, or else the same first part.
std::string suggestion(const std::string& unknown) {
  const auto last = [](std::string_view key) { return key.substr(key.rfind('.') + 1); };
  const Recipe recipe;
  std::string by_name;
  std::string group;
  for_each_field(recipe, [&](std::string_view key, const auto&...) {
    if (last(key) == last(unknown) || key.find(last(unknown)) != std::string_view::npos) by_name = key;
    const size_t dot = unknown.find('.');
    if (dot != std::string::npos && key.starts_with(std::string_view(unknown).substr(0, dot + 1))) {
      group += text(group.empty() ? "" : ", ", last(key));
    }
  });
  if (!by_name.empty()) return text("did you mean \"", by_name, "\"?");
  if (!group.empty()) return text("known there are ", group);
  return "remove it";
}

struct FieldWriter {
  OrderedJson* to;

  template <class T>
  void put(std::string_view key, const T& value) {
    const size_t dot = key.find('.');
    if (dot == std::string_view::npos) {
      (*to)[std::string(key)] = value;
    } else {
      (*to)[std::string(key.substr(0, dot))][std::string(key.substr(dot + 1))] = value;
    }
  }
  template <class T>
  void operator()(const char* key, const T& field) {
    put(key, field);
  }
  void operator()(const char* key, const std::vector<SampleQuestion>& field) {
    OrderedJson questions = OrderedJson::array();
    for (const SampleQuestion& question : field) {
      OrderedJson item = {{"prompt", question.prompt}};
      if (!question.image.empty()) item["image"] = question.image;
      questions.push_back(std::move(item));
    }
    put(key, questions);
  }
  template <class T>
  void operator()(const char* key, const T& field, Range) {
    put(key, field);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& field, Range) {
    put(key, field ? OrderedJson(*field) : OrderedJson(nullptr));
  }
  template <class T, size_t n>
  void operator()(const char* key, const T& field, const Names<T, n>& names) {
    for (const auto& [name, value] : names) {
      if (value == field) put(key, name);
    }
  }
};

}  // namespace

RecipeReading parse_recipe(std::string_view json, const Recipe& base) {
  RecipeReading reading{.recipe = base};
  const Result<Json> parsed = parse_json(json, {.max_size_bytes = size_t{1} << 20, .max_depth = 8});
  if (!parsed || !parsed->is_object()) {
    reading.problems.push_back({"", parsed ? text("the recipe is ", parsed->type_name(), ", not an object")
                                           : parsed.error().what()});
    return reading;
  }
  std::map<std::string, Json> values;
  flatten(*parsed, "", values);
  std::string preset;
  FieldReader read(values, reading.problems);
  read("preset", preset);
  if (!preset.empty()) {
    const Result<Recipe> found = recipe_of(preset);
    if (found) reading.recipe = *found;
    if (!found) reading.problems.push_back({"preset", found.error().message()});
  }
  for_each_field(reading.recipe, read);
  for (const auto& [key, value] : values) {
    reading.problems.push_back(
        {key, text("is ", shown(value), ", but there is no such key: ", suggestion(key))});
  }
  // What contradicts a value that could not be read says nothing, nor where a value may be meant elsewhere.
  const bool is_known = values.empty() && (preset.empty() || recipe_of(preset).ok());
  const auto mentions_unread = [&](const RecipeProblem& contradiction) {
    return std::ranges::any_of(reading.problems, [&](const RecipeProblem& unread) {
      return contradiction.key == unread.key || contradiction.message.find(unread.key) != std::string::npos;
    });
  };
  std::vector<RecipeProblem> contradictions;
  if (is_known) contradictions = check_recipe(reading.recipe);
  std::erase_if(contradictions, mentions_unread);
  std::ranges::move(contradictions, std::back_inserter(reading.problems));
  return reading;
}

std::string changed_values(const Recipe& before, const Recipe& after) {
  std::map<std::string, Json> old_values, new_values;
  flatten(Json::parse(to_json(before)), "", old_values);
  flatten(Json::parse(to_json(after)), "", new_values);
  std::string changes;
  for (const auto& [key, value] : new_values) {
    if (old_values[key] == value) continue;
    const std::string was = shown(old_values[key]), is = shown(value);
    changes += text(changes.empty() ? "" : ", ", key, ' ', was == is ? "changed" : text(was, " → ", is));
  }
  return changes;
}

std::string to_json(const Recipe& recipe) {
  OrderedJson json;
  for_each_field(recipe, FieldWriter{&json});
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace lapilli::training
