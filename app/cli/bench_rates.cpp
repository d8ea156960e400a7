// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_rates.h"

#include "engine/exec/weights.h"
#include "engine/ops/measure.h"
#include "engine/ops/ops.h"
#include "engine/runtime/random_weights.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <sys/resource.h>

namespace lapilli::cli {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

WeightSource random_source(std::string name, const TensorType& type) {
  return {.name = std::move(name),
          .type = type,
          .group = "measured",
          .read = [rows = RandomRows(type, 1)](uint64_t first, std::span<std::byte> to) -> Result<void> {
            rows.fill(first, to);
            return {};
          }};
}

/// Operations a second of a graph whose one output is "y", alone on the device.
double graph_rate(gpu::Device& device, gpu::PipelineCache& pipelines, const Graph& graph,
                  const std::vector<WeightSource>& sources) {
  const Plan plan = make_plan(graph, device.caps());
  const Weights weights(device, sources);
  const auto output = std::find_if(plan.externals.begin(), plan.externals.end(),
                                   [](const ExternalTensor& external) { return external.name == "y"; });
  const gpu::Buffer result =
      device.buffer({.size_bytes = output->size_bytes, .use = gpu::BufferUse::kDevice, .name = "result"});
  Bindings bindings = weights.bindings();
  bindings.set("y", {&result, 0, 0});
  const Arena arena(device, plan.arena_chunk_bytes);
  Program program(device, pipelines, plan, bindings, arena, {.name = "measured alone"});
  gpu::Timeline timeline(device);
  const Timing timing = time_runs(5, [&] { program.run(timeline); });
  return cost_of(plan).flops / timing.median();
}

}  // namespace

double Timing::median() const {
  const size_t middle = seconds.size() / 2;
  return seconds.size() % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
}

double Timing::spread() const {
  return (seconds.back() - seconds.front()) / median();
}

Timing time_runs(uint32_t repetitions, const std::function<void()>& work) {
  constexpr double kLongSeconds = 2;
  Timing timing;
  const double first = seconds_of(work);
  if (first > kLongSeconds) timing.seconds.push_back(first);
  while (timing.seconds.size() < repetitions) timing.seconds.push_back(seconds_of(work));
  std::sort(timing.seconds.begin(), timing.seconds.end());
  return timing;
}

PlanCost cost_of(const Plan& plan) {
  PlanCost cost;
  for (const PlannedStep& step : plan.steps) {
    cost.flops += step.dispatch.flops;
    cost.bytes += step.dispatch.bytes;
  }
  return cost;
}

double copy_rate(gpu::Device& device) {
  constexpr uint64_t kMost = uint64_t{256} << 20;
  const uint64_t bytes = std::min(kMost, device.free_bytes(gpu::BufferUse::kDevice) / 4) & ~uint64_t{255};
  const auto buffer = [&](const char* name) {
    return device.buffer({.size_bytes = bytes, .use = gpu::BufferUse::kDevice, .name = name});
  };
  const gpu::Buffer from = buffer("copy source");
  const gpu::Buffer to = buffer("copy target");
  gpu::CommandRecorder recorder(device, "measure copies");
  recorder.copy({&from, 0, bytes}, {&to, 0, bytes});
  const gpu::CommandBuffer commands = recorder.finish();
  gpu::Timeline timeline(device);
  const Timing timing = time_runs(5, [&] { timeline.wait(timeline.submit(commands)); });
  return 2.0 * static_cast<double>(bytes) / timing.seconds.front();
}

double linear_rate(gpu::Device& device, gpu::PipelineCache& pipelines, const LinearShape& shape) {
  const TensorType weight_type{shape.weight, {shape.out, shape.in}};
  const TensorType input_type{shape.activation, {shape.rows, shape.in}};
  Graph graph;
  graph.output("y", ops::linear(graph.input("x", input_type), graph.weight("w", weight_type)));
  return graph_rate(device, pipelines, graph,
                    {random_source("w", weight_type), random_source("x", input_type)});
}

double arithmetic_rate(gpu::Device& device, gpu::PipelineCache& pipelines) {
  // A processor takes about 10 ms for it, a GPU, which gets more of it, some too.
  const bool is_software = device.caps().is_software();
  const TensorType type{DType::f32, {is_software ? uint64_t{1} << 17 : uint64_t{1} << 22}};
  const uint32_t rounds = is_software ? 2048 : 8192;
  Graph graph;
  graph.output("y", ops::multiply_add(graph.input("x", type), rounds));
  return graph_rate(device, pipelines, graph, {random_source("x", type)});
}

uint64_t peak_resident_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) << 10;
}

}  // namespace lapilli::cli
