// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/arena.h"
#include "engine/exec/bindings.h"
#include "engine/exec/guards.h"
#include "engine/exec/segment_times.h"
#include "engine/gpu/commands.h"
#include "engine/gpu/pipelines.h"
#include "engine/gpu/timeline.h"
#include "engine/graph/plan.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace lapilli {

struct ProgramOptions {
  std::string name = {};    ///< for profilers and validation messages
  bool timestamps = false;  ///< measure every step, see Program::profile
};

/// Time of one step of the last run.
struct StepTime {
  std::string scope;
  std::string_view kernel;
  double nanoseconds = 0;
  double flops = 0;
  double bytes = 0;
};

/// A plan recorded as command buffers, once; run as often as wanted without allocating, compiling or
/// recording.
///
/// The work is cut into segments that are grouped into submissions of device.submission_seconds() by the
/// times seen so far; between submissions a stop request is honoured. On devices with
/// caps().max_dispatch_cost, a dispatch that costs more is launched in parts. Move-only; device, arena,
/// pipelines and bound buffers outlive it.
class Program {
 public:
  /// Throws kInvalidArgument when an external tensor has no storage or too little, and what pipelines and
  /// devices throw.
  Program(gpu::Device& device, gpu::PipelineCache& pipelines, const Plan& plan, const Bindings& bindings,
          const Arena& arena, const ProgramOptions& options = {});

  /// Runs all steps and waits for the end. `live_share`: the part of the rows that is live, 0 … 1, by which
  /// the speed is judged. Throws kStopped when asked to stop before the end, and kDeviceLost; no submitted
  /// work is left running then.
  void run(gpu::Timeline& timeline, std::stop_token stop = {}, double live_share = 1);

  /// Step times of the last complete run; empty without ProgramOptions::timestamps.
  [[nodiscard]] std::vector<StepTime> profile() const;

 private:
  void record(gpu::Device& device, gpu::PipelineCache& pipelines, const Plan& plan, const Bindings& bindings,
              const Arena& arena, const ProgramOptions& options);

  std::vector<gpu::CommandBuffer> segments_;
  std::vector<const gpu::CommandBuffer*> commands_;  // of the segments
  SegmentTimes times_;
  size_t max_in_flight_ = 1;
  std::string name_;
  std::optional<Guards> guards_;  // in the `checked` build
  std::vector<StepTime> step_infos_;
  std::optional<gpu::Timestamps> timestamps_;
};

/// The pipelines a plan needs, for compiling them ahead on several threads.
std::vector<gpu::PipelineRequest> pipeline_requests(const Plan& plan);

}  // namespace lapilli
