// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/op.h"
#include "engine/ops/ops.h"

/// The kernels that multiply by a weight, and which of them a device gets.
namespace lapilli::ops {

/// As the shaders' constant ACTIVATION counts.
inline constexpr uint32_t kSiluGate = 3;

/// What a product is made of.
struct LinearCase {
  DType x;
  DType weight;
  uint64_t tokens;
  uint64_t in_dim;
  uint32_t activation = 0;  ///< an Activation, or kSiluGate

  /// Rows are not made of whole groups of 32 elements.
  [[nodiscard]] bool ragged() const { return in_dim % 32 != 0; }
  /// The kernel's own constants, then what all kernels but those of octets have.
  [[nodiscard]] std::vector<uint32_t> constants(std::vector<uint32_t> own) const;
};

/// One of the kernels of linear, cut for a device. It computes `rows` × `columns` results a workgroup.
struct LinearKernel {
  const ShaderInfo* shader;
  std::vector<uint32_t> constants;  ///< in the order of the shader's tune lines
  uint64_t rows;
  uint64_t columns;
  uint32_t addressed_bindings = 0;  ///< as Dispatch says
};

/// The smallest power of two that covers the rows, at most `most`.
uint32_t rows_of_tile(uint64_t rows, uint32_t most);

/// Tiles of 64 × 64 results in shared memory, computed by 256 invocations.
bool has_tile_kernel(const DeviceCaps& caps);

/// Whether the device gets the kernels with loads of 64 bits where sums are held in registers.
bool wide_registers(const DeviceCaps& caps, bool ragged);

/// How a kernel of a gradient that holds its sums in registers is cut for a device.
struct RegisterTile {
  bool wide;           ///< as wide_registers tells
  uint32_t lanes;      ///< of a workgroup
  uint32_t most_rows;  ///< rows of the result that share the loads of their columns
  uint64_t columns;    ///< of the result: eight a lane, one of ragged rows
};
RegisterTile register_tile(const DeviceCaps& caps, bool ragged);

LinearKernel choose_linear_kernel(const LinearCase& c, const DeviceCaps& caps);

/// The kernel for silu(x · gateᵀ) · (x · upᵀ) in one launch; none where the device has no such kernel.
std::optional<LinearKernel> choose_gated_kernel(const LinearCase& c, const DeviceCaps& caps);

/// Operands of the launches for one product.
struct LinearBuffers {
  BufferRef x;
  std::vector<RowShard> weight;  ///< row i gives column first_column + i of y
  BufferRef y;
  std::optional<BufferRef> bias = std::nullopt;
  std::optional<BufferRef> residual = std::nullopt;
  uint64_t first_column = 0;
};

/// Launches a kernel for each run of the weight's rows; y has `out_dim` columns.
void add_linear(const LinearKernel& kernel, const TensorType& x, uint32_t out_dim,
                const LinearBuffers& buffers, DispatchList& out);

}  // namespace lapilli::ops
