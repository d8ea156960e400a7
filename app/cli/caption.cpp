// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/run.h"

#include "app/cli/caption_ask.h"
#include "app/cli/caption_context.h"
#include "app/cli/caption_model.h"
#include "app/cli/caption_options.h"
#include "app/cli/caption_view.h"
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "engine/base/units.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using namespace captions;
using Action = CaptionFlags::Action;
using nlohmann::json;

void require_model(const ModelFlags& flags) {
  if (flags.paths.model.empty()) throw Error(ErrorCode::kInvalidArgument, "--model is required");
}

Engine open_engine(const ModelFlags& flags, const Settings& settings, uint32_t batch, Output& output,
                   Interrupt& interrupt) {
  interrupt.end_in_time();
  EngineOptions options = engine_options(flags);
  options.most_lanes = batch;
  const DType activation = [&] {
    const gpu::Instance instance = gpu::Instance::create().value();
    return activation_type(flags.compute, instance.find(flags.device).value().caps);
  }();
  LoadedModel model = load_model(flags.paths, activation).value();
  require_eyes(model.config);
  if (options.context == 0) options.context = needed_context(model.config, settings);
  Engine engine = Engine::open(options, std::move(model), output.sink(), interrupt.token()).value();
  interrupt.end_by_itself();  // what is begun with it is finished, and noted
  return engine;
}

/// `engine`: where a picture waits.
ExitCode process(CaptionRun& run, Engine* engine, const ModelFlags& model, Output& output,
                 Interrupt& interrupt) {
  CaptionView view(output);
  if (engine != nullptr) {
    run.process(
           answerer_of(*engine), identity_of(model.paths),
           [&](const RunEvent& event) {
             // Texts go to their files; the terminal has the line with the progress.
             if (output.json() || !std::holds_alternative<PictureCaptioned>(event)) view.show(event);
           },
           interrupt.token())
        .value();
  } else if (run.can_finish()) {
    run.finish([&](const RunEvent& event) { view.show(event); }).value();
  }
  const RunCounts counts = run.counts();
  const bool stopped = interrupt.pending() && counts.waiting > 0;
  view.show_end(run, stopped);
  if (stopped) return ExitCode::kStopped;
  return counts.failed > 0 ? ExitCode::kPartly : ExitCode::kOk;
}

ExitCode start(const CaptionFlags& flags, Output& output, Interrupt& interrupt) {
  const Settings settings = caption_settings(flags).value();
  CaptionView view(output);
  const bool only_plan = flags.action == Action::kPlan;
  const bool asks = !only_plan && settings.existing == Existing::kAsk;
  if (!only_plan) require_model(flags.model);
  if (asks) require_terminal(output);
  RunPlan plan =
      plan_run(
          flags.folder, settings, [&](const RunEvent& event) { view.show(event); }, interrupt.token())
          .value();
  const std::vector<FolderFile> files = folder_files(flags.folder, settings);
  if (only_plan) {
    view.show_plan(plan, files);
    return ExitCode::kOk;
  }
  view.show_reasons(plan);
  if (asks && !ask_about_texts(flags.folder, settings, plan, output, interrupt)) {
    output.remark("stopped: nothing is changed\n");
    return ExitCode::kStopped;
  }
  if (counts_of(plan).waiting == 0) {
    view.show_nothing_to_do(plan, settings.existing);
    return counts_of(plan).failed > 0 ? ExitCode::kPartly : ExitCode::kOk;
  }
  view.show_files(files);
  std::optional<Engine> engine;
  CaptionRun run = CaptionRun::begin(flags.folder, settings, plan, model_note(flags.model), [&] {
                     engine.emplace(open_engine(flags.model, settings, flags.batch, output, interrupt));
                   }).value();
  return process(run, &*engine, flags.model, output, interrupt);
}

ExitCode go_on(const CaptionFlags& flags, Output& output, Interrupt& interrupt) {
  CaptionRun run = CaptionRun::open_newest(flags.folder, flags.shard).value();
  if (flags.action == Action::kRetry) run.retry_failed();
  const RunCounts counts = run.counts();
  output.remark(text("the run of ", run.row().started, ": ", counts.done + counts.failed, " of ",
                     counts.total() - counts.skipped, " done\n"));
  std::optional<Engine> engine;
  ModelFlags model = flags.model;
  if (counts.waiting > 0) {
    model = model_of_note(flags.model, run.row().model);
    engine.emplace(open_engine(model, run.settings(), flags.batch, output, interrupt));
  }
  return process(run, engine ? &*engine : nullptr, model, output, interrupt);
}

ExitCode undo(const CaptionFlags& flags, Output& output) {
  CaptionRun run = CaptionRun::open_newest(flags.folder, flags.shard, WhichRun::kToUndo).value();
  const UndoReport report = run.undo().value();
  if (output.json()) {
    json form = undo_form(report);
    form["event"] = "finished";
    output.line(form);
    return report.kept.empty() ? ExitCode::kOk : ExitCode::kPartly;
  }
  output.remark(text("the run of ", run.row().started, " is undone: ", report.restored, " files restored, ",
                     report.removed, " removed\n"));
  if (report.edited > 0)
    output.remark(text("with them ", report.edited, " texts that were edited by hand\n"));
  for (const KeptFile& file : report.kept)
    output.remark(text(to_valid_utf8(file.path), ": ", file.reason, "; it was left alone\n"));
  if (report.tries_again) {
    output.remark("--undo again tries these once more\n");
  } else if (const auto next = run.next_to_undo(); next && next->accepted.empty()) {
    output.remark(text("--undo again takes back the run of ", next->started, '\n'));
  }
  return report.kept.empty() ? ExitCode::kOk : ExitCode::kPartly;
}

ExitCode forget_backups(const CaptionFlags& flags, Output& output) {
  CaptionRun run = CaptionRun::open_newest(flags.folder, flags.shard, WhichRun::kLast).value();
  const uint64_t freed = run.forget_backups().value();
  if (output.json()) {
    output.line({{"event", "finished"}, {"freed_bytes", freed}});
  } else {
    const bool undone = run.row().accepted.empty();
    output.remark(text(undone ? "what runs in this folder had replaced is no longer kept"
                              : text("the run of ", run.row().started, " is accepted"),
                       ": ", mebibytes(freed), " freed\n"));
  }
  return ExitCode::kOk;
}

ExitCode try_some(const CaptionFlags& flags, Output& output, Interrupt& interrupt) {
  const Settings settings = caption_settings(flags).value();
  require_model(flags.model);
  CaptionView view(output);
  RunPlan plan =
      chosen_by_chance(plan_run(flags.folder, settings, {}, interrupt.token()).value(), flags.try_count);
  if (plan.empty())
    throw Error(ErrorCode::kNotFound, "there are no pictures to try the prompt on", flags.folder.string());
  const size_t tried = plan.size();
  Engine engine =
      open_engine(flags.model, settings, std::min(flags.batch, flags.try_count), output, interrupt);
  uint64_t failed = 0;
  try_pictures(
      flags.folder, settings, std::move(plan), answerer_of(engine),
      [&](const RunEvent& event) {
        if (std::holds_alternative<PictureFailed>(event)) ++failed;
        view.show(event);
      },
      interrupt.token())
      .value();
  if (output.json())
    output.line({{"event", "finished"},
                 {"tried", tried},
                 {"failed", failed},
                 {"stopped", interrupt.pending()},
                 {"seed", settings.generation.sampling.seed}});
  if (interrupt.pending()) return ExitCode::kStopped;
  return failed > 0 ? ExitCode::kPartly : ExitCode::kOk;
}

}  // namespace

ExitCode run_caption(const CaptionFlags& flags, Output& output, Interrupt& interrupt) {
  if (flags.given.contains("--forget-backups")) return forget_backups(flags, output);
  switch (flags.action) {
    case Action::kRun:
    case Action::kPlan:
      return start(flags, output, interrupt);
    case Action::kResume:
    case Action::kRetry:
      return go_on(flags, output, interrupt);
    case Action::kUndo:
      return undo(flags, output);
    case Action::kTry:
      return try_some(flags, output, interrupt);
  }
  return ExitCode::kFailure;
}

}  // namespace lapilli::cli
