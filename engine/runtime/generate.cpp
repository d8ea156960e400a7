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

StepResults results_needed(const SamplingOptions& options, bool bound) {
  return device_chooses(options) && !bound ? StepResults::kBestIds : StepResults::kLogitsAndBestIds;
}

size_t bound_limit(const AnswerRequest& request, TokenConstraint& constraint, size_t room,
                   const std::stop_token& stop) {
  const uint32_t max_tokens = request.generation.max_tokens;
  const auto limit = static_cast<uint32_t>(std::min<size_t>(max_tokens, room));
  const uint32_t least = constraint.shortest_text_tokens(request.begun, limit, stop);
  if (least <= limit) return limit;
  const std::string takes = text("the shortest answer in this format takes at least ", least, " tokens, ");
  if (least > max_tokens)
    throw Error(ErrorCode::kInvalidArgument, text(takes, "the limit is ", max_tokens, "; raise it"));
  throw Error(ErrorCode::kContextFull, text(takes, "the context has room for ", room,
                                            "; shorten the conversation or raise --context"));
}

AnswerWriter::AnswerWriter(const Evaluator& evaluator, const Tokenizer& tokenizer,
                           std::span<const int32_t> end_ids, const GenerationOptions& options,
                           std::vector<std::string> stops, TokenConstraint* constraint, const EventSink& sink,
                           Answer& answer, std::string_view begun)
    : evaluator_(evaluator),
      end_ids_(end_ids),
      options_(options),
      sink_(sink),
      answer_(answer),
      sampler_(options.sampling, static_cast<int32_t>(evaluator.options().id_limit)),
      stream_(tokenizer, std::move(stops), !begun.empty()),
      limit_(options.max_tokens) {
  if (constraint != nullptr) bound_.emplace(*constraint, begun);
}

void AnswerWriter::follow(std::span<const SequenceItem> prompt) {
  for (const SequenceItem& item : prompt) sampler_.saw(item.id);
}

int32_t AnswerWriter::choose_bound(size_t index, const std::stop_token& stop) {
  const TokenMask& allowed = bound_->allowed(static_cast<uint32_t>(limit_ - answer_.ids.size()), stop);
  const int32_t best = device_chooses(options_.sampling) ? evaluator_.best_id(index) : -1;
  return allowed.allows(best) ? best : sampler_.choose(evaluator_.logits(index), &allowed);
}

int32_t AnswerWriter::choose(size_t index, const std::stop_token& stop) {
  if (bound_) return choose_bound(index, stop);
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

bool AnswerWriter::next(size_t index, const std::stop_token& stop) {
  if (answer_.ids.size() == limit_) return false;
  const int32_t id = choose(index, stop);
  if ((!options_.ignore_end || bound_) && std::find(end_ids_.begin(), end_ids_.end(), id) != end_ids_.end()) {
    reason_ = StopReason::kEnd;
    return false;
  }
  sampler_.saw(id);
  answer_.ids.push_back(id);
  if (bound_) bound_->append(id);
  show(stream_.push(id));
  if (bound_ && bound_->must_end()) {
    reason_ = StopReason::kEnd;
    return false;
  }
  if (stream_.stopped()) {
    reason_ = StopReason::kStopString;
    return false;
  }
  return answer_.ids.size() < limit_;
}

void AnswerWriter::finish(StopReason reason) {
  show(stream_.finish());
  answer_.reason = reason;
  answer_.text = bound_ ? stream_.text() : std::string(trimmed(stream_.text()));
  answer_.timings.decode_ms = milliseconds_since(start_);
}

void generate(Evaluator& evaluator, Lane& lane, AnswerWriter& writer, const Answer& answer,
              const MakeRoom& make_room, std::stop_token stop) {
  try {
    while (writer.next(0, stop)) {
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
