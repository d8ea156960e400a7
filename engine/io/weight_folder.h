// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

namespace lapilli {

/// The tensors of one model, in one file or several. Move-only; tensors live as long as this object.
class WeightSet {
 public:
  /// Fails with kBadFile when two files hold a tensor of the same name.
  static Result<WeightSet> create(std::vector<TensorFile> files);

  [[nodiscard]] std::span<const TensorFile> files() const { return files_; }
  /// Null for a name no file holds.
  [[nodiscard]] const StoredTensor* find(std::string_view name) const;
  [[nodiscard]] size_t size() const { return index_.size(); }

 private:
  WeightSet() = default;
  std::vector<TensorFile> files_;
  std::unordered_map<std::string_view, const StoredTensor*> index_;
};

/// Opens a safetensors or PyTorch file, told apart by content; other kinds are refused with the reason.
[[nodiscard]] Result<TensorFile> open_tensor_file(const std::filesystem::path& path);

/// Opens every file of an index. Each tensor must be in the file the index names, and nowhere else.
[[nodiscard]] Result<WeightSet> open_shards(const std::filesystem::path& index_file);

/// The file of a Hugging Face folder that its weights are opened by: model.safetensors, the index of its
/// shards, pytorch_model.bin or the index of its shards, the first of them that is there, be it as a link
/// that leads nowhere. Empty where there is none.
[[nodiscard]] std::filesystem::path weight_file_in(const std::filesystem::path& folder);

/// Opens the weights that weight_file_in names. Other files of the folder are never opened. A link that leads
/// nowhere is refused (kNotFound) with its target.
[[nodiscard]] Result<WeightSet> open_weight_folder(const std::filesystem::path& folder);

}  // namespace lapilli
