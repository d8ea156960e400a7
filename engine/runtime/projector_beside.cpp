// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/projector_beside.h"

#include "engine/base/error.h"
#include "engine/runtime/model_config_gguf.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace lapilli::loading {
namespace {

namespace fs = std::filesystem;

std::string lower_stem(const fs::path& file) {
  std::string stem = file.stem().string();
  std::transform(stem.begin(), stem.end(), stem.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return stem;
}

/// Words of a file's name that tell of no model: kinds of files, types of weights ("q4_k_m"), sizes ("7b"),
/// versions.
bool tells_nothing(std::string_view word) {
  constexpr std::array<std::string_view, 18> kUsual = {
      "mmproj", "model", "ggml", "gguf", "projector", "vision", "clip", "encoder",  "f16",
      "f32",    "bf16",  "fp16", "fp32", "of",        "chat",   "hf",   "instruct", "xxs"};
  if (word.size() < 3 || std::find(kUsual.begin(), kUsual.end(), word) != kUsual.end()) return true;
  if (word.starts_with("iq")) word.remove_prefix(1);
  if (word[0] == 'v' || word[0] == 'q') word.remove_prefix(1);
  if (word.ends_with('b') || word.ends_with('m')) word.remove_suffix(1);
  return std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); });
}

using Words = std::set<std::string>;

Words words_of(const fs::path& file) {
  Words words;
  std::string word;
  for (const char c : lower_stem(file) + '-') {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      word += c;
      continue;
    }
    if (!tells_nothing(word)) words.insert(word);
    word.clear();
  }
  return words;
}

/// Not within a longer word.
bool holds_whole(const std::string& name, const std::string& part) {
  const auto inside_word = [&](size_t at) {
    return at < name.size() && std::isalnum(static_cast<unsigned char>(name[at])) != 0;
  };
  for (size_t at = name.find(part); at != std::string::npos; at = name.find(part, at + 1)) {
    if ((at == 0 || !inside_word(at - 1)) && !inside_word(at + part.size())) return true;
  }
  return false;
}

bool has_its_name(const fs::path& projector, const fs::path& model) {
  return projector.filename() == text("mmproj-", model.filename().string());
}

bool is_named_after(const fs::path& projector, const fs::path& model) {
  if (has_its_name(projector, model)) return true;
  const Words words = words_of(model);  // none for a "model.gguf", which is part of many names
  return !words.empty() &&
         (words == words_of(projector) || holds_whole(lower_stem(projector), lower_stem(model)));
}

bool tells_of_another(const fs::path& projector, const fs::path& model) {
  const Words theirs = words_of(projector), ours = words_of(model);
  const auto is_theirs = [&](const std::string& word) {  // "vicuna" and "vicuna7b" are the same
    return std::any_of(theirs.begin(), theirs.end(), [&](const std::string& other) {
      return other.starts_with(word) || word.starts_with(other);
    });
  };
  return !theirs.empty() && !ours.empty() && std::none_of(ours.begin(), ours.end(), is_theirs);
}

/// One that could be chosen.
struct Candidate {
  fs::path path;
  GgufFile file;
};

class Choice {
 public:
  Choice(const fs::path& language_file, uint64_t width) : language_(language_file), width_(width) {
    const fs::path folder = language_.has_parent_path() ? language_.parent_path() : fs::path(".");
    for (const fs::path& path : gguf_files(folder)) {
      if (path.filename() != language_.filename()) look_at(path);
    }
  }

  ProjectorBeside choose() {
    const auto exact = [&](const Candidate& one) { return has_its_name(one.path, language_); };
    const auto named = [&](const Candidate& one) { return is_named_after(one.path, language_); };
    const auto possible = [&](const Candidate& one) { return !is_of_another(one.path); };
    if (!take_one_of(exact) && !take_one_of(named) && !take_one_of(possible) && !candidates_.empty())
      note(
          text("The projector file beside the model, ", names(candidates_),
               ", has the name of another model and was not taken; name it with --projector if it belongs to "
               "this one."));
    return std::move(result_);
  }

 private:
  void note(std::string sentence) { result_.notes.push_back(std::move(sentence)); }

  void look_at(const fs::path& path) {
    const bool named = is_named_after(path, language_);
    auto file = GgufFile::open(path);
    if (!file) return unreadable(path, named, file.error());
    if (!is_projector_file(*file)) {
      models_.push_back(path);
    } else if (const auto width = projector_width(*file); width == width_) {
      candidates_.push_back({path, std::move(*file)});
    } else if (named) {
      note(text("The projector file beside the model, ", path.filename().string(), ", gives rows of ",
                width.value_or(0), " values, the model has ", width_, "; it was not taken."));
    }
  }

  void unreadable(const fs::path& path, bool named, const Error& error) {
    if (lower_stem(path).find("mmproj") == std::string::npos) return;
    if (named) {
      throw Error(error.code(), error.message() + "; --projector none opens the model without it",
                  error.place());
    }
    note(text("A projector file beside the model cannot be read and was not taken: ", error.what(), '.'));
  }

  [[nodiscard]] bool is_of_another(const fs::path& projector) const {
    const auto owns = [&](const fs::path& model) { return is_named_after(projector, model); };
    return tells_of_another(projector, language_) || std::any_of(models_.begin(), models_.end(), owns);
  }

  /// False where none is of that kind; of several none is taken.
  template <class Kind>
  bool take_one_of(const Kind& kind) {
    std::vector<Candidate*> found;
    for (Candidate& one : candidates_) {
      if (kind(one)) found.push_back(&one);
    }
    if (found.size() == 1) {
      note(text("Pictures go through the projector file found beside the model: ", found[0]->path.string(),
                "; --projector none leaves it out."));
      result_.file = std::move(found[0]->file);
    } else if (!found.empty()) {
      note(
          text("Several projector files beside the model fit it and none was taken; choose one with "
               "--projector: ",
               names(candidates_), '.'));
    }
    return !found.empty();
  }

  static std::string names(const std::vector<Candidate>& candidates) {
    std::vector<fs::path> files;
    for (const Candidate& one : candidates) files.push_back(one.path);
    return names_of(files);
  }

  fs::path language_;
  uint64_t width_;
  std::vector<Candidate> candidates_;
  std::vector<fs::path> models_;  ///< the other language models of the folder
  ProjectorBeside result_;
};

}  // namespace

std::vector<fs::path> gguf_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".gguf" && !is_later_part(entry.path()))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string names_of(const std::vector<fs::path>& files) {
  std::string names;
  for (const fs::path& file : files) names += (names.empty() ? "" : ", ") + file.filename().string();
  return names;
}

std::optional<uint64_t> projector_width(const GgufFile& file) {
  std::optional<uint64_t> width;
  for (int layer = 0;; layer += 2) {
    const StoredTensor* weight = file.find(text("mm.", layer, ".weight"));
    if (weight == nullptr || weight->shape.empty()) return width;
    width = weight->shape[0];
  }
}

ProjectorBeside projector_beside(const fs::path& language_file, const LlamaConfig& language) {
  return Choice(language_file, language.dim).choose();
}

}  // namespace lapilli::loading
