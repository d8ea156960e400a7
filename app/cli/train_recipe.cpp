// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_recipe.h"

#include "engine/base/json.h"
#include "engine/io/file.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Problem {
  ErrorCode code = ErrorCode::kInvalidArgument;
  std::string message;
};

/// A value as the recipe's reader takes it: numbers and truth values as such, the rest as text.
json json_of(const std::string& value) {
  const json parsed = json::parse(value, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_number() || parsed.is_boolean()) return parsed;
  double number = 0;
  const char* const end = value.data() + value.size();
  const auto [last, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc() && last == end && std::isfinite(number)) return number;
  return value;
}

/// {"batch": {"size": 8}} of {"batch.size", "8"}, for all changes.
json changes_of(const TrainFlags& flags) {
  json changes = json::object();
  for (const RecipeChange& change : flags.changes) {
    std::string pointer = "/" + change.key;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    changes[json::json_pointer(pointer)] = json_of(change.value);
  }
  if (changes.contains("epochs") && !changes.contains("steps")) changes["steps"] = 0;
  return changes;
}

/// The line where a recipe file names a key ("batch.size"); 0: it does not.
size_t line_of(std::string_view source, const std::string& key) {
  size_t at = 0;
  for (size_t begin = 0; begin <= key.size();) {
    const size_t dot = std::min(key.find('.', begin), key.size());
    const std::string quoted = '"' + key.substr(begin, dot - begin) + '"';
    do {
      at = source.find(quoted, at);
      if (at == std::string_view::npos) return 0;
      at += quoted.size();
    } while (source.substr(std::min(source.find_first_not_of(" \t\r\n", at), source.size()), 1) != ":");
    begin = dot + 1;
  }
  return 1 + static_cast<size_t>(std::count(source.begin(), source.begin() + static_cast<long>(at), '\n'));
}

class RecipeChooser {
 public:
  explicit RecipeChooser(const TrainFlags& flags) : flags_(flags) {}

  Result<training::Recipe> choose() {
    look_at_paths();
    const training::RecipeReading reading = read();
    for (const training::RecipeProblem& problem : reading.problems)
      add(ErrorCode::kInvalidArgument, text(place_of(problem.key), problem.message));
    if (problems_.empty()) return reading.recipe;
    return error();
  }

 private:
  void add(ErrorCode code, std::string message) { problems_.push_back({code, std::move(message)}); }

  void look_at_paths() {
    const ModelPaths& paths = flags_.paths;
    if (paths.model.empty() && !flags_.check) add({}, "--model is missing: give the model to start from");
    const bool plan = flags_.plan || flags_.rehearse;
    if (flags_.data.empty() && (!flags_.plan || flags_.rehearse))
      add({}, "--data is missing: give conversations or a folder of pictures");
    if (flags_.output.empty() && !flags_.check && !plan)
      add({}, "--output is missing: give the folder for what is learned");
    expect("--model", paths.model);
    if (paths.projector != kNoProjector) expect("--projector", paths.projector);
    expect("--vision", paths.vision);
    expect("--base", paths.base);
    expect("--tokenizer", paths.tokenizer);
    expect("--images", flags_.images);
    for (const fs::path& path : flags_.data) expect("--data", path);
  }

  void expect(const char* flag, const fs::path& path) {
    std::error_code ignored;
    if (path.empty() || fs::exists(path, ignored)) return;
    add(ErrorCode::kNotFound, text(flag, ": there is no file or folder ", path.string()));
  }

  training::RecipeReading read() {
    json merged = read_file();
    merged.merge_patch(changes_of(flags_));
    if (!merged.contains("preset") && flags_.recipe.empty())
      add({}, "--preset or --recipe is missing: one of them says what is trained");
    return training::parse_recipe(merged.dump(-1, ' ', false, json::error_handler_t::replace));
  }

  json read_file() {
    if (flags_.recipe.empty()) return json::object();
    auto content = read_text_file(flags_.recipe, uint64_t{1} << 20);
    auto parsed = content ? parse_json(*content, {.max_size_bytes = size_t{1} << 20, .max_depth = 8})
                          : Result<json>(content.error());
    if (parsed && !parsed->is_object())
      parsed = Error(ErrorCode::kBadFile, text("holds ", parsed->type_name(), ", a recipe is an object"));
    if (!parsed) {
      const bool unread = !content;
      const Error error = unread ? parsed.error() : parsed.error().within(flags_.recipe.string());
      add(error.code(), text("--recipe: ", error.what()));
      return json::object();
    }
    source_ = *content;
    return std::move(*parsed);
  }

  /// Who is to blame for a key's value, the last one that set it.
  [[nodiscard]] std::string place_of(const std::string& key) const {
    for (const RecipeChange& change : flags_.changes) {
      if (change.key == key) return text(change.flag, ' ');
    }
    const size_t line = line_of(source_, key);
    if (line == 0) return text(key, key.empty() ? "" : " ");
    return text(flags_.recipe.string(), ':', line, ": ", key, ' ');
  }

  [[nodiscard]] Error error() const {
    const ErrorCode first = problems_.front().code;
    const bool same = std::all_of(problems_.begin(), problems_.end(),
                                  [&](const Problem& problem) { return problem.code == first; });
    std::string message = problems_.size() == 1
                              ? "training can't start:"
                              : text("training can't start for ", problems_.size(), " reasons:");
    for (const Problem& problem : problems_) message += "\n  " + problem.message;
    return Error(same ? first : ErrorCode::kInvalidArgument, message);
  }

  const TrainFlags& flags_;
  std::string source_;
  std::vector<Problem> problems_;
};

}  // namespace

Result<training::Recipe> recipe_of(const TrainFlags& flags) {
  return RecipeChooser(flags).choose();
}

}  // namespace lapilli::cli
