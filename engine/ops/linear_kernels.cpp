// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/linear_kernels.h"

#include "engine/base/bytes.h"
#include "engine/ops/octets.h"
#include "shaders/linear_coopmat.h"
#include "shaders/linear_octet_tiles.h"
#include "shaders/linear_octets.h"
#include "shaders/linear_registers.h"
#include "shaders/linear_registers_wide.h"
#include "shaders/linear_tile.h"
#include "shaders/linear_vector.h"
#include "shaders/params.h"

#include <algorithm>
#include <bit>

namespace lapilli::ops {
namespace {

/// Up to which a step is taken to be one of decoding: every weight is used a few times only.
constexpr uint64_t kFewRows = 16;

/// For processors: sixteen rows share a load of the weight, eight columns one of x. With one or two rows
/// whole groups are unrolled, and in blocks of 256 the halves of a pair share loads. Ragged rows are read
/// element by element: a small loop compiles fast.
LinearKernel registers_kernel(const LinearCase& c, const DeviceCaps& caps) {
  const uint32_t lanes = caps.subgroup_size;
  const uint32_t rows = rows_of_tile(c.tokens, c.ragged() ? 8 : 16);
  const bool unrolled = rows <= 2 && !c.ragged() && !caps.slow_unrolling;
  const bool has_pairs = unrolled && block_elements(c.weight) == 256;
  const uint32_t columns = c.ragged() ? 1 : has_pairs ? 4 : 8;
  const uint32_t octets = unrolled ? 4 : 1;
  const uint32_t groups = has_pairs ? 2 : 1;
  const uint32_t read_ahead = c.tokens <= rows && !c.ragged() ? 1 : 0;
  const ShaderInfo* wide =
      wide_registers(caps, c.ragged()) ? shader::linear_registers_wide(c.x, c.weight) : nullptr;
  return {wide != nullptr ? wide : shader::linear_registers(c.x, c.weight),
          c.constants({lanes, rows, columns, octets, groups, read_ahead}), rows, uint64_t{lanes} * columns};
}

/// One less than the shortest step of a prompt has: what up to so many lanes say together does as what one
/// says.
constexpr uint64_t kMostLanes = 31;
constexpr uint64_t kMostByMemory = 2;  ///< rows: more are bound by arithmetic

/// A subgroup of eight lanes loads eight elements of a weight's row at once, where the compiler can. A weight
/// that wants decoding pays it once for a few rows.
bool has_octet_kernel(const LinearCase& c, const DeviceCaps& caps) {
  const uint64_t most = block_elements(c.weight) > 1 ? kMostLanes : kMostByMemory;
  return loads_octets(caps) && caps.storage_8bit && !c.ragged() && c.tokens <= most &&
         shader::linear_octets(c.x, c.weight) != nullptr;
}

bool has_octet_tile_kernel(const LinearCase& c, const DeviceCaps& caps) {
  return loads_octets(caps) && caps.storage_8bit && !c.ragged() && c.tokens > kMostByMemory &&
         shader::linear_octet_tiles(c.x, c.weight) != nullptr;
}

/// How many octets of plain numbers are added before the others are: the same for every number of lanes.
uint32_t octets_of_span(const LinearCase& c) {
  return c.in_dim % 128 == 0 ? 16 : 4;
}

LinearKernel octet_tile_kernel(const LinearCase& c) {
  constexpr uint32_t kColumns = 8, kMostDepth = 32, kBlock = 96;
  const bool lanes = c.tokens <= kMostLanes;
  const uint32_t rows = lanes ? 4 : 3;  // four of them read the weight less often, and are mostly whole tiles
  const auto octets = static_cast<uint32_t>(c.in_dim / 8);
  uint32_t depth = lanes ? octets_of_span(c) : kMostDepth;
  while (octets % depth != 0) --depth;
  return {
      shader::linear_octet_tiles(c.x, c.weight), {rows, depth, kBlock, c.activation}, kBlock, kColumns, 2};
}

/// Many sums share what is read of x and of the weight; blocks of 256 leave a processor's registers and
/// stack less room for them. One or two rows with plain numbers are bound by memory, which is read fastest
/// from end to end: one row of the weight after the other, beside it only what it lets through.
LinearKernel octet_kernel(const LinearCase& c) {
  const uint64_t block = block_elements(c.weight);
  const bool large_blocks = block == 256;
  const uint32_t rows = rows_of_tile(c.tokens, large_blocks ? 8 : 16);
  const uint32_t few_columns = block > 1 ? 4 : c.activation == kSiluGate ? 2 : 1;
  const uint32_t columns = rows <= kMostByMemory ? few_columns : large_blocks ? 2 : 8;
  const uint32_t tiles = 32 / columns;
  const uint32_t span_octets = rows <= kMostByMemory ? octets_of_span(c) : 4;
  return {shader::linear_octets(c.x, c.weight),
          {rows, columns, tiles, span_octets, c.activation},
          rows,
          uint64_t{columns} * tiles,
          2};
}

LinearKernel software_kernel(const LinearCase& c, const DeviceCaps& caps) {
  if (has_octet_kernel(c, caps)) return octet_kernel(c);
  if (has_octet_tile_kernel(c, caps)) return octet_tile_kernel(c);
  return registers_kernel(c, caps);
}

/// For GPUs without shared memory to spare: lanes of a workgroup own columns.
LinearKernel small_registers_kernel(const LinearCase& c) {
  const uint32_t rows = rows_of_tile(c.tokens, 8);
  return {shader::linear_registers(c.x, c.weight), c.constants({64, rows, 1, 1, 1, 0}), rows, 64};
}

LinearKernel vector_kernel(const LinearCase& c, const DeviceCaps& caps) {
  const uint32_t rows = rows_of_tile(c.tokens, 8);
  const uint32_t columns = 2;
  const uint32_t local_size = std::max(64u, caps.subgroup_size);
  const uint64_t subgroups = local_size / caps.subgroup_size;
  // A workgroup's subgroups own neighbouring tiles: first all rows, then the next columns.
  return {shader::linear_vector(c.x, c.weight), c.constants({local_size, rows, columns}), rows,
          subgroups * columns};
}

/// Matrix units multiply halves: where they exist and x is stored as such. A subgroup computes 32 × 32
/// results in steps of 32 elements, so the shape must divide these.
bool has_coopmat_kernel(const LinearCase& c, const DeviceCaps& caps) {
  constexpr uint32_t kSharedBytes = 24 * 1024;
  constexpr uint32_t kSubgroups = 4;
  const auto fits = [](uint32_t extent) { return extent == 8 || extent == 16 || extent == 32; };
  const MatrixShape& shape = caps.matrix_shape;
  return caps.cooperative_matrix && fits(shape.m) && fits(shape.n) && fits(shape.k) &&
         shader::linear_coopmat(c.x, c.weight) != nullptr && caps.shared_memory_bytes >= kSharedBytes &&
         caps.max_workgroup_invocations >= kSubgroups * caps.subgroup_size;
}

LinearKernel coopmat_kernel(const LinearCase& c, const DeviceCaps& caps) {
  const MatrixShape& shape = caps.matrix_shape;
  return {shader::linear_coopmat(c.x, c.weight),
          c.constants({4 * caps.subgroup_size, shape.m, shape.n, shape.k}), 64, 64};
}

}  // namespace

uint32_t rows_of_tile(uint64_t rows, uint32_t most) {
  return static_cast<uint32_t>(std::min<uint64_t>(std::bit_ceil(rows), most));
}

bool has_tile_kernel(const DeviceCaps& caps) {
  constexpr uint32_t kSharedBytes = 2 * 32 * 68 * 4;
  return caps.shared_memory_bytes >= kSharedBytes && caps.max_workgroup_invocations >= 256;
}

bool wide_registers(const DeviceCaps& caps, bool ragged) {
  return caps.is_software() && caps.int64_arithmetic && !caps.slow_unrolling && !ragged;
}

// Thirty-two rows share loads of 64 bits, sixteen others: more take longer to read again from a processor's
// stack than they save.
RegisterTile register_tile(const DeviceCaps& caps, bool ragged) {
  const bool wide = wide_registers(caps, ragged);
  const uint32_t lanes = caps.is_software() ? caps.subgroup_size : 64;
  return {wide, lanes,
          wide                            ? 32u
          : caps.is_software() && !ragged ? 16u
                                          : 8u,
          ragged ? lanes : uint64_t{lanes} * 8};
}

std::vector<uint32_t> LinearCase::constants(std::vector<uint32_t> own) const {
  own.push_back(ragged() ? 1 : 0);
  own.push_back(activation);
  return own;
}

LinearKernel choose_linear_kernel(const LinearCase& c, const DeviceCaps& caps) {
  if (caps.is_software()) return software_kernel(c, caps);
  if (c.tokens <= kFewRows) return vector_kernel(c, caps);
  if (has_coopmat_kernel(c, caps)) return coopmat_kernel(c, caps);
  if (has_tile_kernel(caps)) return {shader::linear_tile(c.x, c.weight), c.constants({}), 64, 64};
  return small_registers_kernel(c);
}

std::optional<LinearKernel> choose_gated_kernel(const LinearCase& c, const DeviceCaps& caps) {
  if (!caps.is_software() || c.ragged()) return std::nullopt;
  LinearKernel kernel = software_kernel(c, caps);
  kernel.columns /= 2;
  return kernel;
}

void add_linear(const LinearKernel& kernel, const TensorType& x, uint32_t out_dim,
                const LinearBuffers& buffers, DispatchList& out) {
  // What is absent needs some buffer all the same; x is one that exists.
  const BufferRef bias = buffers.bias.value_or(buffers.x);
  const BufferRef residual = buffers.residual.value_or(buffers.x);
  const bool gated = kernel.constants.back() == kSiluGate;
  for (const RowShard& shard : buffers.weight) {
    // Where shaders find rows by address, they count the bytes in front of one in 32 bits.
    LAPILLI_ASSERT(kernel.addressed_bindings == 0 || shard.buffer.size_bytes >> 32 == 0);
    const uint64_t columns = gated ? shard.rows / 2 : shard.rows;
    const shader::LinearParams params{
        .tokens = static_cast<uint32_t>(x.rows()),
        .in_dim = x.cols(),
        .out_dim = out_dim,
        .first_column = static_cast<uint32_t>(buffers.first_column + shard.first_row),
        .columns = static_cast<uint32_t>(columns),
        .has_bias = buffers.bias ? 1u : 0u,
        .has_residual = buffers.residual ? 1u : 0u};
    out.add({.shader = kernel.shader,
             .constants = kernel.constants,
             .buffers = {buffers.x, shard.buffer, bias, residual, buffers.y},
             .params = Params(params),
             .addressed_bindings = kernel.addressed_bindings,
             .groups = fold_groups(divide_up(x.rows(), kernel.rows) * divide_up(columns, kernel.columns)),
             .live_rows = x.live_rows,
             .flops = 2.0 * static_cast<double>(x.rows() * shard.rows * x.cols()),
             .bytes = static_cast<double>(shard.buffer.size_bytes + x.size_bytes() +
                                          x.rows() * columns * block_bytes(x.dtype))});
  }
}

}  // namespace lapilli::ops
