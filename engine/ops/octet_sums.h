// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/op.h"

/// Gradients of linear on processors that load octets: kernels of shaders/include/octet_sums.glsl, and the
/// panels of columns that these read.
namespace lapilli::ops {

/// Up to which copies of panels take longer than they save, and what the kernels need: rows, columns, and
/// products in a sum.
inline constexpr uint64_t kLeastOfOctetSums = 32;

/// Whether the device has these kernels, for vectors of so many columns.
bool has_octet_sums(const DeviceCaps& caps, uint64_t columns);

/// Some columns of a matrix.
struct Columns {
  DType dtype;  ///< f32, f16 or bf16
  uint64_t rows;
  uint32_t pitch;  ///< columns of the matrix, at least kLeastOfOctetSums
  uint64_t first;
  uint64_t count;
};

/// Bytes of their panels: f32, whole octets, four at a time.
uint64_t bytes_of_panels(uint64_t rows, uint64_t columns);

/// The launch that copies them into panels of 8 · `octets` columns. The last column is repeated to the end of
/// its panel.
void add_panels(const Columns& columns, BufferRef matrix, uint32_t octets, BufferRef panels,
                DispatchList& out);

}  // namespace lapilli::ops
