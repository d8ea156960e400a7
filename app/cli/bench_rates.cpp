// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_rates.h"

#include "engine/exec/weights.h"
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
  const Tensor y = ops::linear(graph.input("x", input_type), graph.weight("w", weight_type));
  graph.output("y", y);
  const Plan plan = make_plan(graph, device.caps());

  const auto random = [](std::string name, const TensorType& type) {
    return WeightSource{
        .name = std::move(name),
        .type = type,
        .group = "measured",
        .read = [rows = RandomRows(type, 1)](uint64_t first, std::span<std::byte> to) -> Result<void> {
          rows.fill(first, to);
          return {};
        }};
  };
  const WeightSource sources[] = {random("w", weight_type), random("x", input_type)};
  const Weights weights(device, sources);
  const gpu::Buffer result =
      device.buffer({.size_bytes = y.type().size_bytes(), .use = gpu::BufferUse::kDevice, .name = "result"});
  Bindings bindings = weights.bindings();
  bindings.set("y", {&result, 0, 0});
  const Arena arena(device, plan.arena_chunk_bytes);
  Program program(device, pipelines, plan, bindings, arena, {.name = "linear alone"});
  gpu::Timeline timeline(device);
  const Timing timing = time_runs(5, [&] { program.run(timeline); });
  return cost_of(plan).flops / timing.median();
}

uint64_t peak_resident_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) << 10;
}

}  // namespace lapilli::cli
