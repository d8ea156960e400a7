// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/dtype.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>

namespace lapilli {

/// One to four extents, outermost first; the last one is contiguous in memory.
class Shape {
 public:
  static constexpr size_t kMaxRank = 4;

  Shape() = default;
  /// Throws kShape for more than four extents, or for an extent of zero or above 2³¹.
  Shape(std::initializer_list<uint64_t> extents);
  explicit Shape(std::span<const uint64_t> extents);

  [[nodiscard]] size_t rank() const { return rank_; }
  [[nodiscard]] uint32_t operator[](size_t axis) const { return extents_[axis]; }
  /// Elements of the innermost axis; 1 for rank 0.
  [[nodiscard]] uint32_t cols() const { return rank_ == 0 ? 1 : extents_[rank_ - 1]; }
  /// All other extents multiplied.
  [[nodiscard]] uint64_t rows() const;
  [[nodiscard]] uint64_t elements() const { return rows() * cols(); }

  bool operator==(const Shape&) const = default;

 private:
  std::array<uint32_t, kMaxRank> extents_{};
  uint8_t rank_ = 0;
};

/// "[577, 1024]"
std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// What a tensor holds.
struct TensorType {
  DType dtype = DType::f32;
  Shape shape;
  /// Only the first rows, as many as the graph's live-row count says at run time, hold values; kernels skip
  /// the others.
  bool live_rows = false;

  [[nodiscard]] uint32_t cols() const { return shape.cols(); }
  [[nodiscard]] uint64_t rows() const { return shape.rows(); }
  [[nodiscard]] uint64_t size_bytes() const { return shape.rows() * row_bytes(dtype, shape.cols()); }

  bool operator==(const TensorType&) const = default;
};

/// "f16 [577, 1024]", with " live" where only some rows are.
std::ostream& operator<<(std::ostream& out, const TensorType& type);

}  // namespace lapilli
