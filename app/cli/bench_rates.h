// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/gpu/pipelines.h"
#include "engine/runtime/evaluator.h"

#include <functional>
#include <vector>

namespace lapilli::cli {

/// Seconds of several runs of the same work.
struct Timing {
  std::vector<double> seconds = {};  ///< ascending
  [[nodiscard]] double median() const;
  /// (slowest − fastest) / median.
  [[nodiscard]] double spread() const;
};

/// Runs `work` once to warm up and then `repetitions` times; work above two seconds needs no warm-up.
[[nodiscard]] Timing time_runs(uint32_t repetitions, const std::function<void()>& work);

/// What one run of a plan computes and moves, by the operators' own estimates.
struct PlanCost {
  double flops = 0;
  double bytes = 0;
};
[[nodiscard]] PlanCost cost_of(const Plan& plan);

/// Bytes read and written a second by copies within device memory.
[[nodiscard]] double copy_rate(gpu::Device& device);

/// Floating-point operations a second that shaders reach in f32 when nothing but arithmetic is done.
[[nodiscard]] double arithmetic_rate(gpu::Device& device, gpu::PipelineCache& pipelines);

/// One linear layer alone.
struct LinearShape {
  uint32_t rows = 1;
  uint32_t in = 1;
  uint32_t out = 1;
  DType weight = DType::f16;
  DType activation = DType::f32;
};
/// Floating-point operations a second that the linear kernel reaches on that shape.
[[nodiscard]] double linear_rate(gpu::Device& device, gpu::PipelineCache& pipelines,
                                 const LinearShape& shape);

/// The most memory this process ever had resident, in bytes.
[[nodiscard]] uint64_t peak_resident_bytes();

}  // namespace lapilli::cli
