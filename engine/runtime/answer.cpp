// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/answer.h"

namespace lapilli {
namespace {

double per_second(double count, double milliseconds) {
  return milliseconds > 0 ? 1000.0 * count / milliseconds : 0.0;
}

}  // namespace

std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::kEnd:
      return "end";
    case StopReason::kStopString:
      return "stop_string";
    case StopReason::kMaxTokens:
      return "max_tokens";
    case StopReason::kContextFull:
      return "context_full";
    case StopReason::kStopped:
      return "stopped";
  }
  return "end";
}

double Answer::prompt_tokens_per_second() const {
  return per_second(static_cast<double>(prompt_tokens - reused_tokens),
                    timings.prompt_ms - timings.picture_ms);
}

double Answer::decode_tokens_per_second() const {
  return ids.size() < 2 ? 0.0 : per_second(static_cast<double>(ids.size() - 1), timings.decode_ms);
}

}  // namespace lapilli
