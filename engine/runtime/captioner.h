// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/engine.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace lapilli {

/// Questions about one picture. They are answered one after the other on one lane, which reads the picture
/// once.
struct CaptionJob {
  uint64_t id = 0;  ///< the caller's
  std::vector<AnswerRequest> questions;
};

/// Gives the next job, nothing when there is none left. Asked until it gives nothing, when lanes become free.
using CaptionSource = std::function<std::optional<CaptionJob>()>;

/// Receives the answers to a job's questions, in their order.
using CaptionSink = std::function<void(uint64_t id, std::vector<Result<Answer>> answers)>;

/// Captions pictures, as many at once as the engine has lanes: pictures are encoded together, lanes are
/// filled anew as they finish, and what prompts begin with is read once. Greedy texts are those each picture
/// would get alone. After a stop request, jobs that have not ended are dropped: `done` never hears of them.
/// Fails with kDeviceLost and as Engine::answer_stream does; jobs that ended before were handed over. What
/// `source` and `done` throw ends the work and is the result.
[[nodiscard]] Result<void> caption_all(Engine& engine, const CaptionSource& source, const CaptionSink& done,
                                       std::stop_token stop = {});

}  // namespace lapilli
