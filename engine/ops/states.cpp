// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/accumulable.h"
#include "engine/ops/row_wise.h"
#include "engine/ops/training.h"
#include "shaders/accumulate.h"
#include "shaders/adamw.h"
#include "shaders/fill.h"
#include "shaders/params.h"

#include <algorithm>

namespace lapilli::ops {
namespace {

/// Runs of elements that can be bound in every tensor, given what one element takes in each.
std::vector<RowRange> element_ranges(const TensorType& type, std::initializer_list<uint64_t> element_bytes,
                                     const DeviceCaps& caps) {
  return row_ranges(type.shape.elements(), element_bytes, caps);
}

Dispatch flat_dispatch(const ShaderInfo* shader, const RowRange& range, std::vector<BufferRef> buffers) {
  Dispatch dispatch{.shader = shader, .buffers = std::move(buffers)};
  dispatch.params = Params(shader::FlatParams{static_cast<uint32_t>(range.rows)});
  dispatch.groups = elementwise_groups(divide_up(range.rows, uint64_t{kElementsPerInvocation}));
  dispatch.flops = static_cast<double>(range.rows);
  for (const BufferRef& buffer : dispatch.buffers) dispatch.bytes += static_cast<double>(buffer.size_bytes);
  return dispatch;
}

class Accumulate final : public Op {
 public:
  [[nodiscard]] std::string_view name() const override { return "accumulate"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[1], "accumulate: x");
    if (in[0].dtype != DType::f32 || in[0].shape != in[1].shape) {
      refuse_shapes("accumulate: the sum", in[0], "x", in[1], "the sum must be f32 of x's shape");
    }
    return {in[0]};
  }

  [[nodiscard]] std::optional<size_t> alias(size_t /*output*/) const override { return 0; }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const uint64_t from = block_bytes(args.in[1].dtype), to = sizeof(float);
    for (const RowRange& range : element_ranges(args.in[0], {from, to}, args.caps)) {
      out.add(flat_dispatch(shader::accumulate(args.in[1].dtype), range,
                            {range_of(args.in_ids[1], range, from), range_of(args.in_ids[0], range, to)}));
    }
  }
};

class Fill final : public Op {
 public:
  explicit Fill(float value) : value_(value) {}
  [[nodiscard]] std::string_view name() const override { return "fill"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "fill: the state");
    return {in[0]};
  }

  [[nodiscard]] std::optional<size_t> alias(size_t /*output*/) const override { return 0; }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const uint64_t element = block_bytes(args.in[0].dtype);
    for (const RowRange& range : element_ranges(args.in[0], {element}, args.caps)) {
      Dispatch dispatch =
          flat_dispatch(shader::fill(args.in[0].dtype), range, {range_of(args.in_ids[0], range, element)});
      dispatch.params = Params(shader::FillParams{static_cast<uint32_t>(range.rows), value_});
      out.add(std::move(dispatch));
    }
  }

 private:
  float value_;
};

/// Inputs: gradient, settings, parameter, both moments, and the copy where there is one; the outputs are the
/// inputs from the parameter on.
class Adamw final : public Op {
 public:
  [[nodiscard]] std::string_view name() const override { return "adamw"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_row_vector(in[1], kNumAdamwSettings, "adamw: settings");
    const TensorType& parameter = in[kFirstState];
    for (const size_t index : {size_t{0}, kFirstState, kFirstState + 1, kFirstState + 2}) {
      if (in[index].dtype == DType::f32 && in[index].shape == parameter.shape) continue;
      refuse_shapes("adamw: the gradient or a state", in[index], "the parameter", parameter,
                    "all must be f32 of one shape");
    }
    if (in.size() > kCopy) {
      if ((in[kCopy].dtype != DType::f16 && in[kCopy].dtype != DType::bf16) ||
          in[kCopy].shape != parameter.shape) {
        refuse_shapes("adamw: the copy", in[kCopy], "the parameter", parameter,
                      "the copy must be f16 or bf16 of the parameter's shape");
      }
    }
    return {in.begin() + kFirstState, in.end()};
  }

  [[nodiscard]] std::optional<size_t> alias(size_t output) const override { return kFirstState + output; }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const DType copy = args.in.size() > kCopy ? args.in[kCopy].dtype : DType::f32;
    for (const RowRange& range :
         element_ranges(args.in[0], {sizeof(float), uint64_t{block_bytes(copy)}}, args.caps)) {
      std::vector<BufferRef> buffers = {range_of(args.in_ids[0], range, sizeof(float)), args.input(1)};
      for (size_t index = kFirstState; index < args.in.size(); ++index) {
        buffers.push_back(range_of(args.in_ids[index], range, block_bytes(args.in[index].dtype)));
      }
      out.add(flat_dispatch(shader::adamw(copy), range, std::move(buffers)));
    }
  }

 private:
  static constexpr size_t kFirstState = 2;
  static constexpr size_t kCopy = 5;
};

/// The node that makes a tensor; null for what the caller supplies.
const Node* node_of(const Graph& graph, Tensor tensor) {
  const auto makes = [&](const Node& node) {
    return std::find(node.outputs.begin(), node.outputs.end(), tensor.id()) != node.outputs.end();
  };
  const auto found = std::find_if(graph.nodes().rbegin(), graph.nodes().rend(), makes);
  return found != graph.nodes().rend() ? &*found : nullptr;
}

bool is_read(const Graph& graph, Tensor tensor) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [&](const Node& node) {
    return std::find(node.inputs.begin(), node.inputs.end(), tensor.id()) != node.inputs.end();
  });
}

}  // namespace

Tensor accumulate(Tensor sum, Tensor x) {
  Graph& graph = sum.graph();
  const Node* node = node_of(graph, x);
  const auto* maker = node != nullptr ? dynamic_cast<const Accumulable*>(node->op) : nullptr;
  if (maker != nullptr && sum.type().dtype == DType::f32 && sum.type().shape == x.type().shape &&
      !is_read(graph, x)) {
    std::vector<Tensor> inputs;
    for (const TensorId id : node->inputs) inputs.push_back(graph.tensor(id));
    return maker->accumulate(sum, inputs);
  }
  return sum.graph().apply_one(std::make_unique<Accumulate>(), {sum, x});
}

Tensor fill(Tensor state, float value) {
  return state.graph().apply_one(std::make_unique<Fill>(value), {state});
}

AdamwStates adamw(const AdamwStates& states, Tensor gradient, Tensor settings) {
  std::vector<Tensor> inputs = {gradient, settings, states.parameter, states.first_moment,
                                states.second_moment};
  if (states.copy) inputs.push_back(states.copy);
  const std::vector<Tensor> after = gradient.graph().apply(std::make_unique<Adamw>(), inputs);
  return {after[0], after[1], after[2], states.copy ? after[3] : Tensor()};
}

}  // namespace lapilli::ops
