// SPDX-License-Identifier: Apache-2.0
// Recording and running, where whole models do not reach: folded group numbers in parts, stops, timestamps.
#include "engine/exec/program.h"
#include "engine/ops/ops.h"
#include "tests/support/device_fixture.h"

#include <cstring>
#include <random>

namespace lapilli::test {
namespace {

class ProgramTest : public GpuTest {
 protected:
  /// Norms of random rows [rows, 3] on a device, one workgroup a row.
  struct Norms {
    gpu::Buffer x, weight, y;
    gpu::PipelineCache pipelines;
    Plan plan;
    Bindings bindings;
    std::optional<Arena> arena;
    std::optional<Program> program;

    Norms(gpu::Device& device, uint64_t rows, const ProgramOptions& options = {})
        : x(buffer(device, rows * 3)),
          weight(buffer(device, 3)),
          y(buffer(device, rows * 3)),
          pipelines(device, {}) {
      std::mt19937 random(1);
      std::uniform_real_distribution<float> values(-1, 1);
      for (const gpu::Buffer* input : {&x, &weight}) {
        const auto bytes = input->mapped();
        for (size_t at = 0; at < bytes.size(); at += 4) store(&bytes[at], values(random));
      }
      Graph graph;
      const Tensor in = graph.input("x", {DType::f32, {rows, 3}});
      graph.output("y", ops::rms_norm(in, graph.weight("weight", {DType::f32, {3}}), 1e-5f));
      bindings.set("x", {&x, 0, 0});
      bindings.set("weight", {&weight, 0, 0});
      bindings.set("y", {&y, 0, 0});
      plan = make_plan(graph, device.caps());
      arena.emplace(device, plan.arena_chunk_bytes);
      program.emplace(device, pipelines, plan, bindings, *arena, options);
    }
    [[nodiscard]] std::vector<float> result() const {
      std::vector<float> values(y.size_bytes() / 4);
      std::memcpy(values.data(), y.mapped().data(), y.size_bytes());
      return values;
    }
    static gpu::Buffer buffer(gpu::Device& device, uint64_t count) {
      return device.buffer({.size_bytes = 4 * count, .use = gpu::BufferUse::kReadback, .name = "test"});
    }
  };
};

TEST_F(ProgramTest, FoldedGroupsInPartsGiveTheSame) {
  gpu::Device whole_device = environment().open();
  gpu::Device cut_device = environment().open({.max_dispatch_cost = 1e5});
  for (const uint64_t rows : {uint64_t{101}, uint64_t{50000}, uint64_t{3 * 65535 + 7}}) {
    Norms whole(whole_device, rows);
    Norms cut(cut_device, rows);
    gpu::Timeline first(whole_device), second(cut_device);
    whole.program->run(first);
    cut.program->run(second);
    EXPECT_EQ(cut.result(), whole.result()) << rows;
    EXPECT_NE(whole.result().back(), 0.0f);
  }
}

TEST_F(ProgramTest, ARunThatIsToldToStopBeforehandDoesNothing) {
  Norms norms(device(), 11);
  gpu::Timeline timeline(device());
  std::stop_source stop;
  stop.request_stop();
  const uint64_t before = device().counters().submissions;
  EXPECT_THROW(norms.program->run(timeline, stop.get_token()), Error);
  EXPECT_EQ(device().counters().submissions, before);
}

TEST_F(ProgramTest, StepTimesComeWithTimestampsOnly) {
  gpu::Device cut_device = environment().open({.max_dispatch_cost = 1e5});
  gpu::Timeline timeline(cut_device);
  Norms timed(cut_device, 50000, {.timestamps = true});
  timed.program->run(timeline);
  const auto profile = timed.program->profile();
  ASSERT_EQ(profile.size(), 1u);
  EXPECT_GT(profile[0].nanoseconds, 0.0);
  EXPECT_TRUE(Norms(cut_device, 11).program->profile().empty());
}

TEST_F(ProgramTest, AWriteIntoAGuardZoneIsFound) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {5, 7}});
  graph.output("y", ops::add(ops::add(ops::add(x, x), x), x));
  const MemoryPlanOptions options{.alignment_bytes = 64, .guard_bytes = 64, .share = false};
  const Plan plan = make_plan(lower(graph, device().caps()), options);
  const Arena arena(device(), plan.arena_chunk_bytes);
  const std::span<std::byte> memory = arena.chunk(0).mapped();
  if (memory.empty()) GTEST_SKIP() << "device memory is not mapped here";
  const Guards guards(plan, arena);
  guards.reset();
  guards.check("fine");
  std::memset(memory.data(), 0, 140);
  guards.check("the value of 35 elements itself");
  memory[140] = std::byte{1};
  try {
    guards.check("overrun");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "program \"overrun\" wrote past the end of a value: chunk 0, offset 140, 0 bytes "
                 "into a guard zone");
  }
}

TEST_F(ProgramTest, AMissingOrSmallBindingIsNamed) {
  Norms norms(device(), 11);
  Bindings missing;
  missing.set("x", {&norms.x, 0, 0});
  missing.set("weight", {&norms.weight, 0, 0});
  const auto message_of = [&](const Bindings& bindings) -> std::string {
    try {
      const Program program(device(), norms.pipelines, norms.plan, bindings, *norms.arena);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message_of(missing), "no storage was bound for tensor \"y\"");
  missing.set("y", {&norms.weight, 0, 0});
  EXPECT_EQ(message_of(missing), "tensor \"y\" needs 132 bytes, its storage has 12");
}

}  // namespace
}  // namespace lapilli::test
