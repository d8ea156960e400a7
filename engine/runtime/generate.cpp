// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/generate.h"

#include <chrono>

namespace lapilli {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const size_t first = text.find_first_not_of(kWhite);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

void emit(const EventSink& sink, std::string piece) {
  if (sink && !piece.empty()) sink(TextPiece{std::move(piece)});
}

/// Greedy choice without further conditions is made on the device; everything else needs the logits.
bool device_chooses(const SamplingOptions& options) {
  return options.temperature <= 0 && options.repetition_penalty == 1.0f;
}

}  // namespace

void generate(const Generator& generator, const GenerationOptions& options, const EventSink& sink,
              std::stop_token stop, Answer& answer) {
  Sampler sampler(options.sampling, static_cast<int32_t>(generator.evaluator.options().id_limit));
  TextStream stream(generator.tokenizer, generator.stops);
  const bool on_device = device_chooses(options.sampling);
  const Clock::time_point start = Clock::now();

  answer.reason = StopReason::kMaxTokens;
  while (answer.ids.size() < options.max_tokens) {
    if (stop.stop_requested()) {
      answer.reason = StopReason::kStopped;
      break;
    }
    const int32_t id =
        on_device ? generator.evaluator.best_id(0) : sampler.choose(generator.evaluator.logits(0));
    if (id == generator.tokenizer.eos_id() && !options.ignore_end) {
      answer.reason = StopReason::kEnd;
      break;
    }
    sampler.saw(id);
    answer.ids.push_back(id);
    emit(sink, stream.push(id));
    if (stream.stopped()) {
      answer.reason = StopReason::kStopString;
      break;
    }
    if (answer.ids.size() == options.max_tokens) break;
    try {
      if (generator.lane.length() < generator.evaluator.options().graph.context) {
        generator.lane.append(id, stop);
      } else if (!generator.make_room || !generator.make_room(answer.ids)) {
        answer.reason = StopReason::kContextFull;
        break;
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kStopped) throw;
      answer.reason = StopReason::kStopped;
      break;
    }
  }
  emit(sink, stream.finish());
  answer.text = trimmed(stream.text());
  answer.timings.decode_ms = milliseconds_since(start);
}

}  // namespace lapilli
