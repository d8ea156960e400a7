// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

#include <functional>

namespace lapilli {

/// Tensors (in the order of their data) and free texts of a safetensors file.
struct SafetensorsContent {
  std::vector<StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads a safetensors file, given whole; tensors point into `file`.
///
/// Refuses (kBadFile, place = "offset …" or the tensor's name) whatever the format forbids: offsets that
/// leave holes, overlap, or do not fit the shape or the file; unknown types; duplicate keys; integers that
/// are not plain u64 below 2^63. Limits: header 16 MiB, 65 536 tensors, 8 dimensions, names of 1024 bytes.
[[nodiscard]] Result<SafetensorsContent> parse_safetensors(Bytes file);

/// Maps and reads a file; errors name it.
[[nodiscard]] Result<TensorFile> open_safetensors(const std::filesystem::path& path);

/// One tensor to be written.
struct TensorToWrite {
  std::string name;
  StoredType type;  ///< a scalar type
  std::vector<uint64_t> shape;
  Bytes data;  ///< row-major; unused where `fill` is set
  /// Gives bytes [first, first + to.size()); called for consecutive ranges, so that a large tensor needs no
  /// second copy.
  std::function<Result<void>(uint64_t first, std::span<std::byte> to)> fill = {};
};

/// Writes (atomically) what the reference writer would for the same tensors: largest alignment first, then by
/// name, the header padded to a multiple of 8.
/// Fails with kInvalidArgument on duplicate or unusable names, types without a safetensors name, or data
/// whose size differs from the shape's.
[[nodiscard]] Result<void> write_safetensors(const std::filesystem::path& path,
                                             std::span<const TensorToWrite> tensors,
                                             const std::map<std::string, std::string>& metadata = {});

}  // namespace lapilli
