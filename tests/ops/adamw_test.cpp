// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/training.h"
#include "tests/support/op_case.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>

namespace lapilli::test {
namespace {

using Json = nlohmann::json;

/// Relative to the largest element: twelve steps of single roundings.
constexpr double kRelative = 2e-6;

void expect_near_all(const std::vector<double>& actual, const std::vector<double>& expected,
                     const std::string& what) {
  double largest = 0;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (size_t index = 0; index < actual.size(); ++index)
    EXPECT_NEAR(actual[index], expected[index], kRelative * largest) << what << ", element " << index;
}

struct States {
  HostTensor parameter, first, second;
  std::optional<HostTensor> copy = std::nullopt;
};

HostTensor settings_tensor(const ops::AdamwSettings& s) {
  return HostTensor::of({DType::f32, {ops::kNumAdamwSettings}},
                        {s.learning_rate, s.complement1, s.complement2, s.epsilon, s.weight_decay,
                         s.correction1, s.correction2, s.gradient_factor});
}

States step(const States& before, const HostTensor& gradient, const ops::AdamwSettings& settings,
            const std::function<void(DeviceCaps&)>& adjust_caps = {}) {
  OpRun run{.inputs = {gradient, settings_tensor(settings), before.parameter, before.first, before.second},
            .adjust_caps = adjust_caps};
  if (before.copy) run.inputs.push_back(*before.copy);
  const auto after = run_graph(run, [&](Graph&, const std::vector<Tensor>& in) {
    const ops::AdamwStates states =
        ops::adamw({in[2], in[3], in[4], before.copy ? in[5] : Tensor()}, in[0], in[1]);
    std::vector<Tensor> results = {states.parameter, states.first_moment, states.second_moment};
    if (states.copy) results.push_back(states.copy);
    return results;
  });
  return {after[0], after[1], after[2], before.copy ? std::optional<HostTensor>(after[3]) : std::nullopt};
}

ops::AdamwSettings settings_of_step(int t) {
  return {.learning_rate = 1e-2f,
          .complement1 = 0.1f,
          .complement2 = 0.001f,
          .epsilon = 1e-8f,
          .weight_decay = 0.1f,
          .correction1 = static_cast<float>(1 - std::pow(0.9, t)),
          .correction2 = static_cast<float>(1 - std::pow(0.999, t)),
          .gradient_factor = 1.0f};
}

class AdamwTest : public GpuTest {
 protected:
  States random_states(const TensorType& type, std::optional<DType> copy = std::nullopt) {
    States states{HostTensor::random(type, generator_), HostTensor::random(type, generator_, 0.1),
                  HostTensor::random(type, generator_)};
    std::vector<double> squares = states.second.values();
    for (double& value : squares) value *= value;
    states.second = HostTensor::of(type, squares);
    if (copy) states.copy = HostTensor::zeros({*copy, type.shape});
    return states;
  }

  std::mt19937 generator_{17};
};

TEST_F(AdamwTest, TwelveStepsEqualThoseOfTorch) {
  const Json golden = Json::parse(std::ifstream(LAPILLI_SOURCE_FOLDER "/tests/golden/adamw/steps.json"));
  for (size_t index = 0; index < golden["shapes"].size(); ++index) {
    const auto extents = golden["shapes"][index].get<std::vector<uint64_t>>();
    const TensorType type{DType::f32, Shape(extents)};
    States states{HostTensor::of(type, golden["start"][index]), HostTensor::zeros(type),
                  HostTensor::zeros(type)};
    int t = 0;
    for (const Json& expected : golden["steps"]) {
      ops::AdamwSettings settings = settings_of_step(++t);
      settings.learning_rate = expected["learning_rate"];
      const std::vector<double> gradient = expected["gradients"][index];
      states = step(states, HostTensor::of(type, gradient), settings);
      const std::string what = text("parameter ", index, " after step ", t);
      expect_near_all(states.parameter.values(), expected["parameters"][index], what);
      expect_near_all(states.first.values(), expected["first_moments"][index], what + ", first moment");
      expect_near_all(states.second.values(), expected["second_moments"][index], what + ", second moment");
    }
  }
}

TEST_F(AdamwTest, EqualsItsFormulaAndRoundsTheCopy) {
  for (const DType copy : {DType::f16, DType::bf16}) {
    for (const TensorType& type :
         {TensorType{DType::f32, {1}}, TensorType{DType::f32, {7, 113}}, TensorType{DType::f32, {1030}}}) {
      const States before = random_states(type, copy);
      const HostTensor gradient = HostTensor::random(type, generator_, 3);
      ops::AdamwSettings settings = settings_of_step(5);
      settings.gradient_factor = 0.25f;
      const States after = step(before, gradient, settings);
      std::vector<double> expected = before.parameter.values();
      for (size_t i = 0; i < expected.size(); ++i) {
        const double g = gradient.values()[i] * 0.25;
        const double m = 0.9 * before.first.values()[i] + 0.1 * g;
        const double v = 0.999 * before.second.values()[i] + 0.001 * g * g;
        expected[i] *= 1 - 1e-2 * 0.1;
        expected[i] -= 1e-2 * m / settings.correction1 / (std::sqrt(v / settings.correction2) + 1e-8);
      }
      expect_near_all(after.parameter.values(), expected, text("adamw ", type));
      expect_equal(*after.copy, after.parameter.values(), text("copy of ", type));
    }
  }
}

TEST_F(AdamwTest, PartsGiveWhatTheWholeGives) {
  const TensorType type{DType::f32, {10007}};
  const States before = random_states(type, DType::bf16);
  const HostTensor gradient = HostTensor::random(type, generator_);
  const States whole = step(before, gradient, settings_of_step(2));
  const States parts = step(before, gradient, settings_of_step(2),
                            [](DeviceCaps& caps) { caps.max_storage_range_bytes = 4096; });
  EXPECT_EQ(whole.parameter.bytes, parts.parameter.bytes);
  EXPECT_EQ(whole.first.bytes, parts.first.bytes);
  EXPECT_EQ(whole.second.bytes, parts.second.bytes);
  EXPECT_EQ(whole.copy->bytes, parts.copy->bytes);
}

TEST_F(AdamwTest, AFactorThatIsZeroOrNotFiniteChangesNothing) {
  const TensorType type{DType::f32, {7, 5}};
  const States before = random_states(type, DType::f16);
  const HostTensor gradient =
      HostTensor::of(type, std::vector<double>(35, std::numeric_limits<double>::quiet_NaN()));
  for (const float factor : {0.0f, std::numeric_limits<float>::infinity(), -0.0f,
                             -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    ops::AdamwSettings settings = settings_of_step(1);
    settings.gradient_factor = factor;
    const States after = step(before, gradient, settings);
    EXPECT_EQ(after.parameter.bytes, before.parameter.bytes) << factor;
    EXPECT_EQ(after.first.bytes, before.first.bytes) << factor;
    EXPECT_EQ(after.second.bytes, before.second.bytes) << factor;
    EXPECT_EQ(after.copy->bytes, before.copy->bytes) << factor;
  }
}

TEST(AdamwShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor p = graph.state("p", {DType::f32, {6, 4}});
  const Tensor m = graph.state("m", {DType::f32, {6, 4}});
  const Tensor v = graph.state("v", {DType::f32, {6, 4}});
  const Tensor copy = graph.state("copy", {DType::f16, {6, 4}});
  const Tensor other = graph.state("other", {DType::f32, {24}});
  const Tensor gradient = graph.input("gradient", {DType::f32, {6, 4}});
  const Tensor settings = graph.input("settings", {DType::f32, {ops::kNumAdamwSettings}});
  EXPECT_NO_THROW(ops::adamw({p, m, v}, gradient, settings));
  EXPECT_NO_THROW(ops::adamw({p, m, v, copy}, gradient, settings));
  EXPECT_THROW(ops::adamw({p, m, v, v}, gradient, settings), Error);
  EXPECT_THROW(ops::adamw({p, m, other}, gradient, settings), Error);
  EXPECT_THROW(ops::adamw({copy, m, v}, gradient, settings), Error);
  EXPECT_THROW(ops::adamw({p, m, v}, other, settings), Error);
  EXPECT_THROW(ops::adamw({p, m, v}, gradient, other), Error);
}

}  // namespace
}  // namespace lapilli::test
