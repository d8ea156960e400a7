// SPDX-License-Identifier: Apache-2.0
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

std::vector<Duals> constants(const std::vector<HostTensor>& inputs) {
  std::vector<Duals> result;
  for (const HostTensor& input : inputs) {
    const bool integers = input.type.dtype == DType::i32;
    const std::vector<int32_t> ids = integers ? input.ints() : std::vector<int32_t>();
    result.push_back(integers ? Duals(ids.begin(), ids.end()) : Duals{});
    if (integers) continue;
    const std::vector<double> values = input.values();
    result.back().assign(values.begin(), values.end());
  }
  return result;
}

/// Σ upstream · ∂y/∂input[element], for every element.
std::vector<double> expected_gradient(std::vector<Duals> in, size_t input,
                                      const std::vector<double>& upstream, const DualReference& reference) {
  std::vector<double> gradient(in[input].size());
  for (size_t element = 0; element < gradient.size(); ++element) {
    in[input][element].derivative = 1;
    const Duals y = reference(in);
    in[input][element].derivative = 0;
    for (size_t index = 0; index < y.size(); ++index)
      gradient[element] += upstream.at(index) * y[index].derivative;
  }
  return gradient;
}

TensorType type_of_result(const VjpCase& c, const std::function<Tensor(const std::vector<Tensor>&)>& build) {
  Graph graph;
  std::vector<Tensor> in;
  for (size_t index = 0; index < c.inputs.size(); ++index)
    in.push_back(graph.input(text("in", index), c.inputs[index].type));
  return build(in).type();
}

}  // namespace

void check_vjp(const VjpCase& c, const std::function<Tensor(const std::vector<Tensor>& in)>& build,
               const DualReference& reference) {
  std::mt19937 generator(11);
  OpRun run{.inputs = c.inputs, .adjust_caps = c.adjust_caps};
  const HostTensor upstream = HostTensor::random(type_of_result(c, build), generator);
  run.inputs.push_back(upstream);
  const auto actual = run_graph(run, [&](Graph& graph, const std::vector<Tensor>& in) {
    const std::vector<Tensor> operands(in.begin(), in.end() - 1);
    const ops::Seed seed{build(operands), in.back()};
    std::vector<Tensor> wanted;
    for (size_t index = 0; index < operands.size(); ++index) {
      if (c.wanted[index]) wanted.push_back(operands[index]);
    }
    return ops::gradients(graph, {&seed, 1}, wanted);
  });
  const std::vector<Duals> in = constants(c.inputs);
  size_t next = 0;
  for (size_t input = 0; input < c.inputs.size(); ++input) {
    if (!c.wanted[input]) continue;
    const HostTensor& gradient = actual[next++];
    const DType dtype = gradient.type.dtype;
    expect_close(gradient.values(), expected_gradient(in, input, upstream.values(), reference),
                 dtype == DType::f32 ? c.f32_tolerance : tolerance_of(dtype),
                 text(c.what, ": gradient of operand ", input, ", ", gradient.type));
  }
}

}  // namespace lapilli::test
