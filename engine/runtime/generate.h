// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"
#include "engine/runtime/answer.h"
#include "engine/runtime/events.h"
#include "engine/runtime/lane.h"
#include "engine/runtime/text_stream.h"

#include <functional>
#include <stop_token>

namespace lapilli {

/// Called when the context is full: makes the lane hold a shorter prompt followed by the ids generated so
/// far, and returns true; or returns false when nothing can be left out.
using MakeRoom = std::function<bool(std::span<const int32_t> generated)>;

/// What generating needs beside the options.
struct Generator {
  Evaluator& evaluator;
  Lane& lane;
  const Tokenizer& tokenizer;
  std::vector<std::string> stops;
  MakeRoom make_room;
};

/// Generates from the lane's last logits until an end: the end token, a stop string, the limit, a full
/// context, a stop request. Fills text, ids, reason and the decode timings of `answer`; text pieces go to
/// `sink`. Throws what the evaluator throws, except kStopped, which ends the answer.
void generate(const Generator& generator, const GenerationOptions& options, const EventSink& sink,
              std::stop_token stop, Answer& answer);

}  // namespace lapilli
