// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/ops/ops.h"
#include "shaders/linear_coopmat.h"
#include "shaders/linear_registers.h"
#include "shaders/linear_tile.h"
#include "shaders/linear_vector.h"
#include "shaders/params.h"

#include <algorithm>
#include <bit>

namespace lapilli::ops {
namespace {

/// Up to which a step is taken to be one of decoding: every weight is used a few times only.
constexpr uint64_t kFewRows = 16;

/// One of the kernels of linear, cut for a device. It computes `rows` × `columns` results a workgroup.
struct Kernel {
  const ShaderInfo* shader;
  std::vector<uint32_t> constants;  ///< in the order of the shader's tune lines
  uint64_t rows;
  uint64_t columns;
};

struct Case {
  DType x;
  DType weight;
  uint64_t tokens;
  bool ragged;  ///< rows are not made of whole groups of 32 elements
  Activation activation;

  /// The kernel's own constants, then what all kernels have.
  [[nodiscard]] std::vector<uint32_t> constants(std::vector<uint32_t> own) const {
    own.push_back(ragged ? 1 : 0);
    own.push_back(static_cast<uint32_t>(activation));
    return own;
  }
};

/// The smallest power of two that covers the rows, at most `most`.
uint32_t rows_of_tile(uint64_t tokens, uint32_t most) {
  return static_cast<uint32_t>(std::min<uint64_t>(std::bit_ceil(tokens), most));
}

/// For processors: sixteen rows share a load of the weight, eight columns one of x. With one or two rows
/// whole groups are unrolled, and in blocks of 256 the halves of a pair share loads. Ragged rows are read
/// element by element: a small loop compiles fast.
Kernel registers_kernel(const Case& c, const DeviceCaps& caps) {
  const uint32_t lanes = caps.subgroup_size;
  const uint32_t rows = rows_of_tile(c.tokens, c.ragged ? 8 : 16);
  const bool unrolled = rows <= 2 && !c.ragged && !caps.slow_unrolling;
  const bool has_pairs = unrolled && block_elements(c.weight) == 256;
  const uint32_t columns = c.ragged ? 1 : has_pairs ? 4 : 8;
  const uint32_t octets = unrolled ? 4 : 1;
  const uint32_t groups = has_pairs ? 2 : 1;
  return {shader::linear_registers(c.x, c.weight), c.constants({lanes, rows, columns, octets, groups}), rows,
          uint64_t{lanes} * columns};
}

/// For GPUs without shared memory to spare: lanes of a workgroup own columns.
Kernel small_registers_kernel(const Case& c) {
  const uint32_t rows = rows_of_tile(c.tokens, 8);
  return {shader::linear_registers(c.x, c.weight), c.constants({64, rows, 1, 1, 1}), rows, 64};
}

Kernel vector_kernel(const Case& c, const DeviceCaps& caps) {
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
bool has_coopmat_kernel(const Case& c, const DeviceCaps& caps) {
  constexpr uint32_t kSharedBytes = 24 * 1024;
  constexpr uint32_t kSubgroups = 4;
  const auto fits = [](uint32_t extent) { return extent == 8 || extent == 16 || extent == 32; };
  const MatrixShape& shape = caps.matrix_shape;
  return caps.cooperative_matrix && fits(shape.m) && fits(shape.n) && fits(shape.k) &&
         shader::linear_coopmat(c.x, c.weight) != nullptr && caps.shared_memory_bytes >= kSharedBytes &&
         caps.max_workgroup_invocations >= kSubgroups * caps.subgroup_size;
}

Kernel coopmat_kernel(const Case& c, const DeviceCaps& caps) {
  const MatrixShape& shape = caps.matrix_shape;
  return {shader::linear_coopmat(c.x, c.weight),
          c.constants({4 * caps.subgroup_size, shape.m, shape.n, shape.k}), 64, 64};
}

bool has_tile_kernel(const DeviceCaps& caps) {
  constexpr uint32_t kSharedBytes = 2 * 32 * 68 * 4;
  return caps.shared_memory_bytes >= kSharedBytes && caps.max_workgroup_invocations >= 256;
}

Kernel choose_kernel(const Case& c, const DeviceCaps& caps) {
  if (caps.is_software()) return registers_kernel(c, caps);
  if (c.tokens <= kFewRows) return vector_kernel(c, caps);
  if (has_coopmat_kernel(c, caps)) return coopmat_kernel(c, caps);
  if (has_tile_kernel(caps)) return {shader::linear_tile(c.x, c.weight), c.constants({}), 64, 64};
  return small_registers_kernel(c);
}

class Linear final : public Op {
 public:
  Linear(Activation activation, bool has_bias, bool has_residual)
      : activation_(activation), has_bias_(has_bias), has_residual_(has_residual) {}
  std::string_view name() const override { return "linear"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &x = in[0], &weight = in[1];
    if (shader::linear_registers(x.dtype, weight.dtype) == nullptr) {
      throw Error(ErrorCode::kShape, text("linear: x is ", x, ", weight ", weight,
                                          "; x must be of a float type, the weight of a weight type"));
    }
    if (x.shape.rank() != 2 || weight.shape.rank() != 2 || x.cols() != weight.cols()) {
      throw Error(ErrorCode::kShape, text("linear: weight is ", weight.shape, ", x is ", x.shape,
                                          "; both need two axes and equal columns"));
    }
    const TensorType y{x.dtype, {x.rows(), weight.rows()}, x.live_rows};
    if (has_bias_ && (in[2].dtype != DType::f32 || in[2].shape != Shape{weight.rows()})) {
      throw Error(ErrorCode::kShape,
                  text("linear: weight is ", weight.shape, ", bias ", in[2], "; it must be f32, one a row"));
    }
    const TensorType* residual = has_residual_ ? &in[has_bias_ ? 3 : 2] : nullptr;
    if (residual && (residual->dtype != y.dtype || residual->shape != y.shape)) {
      throw Error(ErrorCode::kShape,
                  text("linear: the result is ", y, ", residual ", *residual, "; they must agree"));
    }
    return {y};
  }

  /// One dispatch, or one for each run of rows of a weight larger than a binding may be.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &x = args.in[0], &weight = args.in[1];
    const Kernel kernel = choose_kernel({.x = x.dtype,
                                         .weight = weight.dtype,
                                         .tokens = x.rows(),
                                         .ragged = x.cols() % 32 != 0,
                                         .activation = activation_},
                                        args.caps);
    // What is absent needs some buffer all the same; x is one that exists.
    const BufferRef bias = args.input(has_bias_ ? 2 : 0);
    const BufferRef residual = args.input(has_residual_ ? (has_bias_ ? 3 : 2) : 0);
    for (const RowShard& shard : row_shards(weight, args.in_ids[1], args.caps)) {
      const shader::LinearParams params{.tokens = static_cast<uint32_t>(x.rows()),
                                        .in_dim = x.cols(),
                                        .out_dim = static_cast<uint32_t>(weight.rows()),
                                        .first_column = static_cast<uint32_t>(shard.first_row),
                                        .columns = static_cast<uint32_t>(shard.rows),
                                        .has_bias = has_bias_ ? 1u : 0u,
                                        .has_residual = has_residual_ ? 1u : 0u};
      const auto results = static_cast<double>(x.rows() * shard.rows);
      out.add(
          {.shader = kernel.shader,
           .constants = kernel.constants,
           .buffers = {args.input(0), shard.buffer, bias, residual, args.output(0)},
           .params = Params(params),
           .groups = fold_groups(divide_up(x.rows(), kernel.rows) * divide_up(shard.rows, kernel.columns)),
           .live_rows = x.live_rows,
           .flops = 2.0 * results * x.cols(),
           .bytes = static_cast<double>(shard.buffer.size_bytes + x.size_bytes()) +
                    results * block_bytes(x.dtype)});
    }
  }

 private:
  Activation activation_;
  bool has_bias_;
  bool has_residual_;
};

}  // namespace

Tensor linear(Tensor x, Tensor weight, const LinearOperands& more) {
  auto op = std::make_unique<Linear>(more.activation, bool{more.bias}, bool{more.residual});
  std::vector<Tensor> inputs = {x, weight};
  if (more.bias) inputs.push_back(more.bias);
  if (more.residual) inputs.push_back(more.residual);
  return x.graph().apply(std::move(op), inputs).front();
}

}  // namespace lapilli::ops
