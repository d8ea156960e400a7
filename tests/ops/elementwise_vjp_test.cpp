// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

#include <optional>

namespace lapilli::test {
namespace {

using reference::Dual;

class ElementwiseVjp : public GpuTest {
 protected:
  std::mt19937 generator_{1};
};

/// Small enough for one evaluation an element.
constexpr std::array kSmallShapes = {RowsCols{1, 1}, RowsCols{3, 5}, RowsCols{7, 113}, RowsCols{1, 768}};

struct Activation {
  const char* name;
  Tensor (*build)(Tensor);
  Dual (*reference)(Dual);
};
constexpr std::array kActivations = {
    Activation{"quick_gelu", ops::quick_gelu, reference::quick_gelu<Dual>},
    Activation{"gelu_erf", ops::gelu_erf, reference::gelu_erf<Dual>},
};

Duals silu_mul(const std::vector<Duals>& in) {
  Duals y = in[0];
  for (size_t i = 0; i < y.size(); ++i) y[i] = reference::silu(y[i]) * in[1][i];
  return y;
}

TEST_F(ElementwiseVjp, Convert) {
  for (const DType from : kFloatStorage) {
    for (const DType to : kFloatStorage) {
      const HostTensor x = HostTensor::random({from, {3, 5}}, generator_);
      check_vjp(
          {.inputs = {x}, .wanted = {true}, .what = "convert"},
          [&](auto& in) { return ops::convert(in[0], to); }, [](const auto& in) { return in[0]; });
    }
  }
}

/// The graph keeps nothing of a part but what others read, and the gradients are the same.
TEST_F(ElementwiseVjp, APartComputedAgainHasTheSameGradients) {
  const HostTensor x = HostTensor::random({DType::f32, {3, 5}}, generator_);
  const auto build = [](bool again) {
    return [again](Graph& graph, const std::vector<Tensor>& in) -> std::vector<Tensor> {
      Tensor y = in[0];
      for (int part = 0; part < 3; ++part) {
        std::optional<Graph::Recomputed> recomputed;
        if (again) recomputed.emplace(graph);
        y = ops::quick_gelu(ops::gelu_erf(y));
      }
      const ops::Seed seed{y, in[1]};
      const std::vector<Tensor> wanted = {in[0]};
      return ops::gradients(graph, {&seed, 1}, wanted);
    };
  };
  const auto kept = run_graph({.inputs = {x, x}}, build(false));
  const auto again = run_graph({.inputs = {x, x}}, build(true));
  EXPECT_EQ(kept[0].bytes, again[0].bytes);
}

TEST_F(ElementwiseVjp, Activations) {
  for (const Activation& activation : kActivations) {
    for (const DType dtype : kFloatStorage) {
      for (const RowsCols& shape : kSmallShapes) {
        const HostTensor x = HostTensor::random(type_of(dtype, shape), generator_, 3.0);
        check_vjp(
            {.inputs = {x}, .wanted = {true}, .what = activation.name},
            [&](auto& in) { return activation.build(in[0]); },
            [&](const auto& in) {
              Duals y = in[0];
              for (Dual& value : y) value = activation.reference(value);
              return y;
            });
      }
    }
  }
}

TEST_F(ElementwiseVjp, SiluMul) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kSmallShapes) {
      const HostTensor gate = HostTensor::random(type_of(dtype, shape), generator_, 3.0);
      const HostTensor up = HostTensor::random(type_of(dtype, shape), generator_);
      for (const std::vector<bool>& wanted : {std::vector{true, true}, {true, false}, {false, true}}) {
        for (const bool octets : {true, false}) {  // where the device has them
          const auto adjust = [&](DeviceCaps& caps) {
            caps.buffer_addresses = caps.buffer_addresses && octets;
          };
          check_vjp(
              {.inputs = {gate, up}, .wanted = wanted, .adjust_caps = adjust, .what = "silu_mul"},
              [](auto& in) { return ops::silu_mul(in[0], in[1]); }, silu_mul);
        }
      }
    }
  }
}

/// The far tails: exp overflows on the way, the derivative is 0 or 1.
TEST_F(ElementwiseVjp, DerivativesOfLargeValuesAreFinite) {
  const HostTensor x = HostTensor::of({DType::f32, {1, 6}}, {-3e4, -200, -30, 30, 200, 3e4});
  const HostTensor ones = HostTensor::of(x.type, std::vector<double>(6, 1.0));
  const auto y = run_graph({.inputs = {x, ones}}, [](Graph&, const std::vector<Tensor>& in) {
    const ops::SiluMulGradients silu = ops::silu_mul_gradient(in[0], in[1], in[1]);
    return std::vector{ops::quick_gelu_gradient(in[0], in[1]), ops::gelu_erf_gradient(in[0], in[1]),
                       silu.gate};
  });
  for (const HostTensor& derivative : y)
    expect_close(derivative.values(), {0, 0, 0, 1, 1, 1}, kExactF32, "derivative far out");
}

/// Past 65 535 workgroups, and in parts; a few thousand values repeat, each against its own dual number.
TEST_F(ElementwiseVjp, LargeTensors) {
  const std::vector<double> x = HostTensor::random({DType::f16, {4099}}, generator_).values();
  std::vector<double> gelu = x, silu = x;
  for (double& value : gelu) value *= reference::gelu_erf(Dual(value, 1)).derivative;
  for (double& value : silu) value *= value * reference::silu(Dual(value, 1)).derivative;
  struct Large {
    RowsCols shape;
    uint64_t max_storage_range_bytes;
  };
  for (const Large& c : {Large{{65539, 257}, uint64_t{1} << 27}, Large{{1031, 64}, 1 << 14}}) {
    const TensorType type = type_of(DType::f16, c.shape);
    const auto repeated = [&](const std::vector<double>& values) {
      std::vector<double> all(type.shape.elements());
      for (size_t index = 0; index < all.size(); ++index) all[index] = values[index % values.size()];
      return all;
    };
    const OpRun run{.inputs = {HostTensor::of(type, repeated(x))}, .adjust_caps = [&](DeviceCaps& caps) {
                      caps.max_storage_range_bytes = c.max_storage_range_bytes;
                    }};
    const auto y = run_graph(run, [](Graph&, const std::vector<Tensor>& in) {
      return std::vector{ops::gelu_erf_gradient(in[0], in[0]),
                         ops::silu_mul_gradient(in[0], in[0], in[0]).gate};
    });
    expect_close(y[0].values(), repeated(gelu), kRoundedF16, text("gelu_erf_gradient ", type));
    expect_close(y[1].values(), repeated(silu), kRoundedF16, text("silu_mul_gradient ", type));
  }
}

TEST_F(ElementwiseVjp, AddOfATensorToItselfCountsTwice) {
  const HostTensor a = HostTensor::random({DType::f32, {3, 5}}, generator_);
  check_vjp(
      {.inputs = {a}, .wanted = {true}, .what = "a + a"}, [](auto& in) { return ops::add(in[0], in[0]); },
      [](const auto& in) { return reference::add(in[0], in[0]); });
}

TEST_F(ElementwiseVjp, AddSumsOverTheRepeatsOfTheSmallerOperand) {
  for (const DType a_type : kFloatStorage) {
    for (const DType b_type : kFloatStorage) {
      for (const auto& [rows, b_rows, cols] :
           {std::array<uint64_t, 3>{1, 1, 1}, {3, 1, 5}, {6, 3, 29}, {131, 1, 4}, {10, 5, 4}, {7, 7, 13}}) {
        if (a_type == b_type && rows == b_rows) continue;  // both gradients are the upstream one itself
        const HostTensor a = HostTensor::random({a_type, {rows, cols}}, generator_);
        const HostTensor b = HostTensor::random({b_type, {b_rows, cols}}, generator_);
        check_vjp(
            {.inputs = {a, b}, .wanted = {true, true}, .what = "add"},
            [](auto& in) { return ops::add(in[0], in[1]); },
            [](const auto& in) { return reference::add(in[0], in[1]); });
      }
    }
  }
}

TEST_F(ElementwiseVjp, AddOfABiasRowInParts) {
  const HostTensor a = HostTensor::random({DType::f16, {60, 32}}, generator_);
  const HostTensor b = HostTensor::random({DType::f32, {32}}, generator_);
  check_vjp(
      {.inputs = {a, b},
       .wanted = {true, true},
       .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 40 * 64; },
       .what = "add of a bias"},
      [](auto& in) { return ops::add(in[0], in[1]); },
      [](const auto& in) { return reference::add(in[0], in[1]); });
}

TEST_F(ElementwiseVjp, TheGradientOfAStoredWeightIsF32) {
  Graph graph;
  const Tensor a = graph.input("a", {DType::f16, {6, 8}});
  const Tensor b = graph.weight("b", {DType::bf16, {3, 8}});
  const Tensor y = ops::add(a, b);
  const ops::Seed seed{y, graph.input("dy", y.type())};
  const std::vector<Tensor> gradients = ops::gradients(graph, {&seed, 1}, std::array{b});
  EXPECT_EQ(gradients[0].type(), (TensorType{DType::f32, {3, 8}}));
}

}  // namespace
}  // namespace lapilli::test
