// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_view.h"

#include "engine/base/units.h"
#include "training/training_log.h"

#include <cmath>
#include <iomanip>

namespace lapilli::cli {
namespace {

using namespace training;

constexpr double kSmoothing = 0.95;  // about the last 20 steps
constexpr std::chrono::milliseconds kProgressInterval{34};

/// A number with a few digits, as a line has room for.
std::string digits(double value, int count) {
  std::ostringstream out;
  out << std::setprecision(count) << value;
  return out.str();
}

/// What an update came to; `mean`: of the losses.
std::string numbers_text(const StepDone& step, double mean) {
  std::string line = text("  loss ", digits(step.loss, 4), " (mean ", digits(mean, 4), ")  rate ",
                          digits(step.learning_rate, 3), "  norm ", digits(step.gradient_norm, 3), "  ",
                          digits(step.tokens_per_second, 4), " tokens/s");
  if (step.pictures_per_second > 0) line += text("  ", digits(step.pictures_per_second, 3), " pictures/s");
  return line + (step.skipped ? "  left out: loss scale too large"
                              : text("  ", duration_text(step.seconds_left), " left"));
}

}  // namespace

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  const auto whole = static_cast<uint64_t>(std::llround(std::min(seconds, 1e12)));
  if (whole < 60) return text(whole, " s");
  if (whole < 3600) return text(whole / 60, " min ", whole % 60, " s");
  return text(whole / 3600, " h ", whole % 3600 / 60, " min");
}

TrainView::TrainView(Output& output, uint64_t line_steps) : output_(output), line_steps_(line_steps) {}

void TrainView::show(const TrainingEvent& event) {
  if (output_.json()) return show_as_json(event);
  if (const auto* progress = std::get_if<Progress>(&event)) {
    output_.sink()(*progress);
  } else if (const auto* note = std::get_if<Note>(&event)) {
    output_.sink()(*note);
  } else if (const auto* step = std::get_if<StepDone>(&event)) {
    show_step(*step);
  } else if (const auto* done = std::get_if<ValidationDone>(&event)) {
    output_.remark(text("step ", done->step, ": validation loss ", digits(done->loss, 5), " on ",
                        done->records, " records\n"));
  } else if (const auto* sample = std::get_if<SampleAnswered>(&event)) {
    output_.remark(text("step ", sample->step, ": ", sample->image, sample->image.empty() ? "" : ": ",
                        sample->prompt, sample->prompt.empty() ? "" : " → ", sample->answer, '\n'));
  } else if (const auto* back = std::get_if<WentBack>(&event)) {
    output_.remark(text("the run goes on after ", counted(back->step, "update"), '\n'));
  } else if (const auto* saved = std::get_if<CheckpointSaved>(&event)) {
    output_.remark(text("step ", saved->step, ": saved ", saved->folder.string(), '\n'));
  }
}

void TrainView::show_as_json(const TrainingEvent& event) {
  if (std::holds_alternative<Progress>(event)) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_progress_) return;
    next_progress_ = now + kProgressInterval;
  }
  output_.text(json_line(event));
}

void TrainView::show_step(const StepDone& step) {
  if (std::isfinite(step.loss)) {
    loss_sum_ = kSmoothing * loss_sum_ + step.loss;
    weight_sum_ = kSmoothing * weight_sum_ + 1;
  }
  const bool last = step.step == step.total;
  if (!output_.terminal() && !last && step.step % line_steps_ != 0) return;
  std::string line = text("step ", step.step, '/', step.total);
  line += std::isnan(step.loss) ? "  left out: nothing to learn"
                                : numbers_text(step, weight_sum_ > 0 ? loss_sum_ / weight_sum_ : step.loss);
  if (last) {
    output_.remark(line + '\n');
  } else {
    output_.status(line);
  }
}

}  // namespace lapilli::cli
