// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/generate.h"

#include "engine/base/trimmed.h"
#include "engine/base/units.h"

#include <algorithm>
#include <utility>

namespace lapilli {
namespace {

/// Greedy choice without further conditions is made on the device; everything else needs the logits.
bool device_chooses(const SamplingOptions& options) {
  return options.temperature <= 0 && options.repetition_penalty == 1.0f;
}

}  // namespace

StepResults results_needed(const SamplingOptions& options) {
  return device_chooses(options) ? StepResults::kBestIds : StepResults::kLogitsAndBestIds;
}

AnswerWriter::AnswerWriter(const Evaluator& evaluator, const Tokenizer& tokenizer,
                           std::span<const int32_t> end_ids, const GenerationOptions& options,
                           std::vector<std::string> stops, const EventSink& sink, Answer& answer)
    : evaluator_(evaluator),
      end_ids_(end_ids),
      options_(options),
      sink_(sink),
      answer_(answer),
      sampler_(options.sampling, static_cast<int32_t>(evaluator.options().id_limit)),
      stream_(tokenizer, std::move(stops)) {}

int32_t AnswerWriter::choose(size_t index) {
  if (!device_chooses(options_.sampling)) return sampler_.choose(evaluator_.logits(index));
  const int32_t id = evaluator_.best_id(index);
  if (id < 0) {
    throw Error(
        ErrorCode::kInternal,
        "the model's results are no numbers: its weights are damaged, or too large for this --compute");
  }
  return id;
}

void AnswerWriter::show(std::string piece) {
  if (!sink_ || piece.empty()) return;
  sink_(TextPiece{std::move(piece),
                  {answer_.ids.begin() + static_cast<ptrdiff_t>(shown_ids_), answer_.ids.end()}});
  shown_ids_ = answer_.ids.size();
}

bool AnswerWriter::next(size_t index) {
  if (answer_.ids.size() == options_.max_tokens) return false;
  const int32_t id = choose(index);
  if (!options_.ignore_end && std::find(end_ids_.begin(), end_ids_.end(), id) != end_ids_.end()) {
    reason_ = StopReason::kEnd;
    return false;
  }
  sampler_.saw(id);
  answer_.ids.push_back(id);
  show(stream_.push(id));
  if (stream_.stopped()) {
    reason_ = StopReason::kStopString;
    return false;
  }
  return answer_.ids.size() < options_.max_tokens;
}

void AnswerWriter::finish(StopReason reason) {
  show(stream_.finish());
  answer_.reason = reason;
  answer_.text = trimmed(stream_.text());
  answer_.timings.decode_ms = milliseconds_since(start_);
}

void generate(Evaluator& evaluator, Lane& lane, AnswerWriter& writer, const Answer& answer,
              const MakeRoom& make_room, std::stop_token stop) {
  try {
    while (writer.next(0)) {
      if (stop.stop_requested()) return writer.finish(StopReason::kStopped);
      if (lane.length() < evaluator.options().graph.context) {
        lane.append(writer.last_id(), stop);
      } else if (!make_room(answer.ids)) {
        return writer.finish(StopReason::kContextFull);
      }
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kStopped) throw;
    return writer.finish(StopReason::kStopped);
  }
  writer.finish();
}

}  // namespace lapilli
