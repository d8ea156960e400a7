// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/program.h"

#include "engine/base/bytes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>

namespace lapilli {
namespace {

using Clock = std::chrono::steady_clock;

/// What a command buffer holds at most where dispatches are not cut: a fraction of a submission.
constexpr double kSegmentCost = 2.5e8;

/// Operations or bytes, whichever is more: devices that run these kernels do about one per the other.
double cost_of(const Dispatch& dispatch) {
  return std::max({dispatch.flops, dispatch.bytes, 1.0});
}

/// Some of a dispatch's workgroups.
struct GroupRange {
  GroupCount first = {0, 0, 0};
  GroupCount count = {1, 1, 1};
};

/// Cuts a launch so that no part costs more than `max_cost`, along the last axis that has more than one
/// group: folded group numbers depend on the extent of the axes before it.
std::vector<GroupRange> parts_of(const Dispatch& dispatch, double max_cost) {
  const GroupCount& groups = dispatch.groups;
  if (max_cost <= 0 || cost_of(dispatch) <= max_cost) return {{{0, 0, 0}, groups}};
  const size_t axis = groups[2] > 1 ? 2 : groups[1] > 1 ? 1 : 0;
  const auto wanted = static_cast<uint32_t>(std::min(std::ceil(cost_of(dispatch) / max_cost), 1e9));
  const uint32_t each = std::max(groups[axis] / wanted, 1u);
  std::vector<GroupRange> parts;
  for (uint32_t first = 0; first < groups[axis]; first += each) {
    GroupRange part{{0, 0, 0}, groups};
    part.first[axis] = first;
    part.count[axis] = std::min(each, groups[axis] - first);
    parts.push_back(part);
  }
  return parts;
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

  void record(gpu::CommandRecorder& recorder, gpu::PipelineCache& pipelines, const PlannedStep& step,
              const GroupRange& groups) const {
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
    if (dispatch.shader->params_bytes != 0) recorder.push_constants(params_of(dispatch, bound));
    recorder.dispatch_range(groups.first, groups.count);
  }

 private:
  /// The parameters with the addresses behind them.
  static std::vector<std::byte> params_of(const Dispatch& dispatch, std::span<const gpu::BoundRange> bound) {
    const Bytes params = dispatch.params.bytes();
    std::vector<std::byte> all(params.begin(), params.end());
    for (uint32_t index = 0; index < dispatch.addressed_bindings; ++index) {
      const gpu::BufferRange& range = bound[index].range;
      const uint64_t address = range.buffer->address() + range.offset_bytes;
      all.resize(align_up(all.size(), sizeof(address)) + sizeof(address));
      std::memcpy(&all[all.size() - sizeof(address)], &address, sizeof(address));
    }
    return all;
  }

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
                 const Bindings& bindings, const Arena& arena, const ProgramOptions& options)
    : name_(options.name) {
  LAPILLI_ASSERT(!plan.steps.empty());
#ifdef LAPILLI_CHECKED
  guards_.emplace(plan, arena);
#endif
  // Two submissions keep a GPU busy while the host prepares the next; a processor loses nothing by waiting,
  // and stops sooner.
  max_in_flight_ = device.caps().is_software() ? 1 : 2;
  if (options.timestamps) timestamps_.emplace(device, static_cast<uint32_t>(plan.steps.size() + 1));
  record(device, pipelines, plan, bindings, arena, options);
  for (const gpu::CommandBuffer& segment : segments_) commands_.push_back(&segment);
  times_ = SegmentTimes(segments_.size(), device.submission_seconds());
  for (const PlannedStep& step : plan.steps) {
    step_infos_.push_back(
        {step.scope, step.dispatch.shader->name, 0, step.dispatch.flops, step.dispatch.bytes});
  }
}

void Program::record(gpu::Device& device, gpu::PipelineCache& pipelines, const Plan& plan,
                     const Bindings& bindings, const Arena& arena, const ProgramOptions& options) {
  const Recording recording(plan, bindings, arena);
  const double max_cost = device.caps().max_dispatch_cost;
  const double max_segment_cost = max_cost > 0 ? max_cost : kSegmentCost;
  std::optional<gpu::CommandRecorder> recorder;
  double segment_cost = 0;
  for (size_t index = 0; index < plan.steps.size(); ++index) {
    const PlannedStep& step = plan.steps[index];
    const std::vector<GroupRange> parts = parts_of(step.dispatch, max_cost);
    const double cost = cost_of(step.dispatch) / static_cast<double>(parts.size());
    bool barrier = step.barrier_before || timestamps_;
    for (const GroupRange& part : parts) {
      if (recorder && segment_cost + cost > max_segment_cost) {
        segments_.push_back(recorder->finish());
        recorder.reset();
      }
      if (!recorder) {
        recorder.emplace(device, options.name);
        segment_cost = 0;
      } else if (barrier) {
        recorder->barrier(gpu::Stage::kCompute, gpu::Stage::kCompute);
      }
      if (timestamps_ && index == 0 && &part == parts.data()) {
        recorder->reset_timestamps(*timestamps_);
        recorder->write_timestamp(*timestamps_, 0);
      }
      recording.record(*recorder, pipelines, step, part);
      segment_cost += cost;
      barrier = false;  // parts of one dispatch are independent
    }
    if (timestamps_) recorder->write_timestamp(*timestamps_, static_cast<uint32_t>(index + 1));
  }
  segments_.push_back(recorder->finish());
}

namespace {

/// Submissions of one run that have not been waited for; waits for them when an exception passes.
class InFlight {
 public:
  InFlight(gpu::Timeline& timeline, size_t most) : timeline_(timeline), most_(most) {
    LAPILLI_ASSERT(most_ >= 1 && most_ <= kMax);
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  ~InFlight() {
    if (count_ == 0) return;
    try {
      timeline_.wait(values_[count_ - 1]);
    } catch (const Error&) {
      // The failure that brought us here is already on its way up.
    }
  }

  void submit(std::span<const gpu::CommandBuffer* const> commands, size_t first) {
    values_[count_] = timeline_.submit(commands);
    pieces_[count_++] = {first, first + commands.size()};
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool full() const { return count_ == most_; }

  struct Finished {
    size_t first;
    size_t end;
    double seconds;
  };
  /// Waits for the oldest.
  Finished wait_for_oldest() {
    timeline_.wait(values_[0]);
    const Clock::time_point now = Clock::now();
    const double seconds = std::max(std::chrono::duration<double>(now - last_end_).count(), 1e-6);
    const Finished finished{pieces_[0].first, pieces_[0].end, seconds};
    last_end_ = now;
    values_[0] = values_[1];
    pieces_[0] = pieces_[1];
    --count_;
    return finished;
  }

 private:
  static constexpr size_t kMax = 2;
  struct Piece {
    size_t first;
    size_t end;
  };

  gpu::Timeline& timeline_;
  size_t most_;
  std::array<uint64_t, kMax> values_ = {};
  std::array<Piece, kMax> pieces_ = {};
  size_t count_ = 0;
  Clock::time_point last_end_ = Clock::now();
};

}  // namespace

void Program::run(gpu::Timeline& timeline, std::stop_token stop, double live_share) {
  LAPILLI_ASSERT(live_share > 0 && live_share <= 1);
  if (guards_) guards_->reset();
  InFlight in_flight(timeline, max_in_flight_);
  const auto learn = [&](const InFlight::Finished& finished) {
    times_.learn(finished.first, finished.end, finished.seconds, live_share);
  };
  for (size_t first = 0; first < segments_.size() && !stop.stop_requested();) {
    const size_t end = times_.group_end(first, live_share);
    in_flight.submit(std::span(commands_).subspan(first, end - first), first);
    first = end;
    if (in_flight.full()) learn(in_flight.wait_for_oldest());
  }
  while (!in_flight.empty()) learn(in_flight.wait_for_oldest());
  if (guards_) guards_->check(name_);
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
