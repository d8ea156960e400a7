// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/captioner.h"

namespace lapilli {
namespace {

/// The job of a lane and how far it is.
struct LaneJob {
  CaptionJob job;
  std::vector<Result<Answer>> answers;
  [[nodiscard]] bool ended() const { return answers.size() == job.questions.size(); }
};

}  // namespace

Result<void> caption_all(Engine& engine, const CaptionSource& source, const CaptionSink& done,
                         std::stop_token stop) {
  std::vector<std::optional<LaneJob>> of_lane(engine.lanes());
  bool has_more = true;
  const auto next = [&](uint32_t lane) -> const AnswerRequest* {
    std::optional<LaneJob>& work = of_lane[lane];
    if (!work && has_more) {
      auto job = source();
      has_more = job.has_value();
      if (job) work.emplace(LaneJob{std::move(*job), {}});
    }
    return work ? &work->job.questions[work->answers.size()] : nullptr;
  };
  const auto answered = [&](uint32_t lane, Result<Answer> answer) {
    LaneJob& work = *of_lane[lane];
    const bool stopped = answer && answer->reason == StopReason::kStopped;
    work.answers.push_back(std::move(answer));
    if (stopped) {
      of_lane[lane].reset();
    } else if (work.ended()) {
      LaneJob ended = std::move(work);
      of_lane[lane].reset();
      done(ended.job.id, std::move(ended.answers));
    }
  };
  return engine.answer_stream(next, answered, stop);
}

}  // namespace lapilli
