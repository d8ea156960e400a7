// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/ops/cross_entropy_kernels.h"
#include "engine/ops/linear_kernels.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "engine/ops/training.h"
#include "shaders/convert.h"
#include "shaders/linear_registers.h"
#include "shaders/params.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lapilli::ops {
namespace {

/// Rows after which labels and rows of every type can be bound: Vulkan aligns to 256 bytes at most.
constexpr uint32_t kChunkGranularity = 128;

/// As many rows as make about 64 MiB of logits; the same on every device, for the same sums.
uint32_t default_chunk_rows(uint64_t vocab) {
  constexpr uint64_t kLogitsBytes = uint64_t{64} << 20;
  const uint64_t rows = kLogitsBytes / (vocab * sizeof(float)) / kChunkGranularity * kChunkGranularity;
  return static_cast<uint32_t>(std::clamp<uint64_t>(rows, kChunkGranularity, 1u << 16));
}

std::vector<RowRange> chunks_of(uint64_t rows, uint64_t chunk_rows) {
  std::vector<RowRange> chunks;
  for (uint64_t first = 0; first < rows; first += chunk_rows)
    chunks.push_back({first, std::min(chunk_rows, rows - first)});
  return chunks;
}

void add_converted(const TensorType& from, BufferRef source, DType to, BufferRef result, DispatchList& out) {
  out.add({.shader = shader::convert(from.dtype, to),
           .buffers = {source, result},
           .params = Params(shader::ElementwiseParams{.rows = static_cast<uint32_t>(from.rows()),
                                                      .cols = from.cols(),
                                                      .first_row = 0,
                                                      .period = 0,
                                                      .period_offset = 0}),
           .groups = elementwise_groups(divide_up(from.shape.elements(), uint64_t{kElementsPerInvocation})),
           .flops = static_cast<double>(from.shape.elements()),
           .bytes = static_cast<double>(source.size_bytes + result.size_bytes)});
}

/// What one chunk of rows is computed into.
struct ChunkBuffers {
  BufferRef rows;    ///< of x, f32
  BufferRef logits;  ///< f32
};

/// A chunk's rows of x, input 0, in f32.
void add_rows(const LowerArgs& args, const RowRange& chunk, BufferRef rows, DispatchList& out) {
  const TensorType& x = args.in[0];
  add_converted({x.dtype, {chunk.rows, x.cols()}}, range_of(args.in_ids[0], chunk, bytes_per_row(x)),
                DType::f32, rows, out);
}

/// A chunk's logits with their labels, input 2.
LabelledRows labelled_rows(const LowerArgs& args, const RowRange& chunk, uint64_t vocab, BufferRef logits) {
  return {.dtype = DType::f32,
          .rows = static_cast<uint32_t>(chunk.rows),
          .vocab = static_cast<uint32_t>(vocab),
          .logits = logits,
          .labels = range_of(args.in_ids[2], chunk, sizeof(int32_t))};
}

/// Logits of some rows, with their labels, for x, weight and labels as inputs 0 to 2. All f32, whatever x is.
LabelledRows add_logits(const LowerArgs& args, const RowRange& chunk, const ChunkBuffers& buffers,
                        DispatchList& out) {
  const TensorType &x = args.in[0], &weight = args.in[1];
  if (buffers.logits.size_bytes > args.caps.max_storage_range_bytes) {
    throw Error(ErrorCode::kUnsupported,
                text("linear_cross_entropy: ", chunk.rows, " rows of ", weight.rows(), " logits have ",
                     buffers.logits.size_bytes, " bytes, the device binds at most ",
                     args.caps.max_storage_range_bytes));
  }
  const TensorType rows{DType::f32, {chunk.rows, x.cols()}};
  add_rows(args, chunk, buffers.rows, out);
  const LinearCase linear_case{
      .x = DType::f32, .weight = weight.dtype, .tokens = chunk.rows, .in_dim = x.cols()};
  add_linear(
      choose_linear_kernel(linear_case, args.caps), rows, static_cast<uint32_t>(weight.rows()),
      {.x = buffers.rows, .weight = row_shards(weight, args.in_ids[1], args.caps), .y = buffers.logits}, out);
  return labelled_rows(args, chunk, weight.rows(), buffers.logits);
}

/// x, weight or the chunk's logits, labels, scale, upstream → the gradient of a chunk's logits, in their
/// storage where they fill it, and the chunk's rows of x, f32.
class ChunkGradient final : public Op {
 public:
  enum class From { kWeight, kLogits, kLogitsInPlace };
  ChunkGradient(const RowRange& chunk, From from) : chunk_(chunk), from_(from) {}
  [[nodiscard]] std::string_view name() const override { return "linear_cross_entropy_gradient"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const uint64_t vocab = from_ == From::kWeight ? in[1].rows() : in[1].cols();
    return {{DType::f32, {chunk_.rows, vocab}}, {DType::f32, {chunk_.rows, in[0].cols()}}};
  }

  [[nodiscard]] std::optional<size_t> alias(size_t output) const override {
    if (output == 0 && from_ == From::kLogitsInPlace) return 1;
    return std::nullopt;
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const BufferRef x_rows = args.output(1), gradient = args.output(0);
    LabelledRows rows;
    if (from_ == From::kWeight) {
      rows = add_logits(args, chunk_, {.rows = x_rows, .logits = gradient}, out);
    } else {
      add_rows(args, chunk_, x_rows, out);
      rows = labelled_rows(args, chunk_, args.out[0].cols(), {args.in_ids[1], 0, gradient.size_bytes});
    }
    add_row_gradients(rows, args.input(3), args.input(4), gradient, args.caps, out);
  }

 private:
  RowRange chunk_;
  From from_;
};

/// Chunks of rows below one another, in another type.
class JoinRows final : public Op {
 public:
  explicit JoinRows(const TensorType& result) : result_(result) {}
  [[nodiscard]] std::string_view name() const override { return "join_rows"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> /*in*/) const override {
    return {result_};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    uint64_t first = 0;
    for (size_t index = 0; index < args.in.size(); ++index) {
      const RowRange range{first, args.in[index].rows()};
      add_converted(args.in[index], args.input(index), result_.dtype,
                    range_of(args.out_ids[0], range, bytes_per_row(result_)), out);
      first += range.rows;
    }
  }

 private:
  TensorType result_;
};

/// The third output is the logits of the last chunk, for its gradient.
class LinearCrossEntropy final : public Op {
 public:
  explicit LinearCrossEntropy(uint32_t chunk_rows) : chunk_rows_(chunk_rows) {}
  [[nodiscard]] std::string_view name() const override { return "linear_cross_entropy"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &x = in[0], &weight = in[1];
    require_float(x, "linear_cross_entropy: x");
    if (shader::linear_registers(DType::f32, weight.dtype) == nullptr || x.shape.rank() != 2 ||
        weight.shape.rank() != 2 || x.cols() != weight.cols()) {
      refuse_shapes("linear_cross_entropy: weight", weight, "x", x,
                    "both need two axes and equal columns, and the weight a weight type");
    }
    if (chunk_rows_ % kChunkGranularity != 0) {
      throw Error(ErrorCode::kShape, text("linear_cross_entropy: chunks of ", chunk_rows_,
                                          " rows; they need a multiple of ", kChunkGranularity));
    }
    require_labels(name(), x.rows(), in[2], in[3]);
    const uint64_t kept_rows = std::min<uint64_t>(x.rows(), rows_of_chunk(weight));
    return {{DType::f32, {1}}, {DType::f32, {x.rows()}}, {DType::f32, {kept_rows, weight.rows()}}};
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    refuse_other_gradients(name(), args, 3);
    const Tensor x = args.in[0], weight = args.in[1];
    const std::array inputs = {x, weight, args.in[2], args.in[3], args.gradients[0]};
    const std::array from_logits = {x, args.out[2], args.in[2], args.in[3], args.gradients[0]};
    const std::vector<RowRange> chunks = chunks_of(x.type().rows(), rows_of_chunk(weight.type()));
    std::vector<Tensor> x_parts(chunks.size());
    Tensor weight_gradient;
    for (size_t turn = 0; turn < chunks.size(); ++turn) {
      // The last chunk's logits are still there, and come first.
      const size_t index = (turn + chunks.size() - 1) % chunks.size();
      const bool in_place = chunks[index].rows == args.out[2].type().rows();
      const auto from = turn > 0   ? ChunkGradient::From::kWeight
                        : in_place ? ChunkGradient::From::kLogitsInPlace
                                   : ChunkGradient::From::kLogits;
      const auto made = args.graph.apply(std::make_unique<ChunkGradient>(chunks[index], from),
                                         turn > 0 ? inputs : from_logits);
      if (args.wanted[0]) x_parts[index] = linear_transposed(made[0], weight);
      if (args.wanted[1]) {
        const Tensor part = linear_weight_gradient(made[0], made[1]);
        weight_gradient = weight_gradient ? add(weight_gradient, part) : part;
      }
    }
    Tensor x_gradient;
    if (args.wanted[0]) {
      const TensorType type{x.type().dtype, x.type().shape};
      x_gradient = args.graph.apply(std::make_unique<JoinRows>(type), x_parts).front();
    }
    return {x_gradient, weight_gradient, {}, {}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &x = args.in[0], &weight = args.in[1];
    for (const RowRange& chunk : chunks_of(x.rows(), rows_of_chunk(weight))) {
      const ChunkBuffers buffers{.rows = out.scratch(chunk.rows * x.cols() * sizeof(float)),
                                 .logits = {args.out_ids[2], 0, chunk.rows * weight.rows() * sizeof(float)}};
      add_row_losses(add_logits(args, chunk, buffers, out), range_of(args.out_ids[1], chunk, sizeof(float)),
                     args.caps, out);
    }
    add_scaled_sum(args.output(1), args.input(3), args.output(0), args.caps, out);
  }

 private:
  [[nodiscard]] uint32_t rows_of_chunk(const TensorType& weight) const {
    return chunk_rows_ != 0 ? chunk_rows_ : default_chunk_rows(weight.rows());
  }

  uint32_t chunk_rows_;
};

}  // namespace

CrossEntropy linear_cross_entropy(Tensor x, Tensor weight, Tensor labels, Tensor scale, uint32_t chunk_rows) {
  const std::array inputs = {x, weight, labels, scale};
  const auto results = x.graph().apply(std::make_unique<LinearCrossEntropy>(chunk_rows), inputs);
  return {results[0], results[1]};
}

}  // namespace lapilli::ops
