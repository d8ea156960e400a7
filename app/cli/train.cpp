// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/exit_code.h"
#include "app/cli/open_tokenizer.h"
#include "app/cli/train_data.h"
#include "app/cli/train_folder.h"
#include "app/cli/train_recipe.h"
#include "app/cli/train_view.h"
#include "engine/base/units.h"
#include "training/base_model.h"
#include "training/batch.h"
#include "training/check_fit.h"
#include "training/checkpoint.h"
#include "training/demo/demo_start.h"
#include "training/output_lock.h"
#include "training/tensorboard.h"
#include "training/trainer.h"
#include "training/training_log.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using namespace training;

/// Finished updates that the run goes on from; makes room for a run that starts anew.
uint64_t kept_steps(const TrainFlags& flags, Output& output) {
  if (!flags.resume) {
    const auto folder = set_earlier_run_aside(flags.output, flags.log);
    if (!folder.empty()) output.remark(text("the earlier run is now in ", folder.string(), '\n'));
    return 0;
  }
  const auto found = newest_checkpoint(flags.output).value();
  return found ? found->progression.updates : 0;
}

std::optional<TrainingLog> open_log(const TrainFlags& flags, uint64_t kept, Output& output) {
  if (flags.log.empty()) return std::nullopt;
  TrainingLog log = TrainingLog::open(flags.log, kept).value();
  if (!log.earlier().empty())
    output.remark(text("what the log had of an earlier run is now in ", log.earlier().string(), '\n'));
  return log;
}

/// What is found in the data for a model, which they fit.
DataReport look_at_data(const TrainFlags& flags, const Recipe& recipe, const LoadedModel& model,
                        TrainingLog* log, Output& output, Interrupt& interrupt) {
  const DataReport report =
      check_training_data(flags, model.tokenizer ? &*model.tokenizer : nullptr,
                          sample_options(recipe, model.config), log, output, interrupt.token());
  check_fit(recipe, model.config, report.records, report.text_only);
  return report;
}

/// Looks at the data with as much as there is of the model: the whole, its tokenizer, or nothing.
ExitCode check_only(Ranks& ranks, const TrainFlags& flags, const Recipe& recipe, Output& output,
                    Interrupt& interrupt) {
  if (ranks.rank() != 0) return ExitCode::kOk;
  constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();
  std::optional<TrainingLog> log = open_log(flags, kAll, output);
  TrainingLog* const opened = log ? &*log : nullptr;
  if (!flags.paths.model.empty()) {
    const LoadedModel model = load_base_model(flags.paths, recipe).value();
    (void)look_at_data(flags, recipe, model, opened, output, interrupt);
    return ExitCode::kOk;
  }
  const SampleOptions sample{.prompt_version = recipe.prompt_version,
                             .mask = recipe.mask,
                             .max_length = static_cast<uint32_t>(recipe.max_length)};
  std::optional<Tokenizer> tokenizer;
  if (!flags.paths.tokenizer.empty()) tokenizer.emplace(open_any_tokenizer(flags.paths.tokenizer).value());
  (void)check_training_data(flags, tokenizer ? &*tokenizer : nullptr, sample, opened, output,
                            interrupt.token());
  return ExitCode::kOk;
}

TrainerOptions trainer_options(const TrainFlags& flags, const Recipe& recipe) {
  return {.recipe = recipe,
          .model = flags.paths,
          .data = flags.data,
          .images = flags.images,
          .output = flags.output,
          .resume = flags.resume,
          .device = flags.device,
          .cache_folder = cache_folder()};
}

nlohmann::json plan_form(const TrainingPlan& plan) {
  return {{"event", "plan"},
          {"micro_batch", plan.micro},
          {"recompute", plan.recompute},
          {"weight_bytes", plan.weight_bytes},
          {"parameter_bytes", plan.parameter_bytes},
          {"gradient_bytes", plan.gradient_bytes},
          {"moment_bytes", plan.moment_bytes},
          {"activation_bytes", plan.activation_bytes},
          {"input_bytes", plan.input_bytes},
          {"sample_bytes", plan.sample_bytes},
          {"total_bytes", plan.total_bytes()},
          {"checkpoint_bytes", checkpoint_disk_bytes(plan)},
          {"flops", plan.flops}};
}

/// What the data say of their largest records; all ranks are given what the first one sees.
void measure_data(const TrainFlags& flags, const Recipe& recipe, const LoadedModel& model, Ranks& ranks,
                  TrainingLog* log, TrainerOptions& options, Output& output, Interrupt& interrupt) {
  if (ranks.rank() == 0) {
    const DataReport report = look_at_data(flags, recipe, model, log, output, interrupt);
    options.longest_record = report.longest;
    options.most_pictures = report.most_pictures;
  }
  ranks.share_value(options.longest_record);
  ranks.share_value(options.most_pictures);
}

/// The options with what the data say, where there are data.
TrainerOptions options_for_data(const TrainFlags& flags, const Recipe& recipe, Ranks& ranks, Output& output,
                                Interrupt& interrupt) {
  TrainerOptions options = trainer_options(flags, recipe);
  options.ranks = &ranks;
  if (flags.data.empty()) return options;
  const LoadedModel model = load_base_model(flags.paths, recipe).value();
  measure_data(flags, recipe, model, ranks, nullptr, options, output, interrupt);
  return options;
}

ExitCode show_plan(Ranks& ranks, const TrainFlags& flags, const Recipe& recipe, Output& output,
                   Interrupt& interrupt) {
  const TrainingPlan plan = plan_training(options_for_data(flags, recipe, ranks, output, interrupt)).value();
  if (ranks.rank() != 0) return ExitCode::kOk;
  if (output.json()) {
    output.line(plan_form(plan));
  } else {
    output.text(to_string(plan) + '\n');
  }
  return ExitCode::kOk;
}

ExitCode show_rehearsal(Ranks& ranks, const TrainFlags& flags, const Recipe& recipe, Output& output,
                        Interrupt& interrupt) {
  const TrainerOptions options = options_for_data(flags, recipe, ranks, output, interrupt);
  const Rehearsal rehearsal = rehearse_training(options, interrupt.token()).value();
  if (ranks.rank() != 0) return ExitCode::kOk;
  const double seconds = rehearsal.seconds_per_update * static_cast<double>(rehearsal.updates);
  if (output.json()) {
    nlohmann::json form = plan_form(rehearsal.plan);
    form["used_bytes"] = rehearsal.used_bytes;
    form["updates"] = rehearsal.updates;
    form["seconds_per_update"] = rehearsal.seconds_per_update;
    form["seconds"] = seconds;
    output.line(form);
    return ExitCode::kOk;
  }
  output.text(text(to_string(rehearsal.plan), "\n  ", mebibytes(rehearsal.used_bytes),
                   " of device memory were taken, sample answers apart\n  ", duration_text(seconds), ": ",
                   rehearsal.updates, " updates of ", rehearsal.seconds_per_update, " s\n"));
  return ExitCode::kOk;
}

/// Pictures, questions and the model that learns from them.
ExitCode make_demo(const std::filesystem::path& folder, Output& output, Interrupt& interrupt) {
  demo::make_demo_data(folder, {}, output.sink(), interrupt.token()).value();
  const auto start = demo::make_demo_start(folder / "start", {}, output.sink(), interrupt.token()).value();
  output.remark(text("wrote ", folder.string(), "; training begins with --model ", start.string(), '\n'));
  return ExitCode::kOk;
}

void tell_end(const TrainFlags& flags, const TrainerReport& report, Output& output) {
  if (output.json()) {
    output.line(
        {{"event", "finished"}, {"steps", report.steps}, {"loss", report.loss}, {"stopped", report.stopped}});
  } else if (report.stopped) {
    output.remark(text("stopped after ", counted(report.steps, "update"), ", saved in ",
                       flags.output.string(), "; the same command goes on from there\n"));
  } else {
    output.remark(
        text("done: ", counted(report.steps, "update"), ", saved in ", flags.output.string(), '\n'));
  }
}

/// Where a run's events go: log, curves, terminal.
class RunRecord {
 public:
  RunRecord(const TrainFlags& flags, std::optional<TrainingLog> log, uint64_t kept, uint64_t log_steps,
            Output& output)
      : flags_(flags),
        output_(output),
        log_(std::move(log)),
        curves_(open_curves(kept)),
        view_(output, log_steps) {}

  void take(const TrainingEvent& event) {
    if (const auto* back = std::get_if<WentBack>(&event)) {
      log_ = open_log(flags_, back->step, output_);
      curves_ = open_curves(back->step);
    }
    if (log_) log_->add(event);
    curves_.add(event);
    view_.show(event);
  }

 private:
  [[nodiscard]] TensorBoardWriter open_curves(uint64_t kept) const {
    return TensorBoardWriter::open(flags_.output / "tensorboard", kept).value();
  }

  const TrainFlags& flags_;
  Output& output_;
  std::optional<TrainingLog> log_;
  TensorBoardWriter curves_;
  TrainView view_;
};

/// Trains; a process of several that is not the first one just does its share.
ExitCode train_on(Ranks& ranks, const TrainFlags& flags, const Recipe& recipe, Output& output,
                  Interrupt& interrupt) {
  const bool first = ranks.rank() == 0;
  std::optional<OutputLock> lock;
  if (first) lock.emplace(OutputLock::take(flags.output).value());
  const uint64_t kept = first ? kept_steps(flags, output) : 0;
  std::optional<TrainingLog> log;
  if (first) log = open_log(flags, kept, output);
  LoadedModel model = load_base_model(flags.paths, recipe).value();
  TrainerOptions options = trainer_options(flags, recipe);
  options.ranks = &ranks;
  measure_data(flags, recipe, model, ranks, log ? &*log : nullptr, options, output, interrupt);
  if (!first) {
    const TrainerReport report = train(options, std::move(model), {}, interrupt.token()).value();
    return report.stopped ? ExitCode::kStopped : ExitCode::kOk;
  }
  RunRecord record(flags, std::move(log), kept, recipe.every.log_steps, output);
  const auto sink = [&](const TrainingEvent& event) { record.take(event); };
  const TrainerReport report = train(options, std::move(model), sink, interrupt.token()).value();
  tell_end(flags, report, output);
  return report.stopped ? ExitCode::kStopped : ExitCode::kOk;
}

using Work = ExitCode (*)(Ranks& ranks, const TrainFlags& flags, const Recipe& recipe, Output& output,
                          Interrupt& interrupt);

/// A process that fails ends the others, which would wait for it.
ExitCode together(Work work, Ranks& ranks, const TrainFlags& flags, const Recipe& recipe, Output& output,
                  Interrupt& interrupt) {
  const auto fail = [&](const Error& error) {
    output.error(error.within(text("process ", ranks.rank())));
    ranks.abort(static_cast<int>(exit_code_of(error.code())));
  };
  try {
    return work(ranks, flags, recipe, output, interrupt);
  } catch (const Error& error) {
    fail(error);
  } catch (const std::exception& error) {
    fail(Error(ErrorCode::kInternal, error.what()));
  }
  return ExitCode::kFailure;
}

}  // namespace

ExitCode run_train(const TrainFlags& flags, Output& output, Interrupt& interrupt) {
  if (!flags.demo_data.empty()) return make_demo(flags.demo_data, output, interrupt);
  const Recipe recipe = recipe_of(flags).value();
  const Work work = flags.rehearse ? show_rehearsal
                    : flags.plan   ? show_plan
                    : flags.check  ? check_only
                                   : train_on;
  const std::unique_ptr<Ranks> ranks = open_ranks();
  return ranks->alone() ? work(*ranks, flags, recipe, output, interrupt)
                        : together(work, *ranks, flags, recipe, output, interrupt);
}

}  // namespace lapilli::cli
