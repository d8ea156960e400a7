// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_runner.h"

#include "engine/exec/program.h"
#include "engine/graph/plan.h"
#include "tests/support/device_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lapilli::test {
namespace {

/// NaN in every float type: 0xffff is NaN as f16 and bf16, 0xffffffff as f32.
void poison(std::span<std::byte> bytes) {
  std::fill(bytes.begin(), bytes.end(), std::byte{0xff});
}

gpu::Buffer mapped_buffer(gpu::Device& device, uint64_t size_bytes, const std::string& name) {
  return device.buffer(
      {.size_bytes = align_up(size_bytes, 4) + 16, .use = gpu::BufferUse::kReadback, .name = name});
}

}  // namespace

std::vector<HostTensor> run_graph(const OpRun& run, const BuildGraph& build) {
  gpu::Device& device = DeviceEnvironment::instance().device();
  gpu::PipelineCache& pipelines = DeviceEnvironment::instance().pipelines();

  Graph graph;
  Bindings bindings;
  std::vector<gpu::Buffer> buffers;
  buffers.reserve(run.inputs.size() + 16);
  const auto bind = [&](const std::string& name, uint64_t size_bytes) -> std::span<std::byte> {
    buffers.push_back(mapped_buffer(device, size_bytes, name));
    bindings.set(name, {&buffers.back(), 0, 0});
    return buffers.back().mapped();
  };

  if (run.live_rows) {
    graph.set_live_rows(graph.input("live_rows", {DType::i32, {1}}));
    std::memcpy(bind("live_rows", 4).data(), &*run.live_rows, 4);
  }
  std::vector<Tensor> in;
  for (size_t index = 0; index < run.inputs.size(); ++index) {
    const std::string name = text("in", index);
    in.push_back(graph.state(name, run.inputs[index].type));
    std::ranges::copy(run.inputs[index].bytes, bind(name, run.inputs[index].bytes.size()).begin());
  }
  const std::vector<Tensor> results = build(graph, in);
  std::vector<size_t> result_buffers;
  for (size_t index = 0; index < results.size(); ++index) {
    const TensorId storage = graph.info(results[index].id()).storage;
    const auto source =
        std::find_if(in.begin(), in.end(), [&](const Tensor& t) { return t.id() == storage; });
    if (source != in.end()) {
      result_buffers.push_back(static_cast<size_t>(source - in.begin()) + (run.live_rows ? 1 : 0));
      continue;
    }
    const std::string name = text("out", index);
    graph.output(name, results[index]);
    poison(bind(name, results[index].type().size_bytes()));
    result_buffers.push_back(buffers.size() - 1);
  }

  DeviceCaps caps = device.caps();
  if (run.adjust_caps) run.adjust_caps(caps);
  const Plan plan = make_plan(graph, caps);
  const Arena arena(device, plan.arena_chunk_bytes);
  Program program(device, pipelines, plan, bindings, arena, {.name = "operator under test"});
  gpu::Timeline timeline(device);
  program.run(timeline);

  std::vector<HostTensor> out;
  for (size_t index = 0; index < results.size(); ++index) {
    const TensorType type = results[index].type();
    const auto bytes = buffers[result_buffers[index]].mapped().first(type.size_bytes());
    out.push_back({type, {bytes.begin(), bytes.end()}});
  }
  return out;
}

HostTensor run_op(const OpRun& run, const std::function<Tensor(const std::vector<Tensor>& in)>& build) {
  return run_graph(run, [&](Graph&, const std::vector<Tensor>& in) { return std::vector<Tensor>{build(in)}; })
      .front();
}

Tolerance tolerance_of(DType dtype) {
  switch (dtype) {
    case DType::f16:
      return kRoundedF16;
    case DType::bf16:
      return kRoundedBf16;
    default:
      return kExactF32;
  }
}

void expect_close(const std::vector<double>& actual, const std::vector<double>& expected,
                  const Tolerance& tolerance, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  double error = 0;
  double norm = 0;
  size_t worst = 0;
  double worst_difference = -1;
  for (size_t index = 0; index < actual.size(); ++index) {
    const double difference = std::abs(actual[index] - expected[index]);
    error += difference * difference;
    norm += expected[index] * expected[index];
    if (difference > worst_difference || std::isnan(difference)) {
      worst = index;
      worst_difference = std::isnan(difference) ? INFINITY : difference;
    }
  }
  if (actual.empty()) return;
  const double nmse = error / std::max(norm, 1e-300);
  EXPECT_TRUE(nmse <= tolerance.nmse && worst_difference <= tolerance.max_difference)
      << what << ": nmse " << nmse << " (at most " << tolerance.nmse << "), worst at " << worst << ": "
      << actual[worst] << " instead of " << expected[worst];
}

}  // namespace lapilli::test
