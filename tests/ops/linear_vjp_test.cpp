// SPDX-License-Identifier: Apache-2.0
#include "tests/ops/linear_target.h"
#include "tests/ops/weights.h"
#include "tests/reference/linear.h"
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

class LinearVjp : public GpuTest, public testing::WithParamInterface<Target> {
 protected:
  struct Case {
    DType x = DType::f32;
    DType weight = DType::f32;
    bool bias = false;
    bool residual = false;
    uint64_t tokens = 3;
    uint64_t in_dim = 7;
    uint64_t out_dim = 5;
  };

  void check(const Case& c) {
    const TensorType weight{c.weight, {c.out_dim, c.in_dim}};
    VjpCase v{.inputs = {HostTensor::random({c.x, {c.tokens, c.in_dim}}, generator_),
                         HostTensor::random(weight, generator_, 0.3)},
              .wanted = {true, true},
              .adjust_caps = [](DeviceCaps& caps) { force(GetParam(), caps); },
              .what = text("linear ", name_of(GetParam()), " weight ", weight, c.bias ? " bias" : "",
                           c.residual ? " residual" : "")};
    if (c.bias) v.inputs.push_back(HostTensor::random({DType::f32, {c.out_dim}}, generator_));
    if (c.residual) v.inputs.push_back(HostTensor::random({c.x, {c.tokens, c.out_dim}}, generator_));
    v.wanted.resize(v.inputs.size(), true);
    check_vjp(
        v,
        [&](const std::vector<Tensor>& in) {
          ops::LinearOperands more;
          if (c.bias) more.bias = in[2];
          if (c.residual) more.residual = in.back();
          return ops::linear(in[0], in[1], more);
        },
        [&](const std::vector<Duals>& in) { return expected(c, in); });
  }

  static Duals expected(const Case& c, const std::vector<Duals>& in) {
    reference::Matrix<reference::Dual> y =
        reference::product<reference::Dual>({c.tokens, c.in_dim, in[0]}, {c.out_dim, c.in_dim, in[1]});
    for (size_t index = 0; index < y.values.size(); ++index) {
      if (c.bias) y.values[index] += in[2][index % c.out_dim];
      if (c.residual) y.values[index] += in.back()[index];
    }
    return y.values;
  }

  std::mt19937 generator_{9};
};

TEST_P(LinearVjp, EveryOperandAndStorage) {
  for (const DType x : kFloatStorage) {
    for (const DType weight : kFloatStorage) check({.x = x, .weight = weight});
    for (const bool bias : {false, true}) {
      for (const bool residual : {false, true}) check({.x = x, .bias = bias, .residual = residual});
    }
  }
}

TEST_P(LinearVjp, WholeGroups) {
  check({.bias = true, .tokens = 5, .in_dim = 32, .out_dim = 8});
}

INSTANTIATE_TEST_SUITE_P(Targets, LinearVjp,
                         testing::Values(Target::kSoftware, Target::kGpu, Target::kGpuWithoutSharedMemory),
                         [](const auto& suite) { return name_of(suite.param); });

struct SmallGraph {
  Graph graph;
  Tensor x = graph.input("x", {DType::f32, {3, 32}});
  Tensor weight = graph.weight("weight", {DType::q8_0, {5, 32}});
  Tensor residual = graph.input("residual", {DType::f32, {3, 5}});
  Tensor dy = graph.input("dy", {DType::f32, {3, 5}});
};

TEST(LinearGradients, QuantizedWeightsAreFrozen) {
  SmallGraph g;
  const ops::Seed seed{ops::linear(g.x, g.weight), g.dy};
  EXPECT_EQ(ops::gradients(g.graph, {&seed, 1}, std::vector{g.x}).front().type(), g.x.type());
  try {
    ops::gradients(g.graph, {&seed, 1}, std::vector{g.weight});
    FAIL() << "a quantized weight got a gradient";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
    EXPECT_THAT(error.what(), testing::HasSubstr("q8_0 [5, 32]"));
  }
}

TEST(LinearGradients, ResidualAloneNeedsNoKernel) {
  SmallGraph g;
  const ops::Seed seed{ops::linear(g.x, g.weight, {.residual = g.residual}), g.dy};
  const size_t nodes = g.graph.nodes().size();
  EXPECT_EQ(ops::gradients(g.graph, {&seed, 1}, std::vector{g.residual}).front().id(), g.dy.id());
  EXPECT_EQ(g.graph.nodes().size(), nodes);
}

TEST(LinearGradients, ActivationIsKeptApartWhereAskedFor) {
  for (const bool differentiable : {false, true}) {
    for (const ops::Activation activation : {ops::Activation::kQuickGelu, ops::Activation::kGeluErf}) {
      SmallGraph g;
      if (differentiable) g.graph.set_differentiable();
      const Tensor y = ops::linear(g.x, g.weight, {.residual = g.residual, .activation = activation});
      std::string names;
      for (const Node& node : g.graph.nodes()) names += text(node.op->name(), ' ');
      const bool quick = activation == ops::Activation::kQuickGelu;
      EXPECT_EQ(names, !differentiable ? "linear "
                       : quick         ? "linear quick_gelu add "
                                       : "linear gelu_erf add ");
      EXPECT_EQ(y.type(), g.residual.type());
      const ops::Seed seed{y, g.dy};
      if (!differentiable) {
        EXPECT_THROW(ops::gradients(g.graph, {&seed, 1}, std::vector{g.x}), Error);
      }
    }
  }
}

/// The composed form computes what the fused one does.
class ComposedLinear : public GpuTest {};

TEST_F(ComposedLinear, HasTheValuesOfTheFusedOne) {
  std::mt19937 generator(4);
  const OpRun run{.inputs = {HostTensor::random({DType::f32, {5, 64}}, generator),
                             HostTensor::random({DType::f32, {29, 64}}, generator, 0.3),
                             HostTensor::random({DType::f32, {29}}, generator),
                             HostTensor::random({DType::f32, {5, 29}}, generator)}};
  for (const ops::Activation activation : {ops::Activation::kQuickGelu, ops::Activation::kGeluErf}) {
    const auto values = [&](bool differentiable) {
      return run_graph(run,
                       [&](Graph& graph, const std::vector<Tensor>& in) {
                         if (differentiable) graph.set_differentiable();
                         return std::vector{ops::linear(
                             in[0], in[1], {.bias = in[2], .residual = in[3], .activation = activation})};
                       })
          .front()
          .values();
    };
    expect_close(values(true), values(false), kExactF32, "composed linear");
  }
}

}  // namespace
}  // namespace lapilli::test
