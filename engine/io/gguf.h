// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf_metadata.h"
#include "engine/io/tensor_file.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapilli {

/// A GGUF file (versions 2 and 3, little-endian): metadata and tensors, the latter still in the file.
///
/// Everything a header states is checked before it is used, with the limits of gguf_limits. Block scales are
/// not scanned; whoever reads tensor data calls check_blocks. Templates in the metadata are text, never run.
class GgufFile {
 public:
  /// Maps and checks a file. Of a split model any part may be named: all parts are opened, and the metadata
  /// is the first part's. Fails with kNotFound, kIo, kBadFile or kUnsupported; messages name file, place and
  /// both values.
  static Result<GgufFile> open(const std::filesystem::path& path);

  /// Checks a file in memory, e.g. a member of an archive; `content` outlives the object. Parts are not
  /// joined.
  static Result<GgufFile> parse(Bytes content, std::string file);

  [[nodiscard]] const GgufMetadata& metadata() const { return metadata_; }
  /// In file order; shapes outermost first. The data lives as long as this object.
  [[nodiscard]] std::span<const StoredTensor> tensors() const { return tensors_; }
  [[nodiscard]] const StoredTensor* find(std::string_view name) const;

 private:
  GgufFile() = default;
  Result<void> append_part(const std::filesystem::path& path, uint32_t part, uint32_t num_parts);
  void index_tensors();

  GgufMetadata metadata_;
  std::vector<StoredTensor> tensors_;
  std::unordered_map<std::string_view, size_t> index_;
  std::vector<std::unique_ptr<const MappedFile>> files_;  // addresses are kept in the tensors
};

/// Whether a file is a part of a split model behind the first, which stands for all: "m-00002-of-00003.gguf".
[[nodiscard]] bool is_later_part(const std::filesystem::path& path);

/// Bounds of what a reader accepts; several times what the largest real models have.
namespace gguf_limits {
inline constexpr uint64_t kMaxEntries = 65536;
inline constexpr uint64_t kMaxTensors = 65536;
inline constexpr uint64_t kMaxKeyBytes = 65535;
inline constexpr uint64_t kMaxNameBytes = 63;
inline constexpr uint64_t kMaxStringBytes = uint64_t{64} << 20;
inline constexpr uint64_t kMaxArrayCount = uint64_t{16} << 20;
inline constexpr uint64_t kMaxMetadataBytes = uint64_t{256} << 20;
inline constexpr uint64_t kMaxDimension = uint64_t{1} << 31;
inline constexpr uint64_t kMinAlignment = 8;
inline constexpr uint64_t kMaxAlignment = uint64_t{1} << 20;
inline constexpr uint64_t kDefaultAlignment = 32;
}  // namespace gguf_limits

/// What the writer must know of a tensor before its data comes.
struct GgufTensor {
  std::string name;
  DType dtype = DType::f32;
  std::vector<uint64_t> shape;  ///< outermost first, 1 to 4 dimensions
};

/// Takes the data of one tensor in order, in pieces of any size.
using GgufSink = std::function<Result<void>(Bytes)>;

/// Gives tensor `index` to the sink, all of its bytes.
using GgufSource = std::function<Result<void>(size_t index, const GgufSink& sink)>;

/// Writes a version 3 file atomically, one tensor at a time: the data is asked for in order and never held.
///
/// The alignment is 32, or the metadata's general.alignment. Fails with kInvalidArgument for names, shapes or
/// an alignment that a reader would refuse, and for a source that gives too few or too many bytes; else with
/// kIo or the source's own error. The old file stays where anything fails.
[[nodiscard]] Result<void> write_gguf(const std::filesystem::path& path, const GgufMetadata& metadata,
                                      std::span<const GgufTensor> tensors, const GgufSource& source);

}  // namespace lapilli
