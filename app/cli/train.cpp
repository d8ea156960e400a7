// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/open_tokenizer.h"
#include "app/cli/train_data.h"
#include "app/cli/train_folder.h"
#include "app/cli/train_recipe.h"
#include "app/cli/train_view.h"
#include "training/batch.h"
#include "training/checkpoint.h"
#include "training/demo/demo_start.h"
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

std::optional<TrainingLog> open_log(const TrainFlags& flags, uint64_t kept) {
  if (flags.log.empty()) return std::nullopt;
  return TrainingLog::open(flags.log, kept).value();
}

/// --check without a model: as much as the tokenizer, if there is one, allows.
ExitCode check_alone(const TrainFlags& flags, const Recipe& recipe, TrainingLog* log, Output& output,
                     Interrupt& interrupt) {
  std::optional<Tokenizer> tokenizer;
  if (!flags.paths.tokenizer.empty()) tokenizer.emplace(open_any_tokenizer(flags.paths.tokenizer).value());
  const SampleOptions sample{.prompt_version = recipe.prompt_version,
                             .mask = recipe.mask,
                             .max_length = static_cast<uint32_t>(recipe.max_length)};
  check_training_data(flags, tokenizer ? &*tokenizer : nullptr, sample, log, output, interrupt.token());
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

ExitCode show_plan(const TrainFlags& flags, const Recipe& recipe, Output& output) {
  const TrainingPlan plan = plan_training(trainer_options(flags, recipe)).value();
  if (!output.json()) {
    output.text(to_string(plan) + '\n');
    return ExitCode::kOk;
  }
  output.line({{"event", "plan"},
               {"micro_batch", plan.micro},
               {"recompute", plan.recompute},
               {"weight_bytes", plan.weight_bytes},
               {"parameter_bytes", plan.parameter_bytes},
               {"gradient_bytes", plan.gradient_bytes},
               {"moment_bytes", plan.moment_bytes},
               {"activation_bytes", plan.activation_bytes},
               {"input_bytes", plan.input_bytes},
               {"total_bytes", plan.total_bytes()},
               {"flops", plan.flops}});
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
    output.remark(text("stopped after ", report.steps, " updates, which are saved in ", flags.output.string(),
                       "; the same command goes on from there\n"));
  } else {
    output.remark(text("done: ", report.steps, " updates, saved in ", flags.output.string(), '\n'));
  }
}

}  // namespace

ExitCode run_train(const TrainFlags& flags, Output& output, Interrupt& interrupt) {
  if (!flags.demo_data.empty()) return make_demo(flags.demo_data, output, interrupt);
  const Recipe recipe = recipe_of(flags).value();
  if (flags.plan) return show_plan(flags, recipe, output);
  constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();
  const uint64_t kept = flags.check ? kAll : kept_steps(flags, output);
  std::optional<TrainingLog> log = open_log(flags, kept);
  if (flags.paths.model.empty()) return check_alone(flags, recipe, log ? &*log : nullptr, output, interrupt);

  LoadedModel model = load_model(flags.paths, activation_of(recipe.precision)).value();
  const Tokenizer* tokenizer = model.tokenizer ? &*model.tokenizer : nullptr;
  check_training_data(flags, tokenizer, sample_options(recipe, model.config), log ? &*log : nullptr, output,
                      interrupt.token());
  if (flags.check) return ExitCode::kOk;

  TensorBoardWriter curves = TensorBoardWriter::open(flags.output / "tensorboard", kept).value();
  TrainView view(output, recipe.every.log_steps);
  const auto sink = [&](const TrainingEvent& event) {
    if (log) log->add(event);
    curves.add(event);
    view.show(event);
  };
  const TrainerReport report =
      train(trainer_options(flags, recipe), std::move(model), sink, interrupt.token()).value();
  tell_end(flags, report, output);
  return report.stopped ? ExitCode::kStopped : ExitCode::kOk;
}

}  // namespace lapilli::cli
