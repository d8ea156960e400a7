// SPDX-License-Identifier: Apache-2.0
#include "engine/io/weight_folder.h"

#include "engine/io/detect.h"
#include "engine/io/safetensors.h"
#include "engine/io/shard_index.h"
#include "engine/io/torch_file.h"

namespace lapilli {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxIndexBytes = uint64_t{16} << 20;

/// Every tensor of `file` belongs there, by the index.
Result<void> check_members(const ShardIndex& index, const std::string& name, const TensorFile& file) {
  for (const StoredTensor& tensor : file.tensors()) {
    const auto entry = index.file_of.find(tensor.name);
    if (entry == index.file_of.end()) {
      return Error(ErrorCode::kBadFile,
                   text("holds the tensor \"", tensor.name, "\", which the index does not list"),
                   file.file());
    }
    if (entry->second != name) {
      return Error(ErrorCode::kBadFile,
                   text("holds the tensor \"", tensor.name, "\", which the index places in ", entry->second),
                   file.file());
    }
  }
  return {};
}

/// What an interrupted download leaves in a hub's cache.
Result<void> refuse_dangling_link(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_symlink(path, ignored) || fs::exists(path, ignored)) return {};
  return Error(ErrorCode::kNotFound,
               text("is a link to ", fs::read_symlink(path, ignored).string(),
                    ", which is not there; the download did not finish, fetch the file again"),
               path.string());
}

}  // namespace

Result<WeightSet> WeightSet::create(std::vector<TensorFile> files) {
  WeightSet set;
  set.files_ = std::move(files);
  for (const TensorFile& file : set.files_) {
    for (const StoredTensor& tensor : file.tensors()) {
      const auto [known, fresh] = set.index_.emplace(tensor.name, &tensor);
      if (fresh) continue;
      return Error(ErrorCode::kBadFile,
                   text("holds the tensor \"", tensor.name, "\", which is also in ", known->second->file),
                   file.file());
    }
  }
  return set;
}

const StoredTensor* WeightSet::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : found->second;
}

Result<TensorFile> open_tensor_file(const fs::path& path) {
  FileKind kind{};
  {
    const auto mapped = MappedFile::open(path);
    if (!mapped) return mapped.error();
    kind = detect(mapped->bytes());
  }
  if (kind == FileKind::kSafetensors) return open_safetensors(path);
  if (kind == FileKind::kZip) return open_torch_file(path);
  if (kind == FileKind::kGguf) {
    return Error(ErrorCode::kUnsupported, "is a GGUF file, a safetensors or PyTorch file is expected here",
                 path.string());
  }
  return Error(refusal_code(kind), std::string(refusal(kind)), path.string());
}

Result<WeightSet> open_shards(const fs::path& index_file) {
  const auto json = read_text_file(index_file, kMaxIndexBytes);
  if (!json) return json.error();
  const auto index = parse_shard_index(*json);
  if (!index) return index.error().within(index_file.string());

  std::vector<TensorFile> files;
  for (const std::string& name : index->files) {
    if (auto whole = refuse_dangling_link(index_file.parent_path() / name); !whole) return whole.error();
    auto file = open_tensor_file(index_file.parent_path() / name);
    if (!file && file.error().code() == ErrorCode::kNotFound) {
      return Error(ErrorCode::kNotFound,
                   text("is one of the ", index->files.size(), " files listed in ",
                        index_file.filename().string(), " and is missing; download it too"),
                   (index_file.parent_path() / name).string());
    }
    if (!file) return file.error();
    if (auto checked = check_members(*index, name, *file); !checked) return checked.error();
    files.push_back(std::move(*file));
  }
  auto set = WeightSet::create(std::move(files));
  if (!set) return set;
  for (const auto& [tensor, file] : index->file_of) {
    if (set->find(tensor)) continue;
    return Error(ErrorCode::kBadFile,
                 text("does not hold the tensor \"", tensor, "\", which the index places there"),
                 (index_file.parent_path() / file).string());
  }
  return set;
}

fs::path weight_file_in(const fs::path& folder) {
  for (const char* name : {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                           "pytorch_model.bin.index.json"}) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(folder / name, ignored))) return folder / name;
  }
  return {};
}

Result<WeightSet> open_weight_folder(const fs::path& folder) {
  const fs::path path = weight_file_in(folder);
  if (path.empty()) {
    return Error(
        ErrorCode::kNotFound,
        "has no weights: neither model.safetensors nor pytorch_model.bin, nor an index of their shards "
        "(*.index.json)",
        folder.string());
  }
  if (auto whole = refuse_dangling_link(path); !whole) return whole.error();
  if (path.extension() == ".json") return open_shards(path);
  auto file = open_tensor_file(path);
  if (!file) return file.error();
  std::vector<TensorFile> files;
  files.push_back(std::move(*file));
  return WeightSet::create(std::move(files));
}

}  // namespace lapilli
