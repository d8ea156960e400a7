// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"
#include "engine/runtime/answer.h"
#include "engine/runtime/events.h"
#include "engine/runtime/grammar/token_constraint.h"
#include "engine/runtime/lane.h"
#include "engine/runtime/text_stream.h"

#include <chrono>
#include <functional>
#include <span>
#include <stop_token>

namespace lapilli {

/// What choosing tokens in this way, `bound` to a format or not, needs of every step.
[[nodiscard]] StepResults results_needed(const SamplingOptions& options, bool bound);

/// The tokens an answer may have that is bound by `constraint` and has `room` in the context. Throws
/// kInvalidArgument or kContextFull when not even the shortest such text fits, kInvalidArgument where what
/// the answer begins with has not the form, and kStopped.
[[nodiscard]] size_t bound_limit(const AnswerRequest& request, TokenConstraint& constraint, size_t room,
                                 const std::stop_token& stop);

/// One answer being written: chooses its tokens from logits, makes text of them, and knows when it has ended.
///
/// The result does not depend on other answers written beside it. Everything it is given outlives it.
class AnswerWriter {
 public:
  /// `end_ids`: the tokens that end it. `constraint`: what the text is bound to; null: nothing. `begun`: what
  /// stands before it in the same answer. Throws kInvalidArgument where that has not the constraint's form.
  AnswerWriter(const Evaluator& evaluator, const Tokenizer& tokenizer, std::span<const int32_t> end_ids,
               const GenerationOptions& options, std::vector<std::string> stops, TokenConstraint* constraint,
               const EventSink& sink, Answer& answer, std::string_view begun = {});

  /// Tells what stands before the answer: the repetition penalty counts it too, as transformers' does.
  void follow(std::span<const SequenceItem> prompt);

  /// Ends the answer after so many tokens instead of the options' number.
  void limit_to(size_t tokens) { limit_ = tokens; }

  /// Chooses the next token from the evaluator's logits `index`; false when the answer has ended with it.
  /// Throws kInternal when the logits are no numbers, and kStopped.
  [[nodiscard]] bool next(size_t index, const std::stop_token& stop);
  [[nodiscard]] int32_t last_id() const { return answer_.ids.back(); }

  /// Ends the answer: the rest of the text, the reason, the time.
  void finish(StopReason reason);
  /// As finish, with the reason for which next() returned false.
  void finish() { finish(reason_); }

 private:
  [[nodiscard]] int32_t choose(size_t index, const std::stop_token& stop);
  [[nodiscard]] int32_t choose_bound(size_t index, const std::stop_token& stop);
  void show(std::string piece);

  const Evaluator& evaluator_;
  std::span<const int32_t> end_ids_;
  const GenerationOptions& options_;
  const EventSink& sink_;
  Answer& answer_;
  Sampler sampler_;
  TextStream stream_;
  std::optional<ConstrainedText> bound_;
  size_t limit_;
  size_t shown_ids_ = 0;
  StopReason reason_ = StopReason::kMaxTokens;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Called when the context is full: makes the lane hold a shorter prompt followed by the ids generated so
/// far, and returns true; or returns false when nothing can be left out.
using MakeRoom = std::function<bool(std::span<const int32_t> generated)>;

/// Generates from the lane's last logits until an end: the end token, a stop string, the limit, a full
/// context, a stop request. Throws what the evaluator throws, except kStopped, which ends the answer.
void generate(Evaluator& evaluator, Lane& lane, AnswerWriter& writer, const Answer& answer,
              const MakeRoom& make_room, std::stop_token stop);

}  // namespace lapilli
