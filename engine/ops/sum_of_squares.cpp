// SPDX-License-Identifier: Apache-2.0
#include "shaders/sum_of_squares.h"
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/row_wise.h"
#include "engine/ops/training.h"
#include "shaders/params.h"
#include "shaders/sum_of_partials.h"

#include <algorithm>

namespace lapilli::ops {
namespace {

constexpr uint64_t kElementsOfPartial = 16384;  ///< as the shader has it

/// Some elements of one input, and where their partial sums begin.
struct Piece {
  size_t input;
  RowRange elements;
  uint64_t first_partial;
  uint64_t partials;
};

/// Every piece's partial sums begin where they can be bound, so that no two launches wait for each other.
std::vector<Piece> pieces_of(const LowerArgs& args) {
  const uint64_t granularity = divide_up(args.caps.storage_buffer_alignment_bytes, sizeof(float));
  std::vector<Piece> pieces;
  uint64_t next = 0;
  for (size_t input = 0; input < args.in.size(); ++input) {
    const TensorType& type = args.in[input];
    for (const RowRange& range :
         row_ranges(type.shape.elements(), {uint64_t{block_bytes(type.dtype)}}, args.caps)) {
      const uint64_t partials = align_up(divide_up(range.rows, kElementsOfPartial), granularity);
      pieces.push_back({input, range, next, partials});
      next += partials;
    }
  }
  return pieces;
}

class SumOfSquares final : public Op {
 public:
  enum class Finish { kSum, kRoot };
  explicit SumOfSquares(Finish finish) : finish_(finish) {}
  [[nodiscard]] std::string_view name() const override {
    return finish_ == Finish::kSum ? "sum_of_squares" : "global_norm";
  }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    for (const TensorType& type : in) require_float(type, text(name(), ": x"));
    return {{DType::f32, {1}}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const std::vector<Piece> pieces = pieces_of(args);
    const uint64_t partials = pieces.back().first_partial + pieces.back().partials;
    const BufferRef scratch = out.scratch(partials * sizeof(float));
    for (const Piece& piece : pieces) add_partials(piece, args, scratch, out);
    std::vector<uint32_t> constants = reduction_constants(partials, args.caps);
    constants.push_back(finish_ == Finish::kRoot ? 1 : 0);
    out.add({.shader = shader::sum_of_partials(),
             .constants = std::move(constants),
             .buffers = {scratch, args.output(0)},
             .params = Params(shader::FlatParams{static_cast<uint32_t>(partials)}),
             .flops = static_cast<double>(partials),
             .bytes = static_cast<double>(scratch.size_bytes)});
  }

 private:
  static void add_partials(const Piece& piece, const LowerArgs& args, BufferRef scratch, DispatchList& out) {
    const DType dtype = args.in[piece.input].dtype;
    const BufferRef x = range_of(args.in_ids[piece.input], piece.elements, block_bytes(dtype));
    out.add(
        {.shader = shader::sum_of_squares(dtype),
         .constants = reduction_constants(kElementsOfPartial, args.caps),
         .buffers = {x,
                     {scratch.tensor, piece.first_partial * sizeof(float), piece.partials * sizeof(float)}},
         .params = Params(shader::SumOfSquaresParams{static_cast<uint32_t>(piece.elements.rows),
                                                     static_cast<uint32_t>(piece.partials)}),
         .groups = fold_groups(piece.partials),
         .flops = 2.0 * static_cast<double>(piece.elements.rows),
         .bytes = static_cast<double>(x.size_bytes)});
  }

  Finish finish_;
};

}  // namespace

Tensor sum_of_squares(Tensor x) {
  return x.graph().apply_one(std::make_unique<SumOfSquares>(SumOfSquares::Finish::kSum), {x});
}

Tensor global_norm(std::span<const Tensor> tensors) {
  LAPILLI_ASSERT(!tensors.empty());
  return tensors[0]
      .graph()
      .apply(std::make_unique<SumOfSquares>(SumOfSquares::Finish::kRoot), tensors)
      .front();
}

}  // namespace lapilli::ops
