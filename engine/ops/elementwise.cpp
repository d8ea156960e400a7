// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/add.h"
#include "shaders/convert.h"
#include "shaders/gelu_erf.h"
#include "shaders/params.h"
#include "shaders/quick_gelu.h"
#include "shaders/silu_mul.h"

#include <array>

namespace lapilli::ops {
namespace {

/// One run of rows through a shader of elementwise.glsl.
Dispatch elementwise_dispatch(const ShaderInfo* shader, const TensorType& type, const RowRange& range,
                              std::vector<BufferRef> buffers, uint64_t period, uint64_t period_offset) {
  Dispatch dispatch{.shader = shader, .buffers = std::move(buffers)};
  dispatch.params = Params(shader::ElementwiseParams{
      static_cast<uint32_t>(range.rows), type.cols(), static_cast<uint32_t>(range.first),
      static_cast<uint32_t>(period), static_cast<uint32_t>(period_offset)});
  const uint64_t elements = range.rows * type.cols();
  dispatch.groups = elementwise_groups(divide_up(elements, uint64_t{kElementsPerInvocation}));
  dispatch.live_rows = type.live_rows;
  dispatch.flops = static_cast<double>(elements);
  for (const BufferRef& buffer : dispatch.buffers) dispatch.bytes += static_cast<double>(buffer.size_bytes);
  return dispatch;
}

/// Launches a shader over tensors that all have one type, in the order of its bindings.
void add_same_type(const ShaderInfo* shader, const TensorType& type, std::span<const TensorId> ids,
                   const DeviceCaps& caps, DispatchList& out) {
  const uint64_t row = bytes_per_row(type);
  for (const RowRange& range : row_ranges(type.rows(), {row}, caps)) {
    std::vector<BufferRef> buffers;
    for (const TensorId id : ids) buffers.push_back(range_of(id, range, row));
    out.add(elementwise_dispatch(shader, type, range, std::move(buffers), 0, 0));
  }
}

using ShaderOfType = const ShaderInfo* (*)(DType);

/// All operands and the result have one type.
class SameTypeElementwise final : public Op {
 public:
  SameTypeElementwise(std::string_view name, ShaderOfType shader) : name_(name), shader_(shader) {}
  [[nodiscard]] std::string_view name() const override { return name_; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], text(name_, ": the first operand"));
    for (const TensorType& other : in.subspan(1)) {
      if (other.dtype != in[0].dtype || other.shape != in[0].shape) {
        refuse_shapes(text(name_, ": the second operand"), other, "the first", in[0], "they must be equal");
      }
    }
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    std::vector<TensorId> ids(args.in_ids.begin(), args.in_ids.end());
    ids.push_back(args.out_ids[0]);
    add_same_type(shader_(args.out[0].dtype), args.out[0], ids, args.caps, out);
  }

 private:
  std::string_view name_;
  ShaderOfType shader_;
};

class Convert final : public Op {
 public:
  explicit Convert(DType result) : result_(result) {}
  [[nodiscard]] std::string_view name() const override { return "convert"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    TensorType result = in[0];
    result.dtype = result_;
    require_float(in[0], "convert: x");
    require_float(result, "convert: the result");
    return {result};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const uint64_t from = bytes_per_row(args.in[0]), to = bytes_per_row(args.out[0]);
    for (const RowRange& range : row_ranges(args.out[0].rows(), {from, to}, args.caps)) {
      out.add(elementwise_dispatch(
          shader::convert(args.in[0].dtype, result_), args.out[0], range,
          {range_of(args.in_ids[0], range, from), range_of(args.out_ids[0], range, to)}, 0, 0));
    }
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    return {ops::convert(args.gradients[0], args.in[0].type().dtype)};
  }

 private:
  DType result_;
};

class Add final : public Op {
 public:
  [[nodiscard]] std::string_view name() const override { return "add"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "add: a");
    require_float(in[1], "add: b");
    if (in[1].cols() != in[0].cols() || in[0].rows() % in[1].rows() != 0) {
      refuse_shapes("add: b", in[1], "a", in[0], "b must have a's columns and a's rows or a divisor of them");
    }
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& a = args.in[0];
    const TensorType& b = args.in[1];
    const uint64_t a_row = bytes_per_row(a), b_row = bytes_per_row(b);
    const bool repeated = b.rows() != a.rows();
    for (const RowRange& range : row_ranges(a.rows(), {a_row, repeated ? a_row : b_row}, args.caps)) {
      const uint64_t period = repeated ? b.shape.elements() : 0;
      const uint64_t offset = repeated ? range.first % b.rows() * b.cols() : 0;
      out.add(elementwise_dispatch(shader::add(a.dtype, b.dtype), a, range,
                                   {range_of(args.in_ids[0], range, a_row),
                                    repeated ? args.input(1) : range_of(args.in_ids[1], range, b_row),
                                    range_of(args.out_ids[0], range, a_row)},
                                   period, offset));
    }
  }
};

}  // namespace

void lower_silu_mul(const TensorType& type, TensorId gate, TensorId up, TensorId result,
                    const DeviceCaps& caps, DispatchList& out) {
  add_same_type(shader::silu_mul(type.dtype), type, std::array{gate, up, result}, caps, out);
}

Tensor silu_mul(Tensor gate, Tensor up) {
  return gate.graph().apply_one(std::make_unique<SameTypeElementwise>("silu_mul", shader::silu_mul),
                                {gate, up});
}

Tensor quick_gelu(Tensor x) {
  return x.graph().apply_one(std::make_unique<SameTypeElementwise>("quick_gelu", shader::quick_gelu), {x});
}

Tensor gelu_erf(Tensor x) {
  return x.graph().apply_one(std::make_unique<SameTypeElementwise>("gelu_erf", shader::gelu_erf), {x});
}

Tensor convert(Tensor x, DType result) {
  return x.graph().apply_one(std::make_unique<Convert>(result), {x});
}

Tensor add(Tensor a, Tensor b) {
  return a.graph().apply_one(std::make_unique<Add>(), {a, b});
}

}  // namespace lapilli::ops
