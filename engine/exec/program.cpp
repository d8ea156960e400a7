// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/program.h"

#include "engine/base/bytes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <map>

namespace lapilli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSubmissionSeconds = 0.05;
/// The smallest piece of work that gets a command buffer of its own: a fraction of a submission on slow
/// devices.
constexpr double kSegmentCost = 2.5e8;

/// Operations or bytes, whichever is more: devices that run these kernels do about one per the other.
double cost_of(const Dispatch& dispatch) {
  return std::max({dispatch.flops, dispatch.bytes, 1.0});
}

class Recording {
 public:
  Recording(const Plan& plan, const Bindings& bindings, const Arena& arena) : arena_(arena) {
    for (const ExternalTensor& external : plan.externals) {
      const gpu::BufferRange& range = bindings.at(external.name);
      const uint64_t bound =
          range.size_bytes != 0 ? range.size_bytes : range.buffer->size_bytes() - range.offset_bytes;
      if (bound < external.size_bytes) {
        throw Error(ErrorCode::kInvalidArgument,
                    text("tensor \"", external.name, "\" needs ", external.size_bytes,
                         " bytes, its storage has ", bound));
      }
      externals_.emplace(external.id, range);
    }
    live_rows_ =
        plan.live_rows.empty() ? gpu::BufferRange{&arena.all_rows(), 0, 4} : bindings.at(plan.live_rows);
  }

  void record(gpu::CommandRecorder& recorder, gpu::PipelineCache& pipelines, const PlannedStep& step) const {
    const Dispatch& dispatch = step.dispatch;
    recorder.bind(pipelines.get(*dispatch.shader, dispatch.constants));
    std::array<gpu::BoundRange, kLiveRowsBinding + 1> bound;
    size_t count = 0;
    for (const ShaderBinding& binding : dispatch.shader->bindings) {
      const bool is_live_rows = binding.binding == kLiveRowsBinding;
      bound[count] = {binding.binding, is_live_rows ? live_rows(dispatch) : range_of(step.buffers[count])};
      ++count;
    }
    recorder.push_buffers(std::span(bound.data(), count));
    if (!dispatch.params.bytes().empty()) recorder.push_constants(dispatch.params.bytes());
    recorder.dispatch(dispatch.groups[0], dispatch.groups[1], dispatch.groups[2]);
  }

 private:
  [[nodiscard]] gpu::BufferRange live_rows(const Dispatch& dispatch) const {
    return dispatch.live_rows ? live_rows_ : gpu::BufferRange{&arena_.all_rows(), 0, 4};
  }

  [[nodiscard]] gpu::BufferRange range_of(const PlannedBuffer& planned) const {
    gpu::BufferRange range;
    if (planned.external) {
      range = externals_.at(planned.space);
      range.offset_bytes += planned.offset_bytes;
    } else {
      range = {&arena_.chunk(planned.space), planned.offset_bytes, 0};
    }
    // Shaders read blocks of odd sizes as whole words; storage is padded so that the last word exists.
    range.size_bytes =
        std::min(align_up(planned.size_bytes, 4), range.buffer->size_bytes() - range.offset_bytes);
    return range;
  }

  const Arena& arena_;
  std::map<TensorId, gpu::BufferRange> externals_;
  gpu::BufferRange live_rows_;
};

}  // namespace

Program::Program(gpu::Device& device, gpu::PipelineCache& pipelines, const Plan& plan,
                 const Bindings& bindings, const Arena& arena, const ProgramOptions& options) {
  LAPILLI_ASSERT(!plan.steps.empty());
  const Recording recording(plan, bindings, arena);
  if (options.timestamps) timestamps_.emplace(device, static_cast<uint32_t>(plan.steps.size() + 1));

  std::optional<gpu::CommandRecorder> recorder;
  double segment_cost = 0;
  for (size_t index = 0; index < plan.steps.size(); ++index) {
    const PlannedStep& step = plan.steps[index];
    const double cost = cost_of(step.dispatch);
    if (recorder && segment_cost + cost > kSegmentCost) {
      segments_.push_back({recorder->finish(), segment_cost});
      recorder.reset();
    }
    if (!recorder) {
      recorder.emplace(device, options.name);
      segment_cost = 0;
      if (timestamps_ && index == 0) {
        recorder->reset_timestamps(*timestamps_);
        recorder->write_timestamp(*timestamps_, 0);
      }
    } else if (step.barrier_before || timestamps_) {
      recorder->barrier(gpu::Stage::kCompute, gpu::Stage::kCompute);
    }
    recording.record(*recorder, pipelines, step);
    if (timestamps_) recorder->write_timestamp(*timestamps_, static_cast<uint32_t>(index + 1));
    segment_cost += cost;
    flops_ += step.dispatch.flops;
    step_infos_.push_back(
        {step.scope, step.dispatch.shader->name, 0, step.dispatch.flops, step.dispatch.bytes});
  }
  segments_.push_back({recorder->finish(), segment_cost});
}

size_t Program::group_end(size_t first) const {
  double cost = segments_[first].cost;
  size_t end = first + 1;
  while (end < segments_.size() && cost + segments_[end].cost <= cost_per_second_ * kSubmissionSeconds) {
    cost += segments_[end++].cost;
  }
  return end;
}

void Program::run(gpu::Timeline& timeline, std::stop_token stop) {
  struct InFlight {
    uint64_t value;
    double cost;
  };
  // Two submissions in flight keep the device busy while the host prepares the next.
  constexpr size_t kMaxInFlight = 2;
  std::deque<InFlight> in_flight;
  Clock::time_point last_end = Clock::now();
  const auto wait_for_oldest = [&] {
    timeline.wait(in_flight.front().value);
    const Clock::time_point now = Clock::now();
    const double seconds = std::max(std::chrono::duration<double>(now - last_end).count(), 1e-6);
    cost_per_second_ = in_flight.front().cost / seconds;
    last_end = now;
    in_flight.pop_front();
  };

  std::vector<const gpu::CommandBuffer*> commands;
  for (size_t first = 0; first < segments_.size() && !stop.stop_requested();) {
    const size_t end = group_end(first);
    commands.clear();
    double cost = 0;
    for (size_t index = first; index < end; ++index) {
      commands.push_back(&segments_[index].commands);
      cost += segments_[index].cost;
    }
    in_flight.push_back({timeline.submit(commands), cost});
    first = end;
    if (in_flight.size() == kMaxInFlight) wait_for_oldest();
  }
  while (!in_flight.empty()) wait_for_oldest();
  if (stop.stop_requested()) throw Error(ErrorCode::kStopped, "stopped as asked");
}

std::vector<StepTime> Program::profile() const {
  if (!timestamps_) return {};
  std::vector<StepTime> result = step_infos_;
  const std::vector<double> intervals = timestamps_->intervals_ns();
  for (size_t index = 0; index < result.size(); ++index) result[index].nanoseconds = intervals[index];
  return result;
}

std::vector<gpu::PipelineRequest> pipeline_requests(const Plan& plan) {
  std::vector<gpu::PipelineRequest> requests;
  for (const PlannedStep& step : plan.steps) {
    const bool known =
        std::any_of(requests.begin(), requests.end(), [&](const gpu::PipelineRequest& request) {
          return request.shader == step.dispatch.shader && request.constants == step.dispatch.constants;
        });
    if (!known) requests.push_back({step.dispatch.shader, step.dispatch.constants});
  }
  return requests;
}

}  // namespace lapilli
