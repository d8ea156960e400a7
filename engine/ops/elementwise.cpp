// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/octets.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/add.h"
#include "shaders/add_octets.h"
#include "shaders/convert.h"
#include "shaders/gelu_erf.h"
#include "shaders/gelu_erf_gradient.h"
#include "shaders/params.h"
#include "shaders/quick_gelu.h"
#include "shaders/quick_gelu_gradient.h"
#include "shaders/silu_mul.h"
#include "shaders/silu_mul_gradient.h"
#include "shaders/silu_mul_gradient_octets.h"

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

/// The same through a shader of elementwise_octets.glsl, which reads the first buffers at their addresses.
Dispatch octet_dispatch(const ShaderInfo* shader, const TensorType& type, const RowRange& range,
                        std::vector<BufferRef> buffers, uint32_t read) {
  constexpr uint64_t kElementsOfGroup = 32 * 8;
  Dispatch dispatch = elementwise_dispatch(shader, type, range, std::move(buffers), 0, 0);
  dispatch.addressed_bindings = read;
  // One more where whole groups end: it has the elements behind the last octet.
  dispatch.groups = fold_groups(range.rows * type.cols() / kElementsOfGroup + 1);
  return dispatch;
}

using ShaderOfType = const ShaderInfo* (*)(DType);
using Gradient = std::vector<Tensor> (*)(const VjpArgs&);

struct SameTypeOptions {
  size_t results = 1;
  Gradient gradient = nullptr;          ///< null: the operator has none
  ShaderOfType octet_shader = nullptr;  ///< for processors that load octets; null: there is none
};

/// All operands and results have one type.
class SameTypeElementwise final : public Op {
 public:
  SameTypeElementwise(std::string_view name, ShaderOfType shader, SameTypeOptions options)
      : name_(name), shader_(shader), options_(options) {}
  [[nodiscard]] std::string_view name() const override { return name_; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], text(name_, ": the first operand"));
    for (const TensorType& other : in.subspan(1)) {
      if (other.dtype != in[0].dtype || other.shape != in[0].shape) {
        refuse_shapes(text(name_, ": an operand"), other, "the first", in[0], "they must be equal");
      }
    }
    return std::vector<TensorType>(options_.results, in[0]);
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    std::vector<TensorId> ids(args.in_ids.begin(), args.in_ids.end());
    ids.insert(ids.end(), args.out_ids.begin(), args.out_ids.end());
    if (options_.octet_shader == nullptr || !loads_octets(args.caps)) {
      lower_same_type(shader_(args.out[0].dtype), args.out[0], ids, args.caps, out);
      return;
    }
    const uint64_t row = bytes_per_row(args.out[0]);
    for (const RowRange& range : row_ranges(args.out[0].rows(), {row}, args.caps)) {
      std::vector<BufferRef> buffers;
      for (const TensorId id : ids) buffers.push_back(range_of(id, range, row));
      out.add(octet_dispatch(options_.octet_shader(args.out[0].dtype), args.out[0], range, std::move(buffers),
                             static_cast<uint32_t>(args.in.size())));
    }
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    return options_.gradient == nullptr ? Op::vjp(args) : options_.gradient(args);
  }

 private:
  std::string_view name_;
  ShaderOfType shader_;
  SameTypeOptions options_;
};

Tensor apply_same_type(std::string_view name, ShaderOfType shader, std::initializer_list<Tensor> operands,
                       Gradient gradient) {
  return operands.begin()->graph().apply_one(
      std::make_unique<SameTypeElementwise>(name, shader, SameTypeOptions{.gradient = gradient}), operands);
}

std::vector<Tensor> vjp_silu_mul(const VjpArgs& args) {
  const SiluMulGradients both = silu_mul_gradient(args.in[0], args.in[1], args.gradients[0]);
  return {args.wanted[0] ? both.gate : Tensor(), args.wanted[1] ? both.up : Tensor()};
}

std::vector<Tensor> vjp_quick_gelu(const VjpArgs& args) {
  return {quick_gelu_gradient(args.in[0], args.gradients[0])};
}

std::vector<Tensor> vjp_gelu_erf(const VjpArgs& args) {
  return {gelu_erf_gradient(args.in[0], args.gradients[0])};
}

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
    lower_convert(args.in[0], args.in_ids[0], args.out[0], args.out_ids[0], args.caps, out);
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
      if (!repeated && a.dtype == b.dtype && loads_octets(args.caps)) {
        out.add(
            octet_dispatch(shader::add_octets(a.dtype), a, range,
                           {range_of(args.in_ids[0], range, a_row), range_of(args.in_ids[1], range, a_row),
                            range_of(args.out_ids[0], range, a_row)},
                           2));
        continue;
      }
      const uint64_t period = repeated ? b.shape.elements() : 0;
      const uint64_t offset = repeated ? range.first % b.rows() * b.cols() : 0;
      out.add(elementwise_dispatch(shader::add(a.dtype, b.dtype), a, range,
                                   {range_of(args.in_ids[0], range, a_row),
                                    repeated ? args.input(1) : range_of(args.in_ids[1], range, b_row),
                                    range_of(args.out_ids[0], range, a_row)},
                                   period, offset));
    }
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    const Tensor dy = args.gradients[0];
    std::vector<Tensor> gradients(2);
    if (args.wanted[0]) gradients[0] = dy;
    if (args.wanted[1]) {
      TensorType type = args.in[1].type();
      if (args.graph.info(args.in[1].id()).kind == TensorKind::kWeight) type.dtype = DType::f32;
      gradients[1] = sum_repeats(dy, type);
    }
    return gradients;
  }
};

}  // namespace

void lower_same_type(const ShaderInfo* shader, const TensorType& type, std::span<const TensorId> ids,
                     const DeviceCaps& caps, DispatchList& out) {
  const uint64_t row = bytes_per_row(type);
  for (const RowRange& range : row_ranges(type.rows(), {row}, caps)) {
    std::vector<BufferRef> buffers;
    for (const TensorId id : ids) buffers.push_back(range_of(id, range, row));
    out.add(elementwise_dispatch(shader, type, range, std::move(buffers), 0, 0));
  }
}

void lower_convert(const TensorType& x, TensorId id, const TensorType& y, TensorId y_id,
                   const DeviceCaps& caps, DispatchList& out) {
  const uint64_t from = bytes_per_row(x), to = bytes_per_row(y);
  for (const RowRange& range : row_ranges(y.rows(), {from, to}, caps)) {
    out.add(elementwise_dispatch(shader::convert(x.dtype, y.dtype), y, range,
                                 {range_of(id, range, from), range_of(y_id, range, to)}, 0, 0));
  }
}

void lower_silu_mul(const TensorType& type, TensorId gate, TensorId up, TensorId result,
                    const DeviceCaps& caps, DispatchList& out) {
  lower_same_type(shader::silu_mul(type.dtype), type, std::array{gate, up, result}, caps, out);
}

Tensor silu_mul(Tensor gate, Tensor up) {
  return apply_same_type("silu_mul", shader::silu_mul, {gate, up}, vjp_silu_mul);
}

Tensor quick_gelu(Tensor x) {
  return apply_same_type("quick_gelu", shader::quick_gelu, {x}, vjp_quick_gelu);
}

Tensor gelu_erf(Tensor x) {
  return apply_same_type("gelu_erf", shader::gelu_erf, {x}, vjp_gelu_erf);
}

SiluMulGradients silu_mul_gradient(Tensor gate, Tensor up, Tensor dy) {
  const std::array operands = {gate, up, dy};
  const std::vector<Tensor> results =
      gate.graph().apply(std::make_unique<SameTypeElementwise>(
                             "silu_mul_gradient", shader::silu_mul_gradient,
                             SameTypeOptions{.results = 2, .octet_shader = shader::silu_mul_gradient_octets}),
                         operands);
  return {results[0], results[1]};
}

Tensor quick_gelu_gradient(Tensor x, Tensor dy) {
  return apply_same_type("quick_gelu_gradient", shader::quick_gelu_gradient, {x, dy}, nullptr);
}

Tensor gelu_erf_gradient(Tensor x, Tensor dy) {
  return apply_same_type("gelu_erf_gradient", shader::gelu_erf_gradient, {x, dy}, nullptr);
}

Tensor convert(Tensor x, DType result) {
  return x.graph().apply_one(std::make_unique<Convert>(result), {x});
}

Tensor add(Tensor a, Tensor b) {
  return a.graph().apply_one(std::make_unique<Add>(), {a, b});
}

}  // namespace lapilli::ops
