// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/settings.h"

#include "app/captions/built_in_presets.h"
#include "app/captions/names.h"
#include "app/captions/prompt_pattern.h"
#include "engine/base/trimmed.h"
#include "engine/io/file.h"
#include "engine/io/ordered_json.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

using json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& place, std::string_view what) {
  throw Error(ErrorCode::kInvalidArgument, std::string(what), place);
}

std::string list_of(std::span<const std::string_view> names) {
  std::string all;
  for (const std::string_view name : names) all += text(all.empty() ? "" : ", ", name);
  return all;
}

/// An object whose every key must be one that is asked for.
class Reader {
 public:
  Reader(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) refuse(place_, "is no JSON object");
  }

  [[nodiscard]] const json* find(const char* key) {
    known_.insert(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::string place_of(std::string_view key) const { return text(place_, '/', key); }

  void read(const char* key, std::string& to) {
    if (const json* value = find(key)) to = string_of(*value, place_of(key));
  }
  void read(const char* key, std::optional<std::string>& to) {
    if (const json* value = find(key)) to = string_of(*value, place_of(key));
  }
  void read(const char* key, bool& to) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) refuse(place_of(key), "is neither true nor false");
    to = value->get<bool>();
  }
  void read(const char* key, float& to) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number()) refuse(place_of(key), "is no number");
    to = value->get<float>();
  }
  template <class Integer>
  void read_integer(const char* key, Integer& to, uint64_t most) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number_integer() || value->get<int64_t>() < 0 || value->get<uint64_t>() > most)
      refuse(place_of(key), text("is no integer from 0 to ", most));
    to = static_cast<Integer>(value->get<uint64_t>());
  }
  template <class Value, size_t Count>
  void read_name(const char* key, Value& to, const std::array<std::string_view, Count>& names) {
    if (const json* value = find(key)) to = static_cast<Value>(index_of(*value, names, place_of(key)));
  }
  template <size_t Count>
  static size_t index_of(const json& value, const std::array<std::string_view, Count>& names,
                         const std::string& place) {
    const std::string name = string_of(value, place);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) refuse(place, text("is \"", name, "\", known are ", list_of(names)));
    return static_cast<size_t>(found - names.begin());
  }
  static std::string string_of(const json& value, const std::string& place) {
    if (!value.is_string()) refuse(place, "is no string");
    return value.get<std::string>();
  }

  void refuse_others() const {
    for (const auto& [key, value] : object_.items()) {
      if (!known_.contains(key)) refuse(place_of(key), "is no setting of captions");
    }
  }

 private:
  const json& object_;
  std::string place_;
  std::set<std::string> known_;
};

const json& array_at(const json& value, const std::string& place) {
  if (!value.is_array()) refuse(place, "is no array");
  return value;
}

Question question_from(const json& form, const std::string& place) {
  Reader reader(form, place);
  Question question;
  reader.read("field", question.field);
  reader.read("prompt", question.prompt);
  if (const json* format = reader.find("format")) {
    auto read = response_format_from_json(*format);
    if (!read)
      throw Error(read.error().code(), read.error().message(), place + "/format" + read.error().place());
    question.format = *std::move(read);
  }
  reader.refuse_others();
  return question;
}

void read_generation(const json& form, GenerationOptions& to) {
  Reader reader(form, "/generation");
  constexpr uint64_t kMost = 1 << 20;
  reader.read("temperature", to.sampling.temperature);
  reader.read("top_p", to.sampling.top_p);
  reader.read("min_p", to.sampling.min_p);
  reader.read("repeat_penalty", to.sampling.repetition_penalty);
  reader.read_integer("top_k", to.sampling.top_k, kMost);
  reader.read_integer("seed", to.sampling.seed, std::numeric_limits<int64_t>::max());
  reader.read_integer("max_tokens", to.max_tokens, kMost);
  if (const json* stops = reader.find("stop_strings")) {
    to.stops.clear();
    for (const json& item : array_at(*stops, "/generation/stop_strings"))
      to.stops.push_back(Reader::string_of(item, "/generation/stop_strings"));
  }
  reader.refuse_others();
}

Settings read_settings(const json& form, Settings to) {
  Reader reader(form, "");
  if (const json* questions = reader.find("questions")) {
    to.questions.clear();
    for (const json& question : array_at(*questions, "/questions"))
      to.questions.push_back(question_from(question, text("/questions/", to.questions.size())));
  }
  reader.read("system", to.system);
  reader.read("template", to.template_name);
  if (const json* aspect = reader.find("aspect"))
    to.picture.aspect = static_cast<AspectPolicy>(Reader::index_of(*aspect, kAspectNames, "/aspect"));
  reader.read_name("orientation", to.picture.orientation, kOrientationNames);
  if (const json* generation = reader.find("generation")) read_generation(*generation, to.generation);
  if (const json* outputs = reader.find("outputs")) {
    to.outputs.clear();
    for (const json& name : array_at(*outputs, "/outputs"))
      add_output(to.outputs, static_cast<Output>(Reader::index_of(name, kOutputNames, "/outputs")));
  }
  reader.read_name("existing", to.existing, kExistingNames);
  reader.read("overwrite_edited", to.overwrite_edited);
  reader.read("recursive", to.recursive);
  reader.read("bom", to.bom);
  if (const json* shard = reader.find("shard")) {
    Reader part(*shard, "/shard");
    part.read_integer("index", to.shard.index, 1 << 20);
    part.read_integer("count", to.shard.count, 1 << 20);
    part.refuse_others();
  }
  reader.refuse_others();
  return to;
}

void check_field(const Question& question, std::set<std::string>& fields) {
  const std::string& name = question.field;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), allowed) || name == "file")
    refuse("field",
           text("\"", name, "\" is no name for a field: letters, digits, - and _, and not \"file\""));
  if (!fields.insert(name).second)
    refuse("field", text("two questions have the field \"", name, "\"; give each its own"));
}

/// Whether an output has a place for a question's answer.
bool has_place(const Settings& settings, size_t question, Output output) {
  if (is_of_folder(output)) return true;
  const std::string& field = settings.questions[question].field;
  const bool is_first = question == 0;
  if (output == Output::kTxt || output == Output::kCaption) return is_first;
  if (field == "tags" || field == "alt" || field == "caption") return true;
  const auto& questions = settings.questions;
  return is_first && std::none_of(questions.begin(), questions.end(),
                                  [](const Question& other) { return other.field == "caption"; });
}

/// An answer that goes nowhere has been computed for nothing.
void check_places(const Settings& settings) {
  for (size_t question = 0; question < settings.questions.size(); ++question) {
    const bool found = std::any_of(settings.outputs.begin(), settings.outputs.end(),
                                   [&](Output output) { return has_place(settings, question, output); });
    if (found) continue;
    std::string outputs;
    for (const Output output : settings.outputs)
      outputs += text(outputs.empty() ? "" : ", ", to_string(output));
    refuse(settings.questions[question].field,
           text("no place for the answers to \"", settings.questions[question].prompt, "\" in ", outputs,
                "; add csv or jsonl to the outputs (xmp and embedded have places for tags and alt)"));
  }
}

/// Where the window saves the user's presets, as NAME.json.
std::filesystem::path preset_folder() {
  const char* const configuration = std::getenv("XDG_CONFIG_HOME");
  const char* const home = std::getenv("HOME");
  if (configuration != nullptr && *configuration != '\0')
    return std::filesystem::path(configuration) / "lapilli/captions";
  return std::filesystem::path(home == nullptr ? "/" : home) / ".config/lapilli/captions";
}

}  // namespace

std::span<const std::string_view> output_names() {
  return kOutputNames;
}
std::span<const std::string_view> existing_names() {
  return kExistingNames;
}
std::string_view to_string(Output output) {
  return kOutputNames.at(static_cast<size_t>(output));
}
std::string_view to_string(Existing existing) {
  return kExistingNames.at(static_cast<size_t>(existing));
}
void add_output(std::vector<Output>& outputs, Output output) {
  if (std::find(outputs.begin(), outputs.end(), output) == outputs.end()) outputs.push_back(output);
}
bool is_of_folder(Output output) {
  return output == Output::kJsonl || output == Output::kCsv || output == Output::kLlavaJson;
}

Result<Settings> settings_from_json(const json& form, Settings base) {
  return try_result([&] { return read_settings(form, std::move(base)); });
}

json to_json(const Settings& settings) {
  json form;
  for (const Question& question : settings.questions)
    form["questions"].push_back(
        {{"field", question.field}, {"prompt", question.prompt}, {"format", to_json(question.format)}});
  if (settings.system) form["system"] = *settings.system;
  form["template"] = settings.template_name;
  if (settings.picture.aspect)
    form["aspect"] = kAspectNames.at(static_cast<size_t>(*settings.picture.aspect));
  form["orientation"] = kOrientationNames.at(static_cast<size_t>(settings.picture.orientation));
  const SamplingOptions& sampling = settings.generation.sampling;
  form["generation"] = {{"temperature", sampling.temperature},
                        {"top_p", sampling.top_p},
                        {"min_p", sampling.min_p},
                        {"repeat_penalty", sampling.repetition_penalty},
                        {"top_k", sampling.top_k},
                        {"seed", sampling.seed},
                        {"max_tokens", settings.generation.max_tokens},
                        {"stop_strings", settings.generation.stops}};
  form["outputs"] = json::array();
  for (const Output output : settings.outputs) form["outputs"].push_back(to_string(output));
  form["existing"] = to_string(settings.existing);
  form["overwrite_edited"] = settings.overwrite_edited;
  form["recursive"] = settings.recursive;
  form["bom"] = settings.bom;
  form["shard"] = {{"index", settings.shard.index}, {"count", settings.shard.count}};
  return form;
}

Result<void> check_settings(const Settings& settings) {
  return try_result([&] {
    if (settings.questions.empty()) refuse("questions", "there is none; give a prompt or a preset");
    std::set<std::string> fields;
    for (const Question& question : settings.questions) {
      check_field(question, fields);
      if (trimmed(question.prompt).empty()) refuse(question.field, "the prompt is empty");
      if (auto prompt = PromptPattern::parse(question.prompt); !prompt)
        throw prompt.error().within(question.field);
      check_format(question.format).value();
    }
    if (settings.outputs.empty()) refuse("outputs", text("there is none; known are ", list_of(kOutputNames)));
    check_places(settings);
    const Shard& shard = settings.shard;
    if (shard.index < 1 || shard.count < 1 || shard.index > shard.count)
      refuse("shard", text(shard.index, "/", shard.count, " is no part: 1/4 to 4/4 are the parts of four"));
  });
}

Result<Settings> load_preset(const std::string& name_or_file) {
  for (const BuiltInPreset& preset : kBuiltInPresets) {
    if (preset.name == name_or_file) return settings_from_json(json::parse(preset.form));
  }
  const bool is_file = name_or_file.ends_with(".json");
  const std::filesystem::path file =
      is_file ? std::filesystem::path(name_or_file) : preset_folder() / text(name_or_file, ".json");
  std::error_code error;
  if (!is_file && (name_or_file.find('/') != std::string::npos || !std::filesystem::exists(file, error))) {
    return Error(ErrorCode::kInvalidArgument,
                 text("there is no preset \"", name_or_file, "\"; known are ", list_of(preset_names()),
                      " and those in ", preset_folder().string(), ", or name a .json file"));
  }
  return try_result([&] {
    const std::string source = read_text_file(file, 1 << 20).value();
    const auto parsed = parse_ordered_json(source);  // a schema's keys stay in their order
    if (!parsed) throw parsed.error().within(file.string());
    auto settings = settings_from_json(*parsed);
    if (!settings) throw settings.error().within(file.string());
    return *std::move(settings);
  });
}

std::span<const std::string_view> preset_names() {
  static const auto kNames = [] {
    std::array<std::string_view, std::size(kBuiltInPresets)> names;
    std::transform(std::begin(kBuiltInPresets), std::end(kBuiltInPresets), names.begin(),
                   [](const BuiltInPreset& preset) { return preset.name; });
    return names;
  }();
  return kNames;
}

}  // namespace lapilli::captions
