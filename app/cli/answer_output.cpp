// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/answer_output.h"

#include "app/cli/forms.h"
#include "engine/base/trimmed.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {

EventSink AnswerOutput::sink() {
  return [this, show = output_.sink()](const Event& event) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    if (const auto* piece = std::get_if<TextPiece>(&event)) {
      so_far_.text += piece->text;
      so_far_.ids.insert(so_far_.ids.end(), piece->ids.begin(), piece->ids.end());
    }
    show(event);
  };
}

void AnswerOutput::end(const Answer& answer) {
  ended_ = true;
  if (!output_.json()) return output_.text("\n");
  nlohmann::json form = answer_form(answer, seed_);
  form["event"] = "answer";
  output_.line(form);
}

void AnswerOutput::finish(const Answer& answer) {
  const std::lock_guard lock(mutex_);
  if (!ended_) end(answer);
}

void AnswerOutput::give_up() {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  so_far_.text = trimmed(so_far_.text);
  so_far_.reason = StopReason::kStopped;
  end(so_far_);
}

}  // namespace lapilli::cli
