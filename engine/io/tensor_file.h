// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/io/file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapilli {

/// How a file stores elements: a type we compute with, or one that is only checked and listed (i64, bool, …).
struct StoredType {
  std::string_view name;        ///< "f16", "q4_k", "i64"; static storage
  uint32_t block_elements = 1;  ///< elements in the smallest unit of whole bytes
  uint32_t block_bytes = 0;     ///< bytes of that unit
  std::optional<DType> dtype;   ///< nothing for types no kernel knows
};

[[nodiscard]] StoredType stored_type(DType dtype);

/// Scalars that files hold beside weights: f64 (readable as f32), i64, i16, i8, u8, bool.
inline constexpr StoredType kStoredF64 = {"f64", 1, 8, std::nullopt};
inline constexpr StoredType kStoredI64 = {"i64", 1, 8, std::nullopt};
inline constexpr StoredType kStoredI16 = {"i16", 1, 2, std::nullopt};
inline constexpr StoredType kStoredI8 = {"i8", 1, 1, std::nullopt};
inline constexpr StoredType kStoredU8 = {"u8", 1, 1, std::nullopt};
inline constexpr StoredType kStoredBool = {"bool", 1, 1, std::nullopt};

/// One tensor of a weight file (safetensors, PyTorch, GGUF), its elements still in the file.
///
/// A reader gives out tensors whose `data` covers every element; they live as long as the reader that made
/// them.
struct StoredTensor {
  std::string name;
  StoredType type;
  std::vector<uint64_t> shape;  ///< outermost first; empty for a scalar
  /// The elements in row-major order; with strides, the range from the first to the last element reached.
  Bytes data;
  std::vector<uint64_t> strides;  ///< in elements, one a dimension; empty when contiguous
  std::string file;               ///< for messages
  /// Where set, `data` lies in it, and contiguous copies notice a file cut short instead of raising a signal.
  const MappedFile* source = nullptr;
};

/// Product of the shape; nothing on overflow.
[[nodiscard]] std::optional<uint64_t> element_count(std::span<const uint64_t> shape);

/// Bytes of a contiguous tensor; nothing on overflow or when the elements don't fill whole blocks.
[[nodiscard]] std::optional<uint64_t> stored_bytes(const StoredType& type, std::span<const uint64_t> shape);

/// Copies elements [first, first + n) of the row-major order as they are stored, n given by the size of `to`.
/// Both ends must fall on blocks and lie inside the tensor (kInvalidArgument). Fails with kIo on a cut file.
[[nodiscard]] Result<void> copy_raw(const StoredTensor& tensor, uint64_t first, std::span<std::byte> to);

/// As copy_raw, converted to f32. Stored types: f32, f16, bf16, f64 and the block formats;
/// kUnsupported for the others.
[[nodiscard]] Result<void> copy_f32(const StoredTensor& tensor, uint64_t first, std::span<float> to);

/// Index of the first NaN or infinity among f32, f16 or bf16 elements.
[[nodiscard]] std::optional<uint64_t> first_non_finite(DType dtype, Bytes elements);

/// An opened weight file: its tensors, and the mapping they point into. Move-only.
class TensorFile {
 public:
  /// `tensors` point into `mapped`; their `file` and `source` are filled in here.
  TensorFile(MappedFile mapped, std::vector<StoredTensor> tensors,
             std::map<std::string, std::string> metadata = {});

  [[nodiscard]] std::string file() const { return mapped_->path().string(); }
  [[nodiscard]] std::span<const StoredTensor> tensors() const { return tensors_; }
  /// Nothing (null) for a name the file does not hold; the pointer lives as long as this object.
  [[nodiscard]] const StoredTensor* find(std::string_view name) const;
  /// The free texts a safetensors file carries; empty for other formats.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::unique_ptr<const MappedFile> mapped_;
  std::vector<StoredTensor> tensors_;
  std::unordered_map<std::string_view, size_t> index_;
  std::map<std::string, std::string> metadata_;
};

/// "[4096, 11008]", for messages.
[[nodiscard]] std::string shape_text(std::span<const uint64_t> shape);

}  // namespace lapilli
