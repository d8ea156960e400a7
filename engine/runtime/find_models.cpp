// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/find_models.h"

#include "engine/io/detect.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/model_config_json.h"

#include <algorithm>
#include <optional>
#include <set>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLevels = 8;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

uint64_t size_of(const fs::path& file) {
  std::error_code error;
  const uint64_t size = fs::file_size(file, error);
  return error ? 0 : size;
}

/// What a folder is as a whole; nothing for one that only holds other things.
std::optional<FoundKind> folder_kind(const fs::path& folder) {
  if (is_there(folder / "adapter_config.json")) return FoundKind::kAdapter;
  if (!is_there(folder / kConfigFile)) return std::nullopt;
  if (is_there(weight_file_in(folder))) return FoundKind::kCheckpoint;
  if (!loading::projector_file_in(folder).empty()) return FoundKind::kProjector;
  return std::nullopt;
}

bool is_weight_file(const fs::path& path) {
  return path.extension() == ".safetensors" || path.extension() == ".bin";
}

std::optional<FoundModel> gguf_model(const fs::path& path) {
  const auto file = GgufFile::open(path);
  if (!file) return std::nullopt;
  const GgufMetadata& metadata = file->metadata();
  const auto text_of = [&](const char* key) {
    const auto value = metadata.get_string(key, "");
    return value ? *value : std::string();
  };
  if (text_of("general.architecture") == "clip" || text_of("general.type") == "mmproj") return std::nullopt;
  FoundModel model{path, text_of("general.type") == "adapter" ? FoundKind::kAdapter : FoundKind::kGguf, 0};
  for (const StoredTensor& tensor : file->tensors()) model.size_bytes += tensor.data.size();
  return model;
}

std::optional<FoundModel> file_model(const fs::path& path) {
  const auto file = MappedFile::open(path);
  if (!file) return std::nullopt;
  const FileKind kind = detect(file->bytes());
  if (kind == FileKind::kGguf) return is_later_part(path) ? std::nullopt : gguf_model(path);
  if (kind == FileKind::kOther && Llama2cFile::detect(file->bytes())) {
    return FoundModel{path, FoundKind::kLlama2c, file->size_bytes()};
  }
  return std::nullopt;
}

class Search {
 public:
  Search(const EventSink& sink, std::stop_token stop) : sink_(sink), stop_(std::move(stop)) {}

  void look_at(const fs::path& place) {
    std::error_code error;
    if (fs::is_directory(place, error)) {
      look_into(place, 0);
    } else if (const auto model = file_model(place)) {
      add(*model);
    }
  }
  std::vector<FoundModel> take() {
    std::sort(models_.begin(), models_.end(),
              [](const FoundModel& a, const FoundModel& b) { return a.path < b.path; });
    return std::move(models_);
  }

 private:
  void look_into(const fs::path& folder, int level) {
    if (stop_.stop_requested()) return;
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      entries.push_back(*at);
    }
    if (error) sink_(Note{"folder_unreadable", text(folder.string(), ": ", error.message())});
    sink_(Progress{"looking for models", ++folders_, 0, "folders"});
    const auto kind = folder_kind(folder);
    if (kind) add(folder_model(folder, *kind, entries));
    for (const fs::directory_entry& entry : entries) {
      if (stop_.stop_requested()) return;
      if (entry.is_directory(error)) {
        // The encoder within a model's folder is a part of it.
        if (!kind && level < kMostLevels && is_visited(entry)) look_into(entry.path(), level + 1);
      } else if (entry.is_regular_file(error) && !(kind && is_weight_file(entry.path()))) {
        if (const auto model = file_model(entry.path())) add(*model);
      }
    }
  }

  /// The store behind a Hugging Face cache has every file a second time, without its name.
  static bool is_visited(const fs::directory_entry& entry) {
    std::error_code error;
    const fs::path& path = entry.path();
    const std::string name = path.filename().string();
    if (entry.is_symlink(error) || name.starts_with('.')) return false;
    return !(name == "blobs" && is_there(path.parent_path() / "snapshots"));
  }

  static FoundModel folder_model(const fs::path& folder, FoundKind kind,
                                 const std::vector<fs::directory_entry>& entries) {
    FoundModel model{folder, kind, 0};
    for (const fs::directory_entry& entry : entries) {
      if (is_weight_file(entry.path())) model.size_bytes += size_of(entry.path());
    }
    return model;
  }

  void add(const FoundModel& model) {
    std::error_code error;
    const fs::path real = fs::canonical(model.path, error);
    if (seen_.insert(error ? model.path : real).second) models_.push_back(model);
  }

  const EventSink& sink_;
  std::stop_token stop_;
  std::vector<FoundModel> models_;
  std::set<fs::path> seen_;
  uint64_t folders_ = 0;
};

}  // namespace

std::string_view to_string(FoundKind kind) {
  switch (kind) {
    case FoundKind::kCheckpoint:
      return "checkpoint";
    case FoundKind::kAdapter:
      return "adapter";
    case FoundKind::kProjector:
      return "projector";
    case FoundKind::kGguf:
      return "gguf";
    case FoundKind::kLlama2c:
      return "llama2c";
  }
  return "checkpoint";
}

std::vector<FoundModel> find_models(std::span<const fs::path> places, const EventSink& sink,
                                    std::stop_token stop) {
  Search search(sink, std::move(stop));
  for (const fs::path& place : places) search.look_at(place);
  return search.take();
}

}  // namespace lapilli
