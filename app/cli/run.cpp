// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run.h"

#include "app/cli/command_line.h"
#include "app/cli/commands.h"

#include <csignal>
#include <cstring>
#include <new>

namespace lapilli::cli {
namespace {

/// Chooses the command's function by the type of its flags.
struct Runner {
  Output& output;
  Interrupt& interrupt;

  ExitCode operator()(const ChatFlags& flags) { return run_chat(flags, output, interrupt); }
  ExitCode operator()(const CaptionFlags& flags) { return run_caption(flags, output, interrupt); }
  ExitCode operator()(const InfoFlags& flags) { return run_info(flags, output, interrupt); }
  ExitCode operator()(const QuantizeFlags& flags) { return run_quantize(flags, output, interrupt); }
  ExitCode operator()(const ExportFlags& flags) { return run_export(flags, output, interrupt); }
  ExitCode operator()(const BenchFlags& flags) { return run_bench(flags, output, interrupt); }
  ExitCode operator()(const EvalFlags& flags) { return run_eval(flags, output, interrupt); }
  ExitCode operator()(const InspectTokensFlags& flags) {
    return run_inspect_tokens(flags, output, interrupt);
  }
  ExitCode operator()(const InspectImageFlags& flags) { return run_inspect_image(flags, output, interrupt); }
  ExitCode operator()(const InspectPromptFlags& flags) {
    return run_inspect_prompt(flags, output, interrupt);
  }
  ExitCode operator()(const InspectForwardFlags& flags) {
    return run_inspect_forward(flags, output, interrupt);
  }
  ExitCode operator()(const ServeFlags& flags) { return run_serve(flags, output, interrupt); }
  ExitCode operator()(const TrainFlags& flags) { return run_train(flags, output, interrupt); }
};

/// Nobody waits for a result that cannot be written: the command stops as after Ctrl+C.
class StopWhenLost {
 public:
  StopWhenLost(Output& output, Interrupt& interrupt) : output_(output) {
    output.when_lost([&interrupt] { interrupt.request_stop(); });
  }
  StopWhenLost(const StopWhenLost&) = delete;
  StopWhenLost& operator=(const StopWhenLost&) = delete;
  ~StopWhenLost() { output_.when_lost({}); }

 private:
  Output& output_;
};

bool asks_for_json(int count, const char* const* arguments) {
  for (int index = 1; index < count; ++index) {
    if (std::strcmp(arguments[index], "--json") == 0) return true;
  }
  return false;
}

ExitCode run_command(int count, const char* const* arguments, Output& output) {
  const auto parsed = parse_command_line(count, arguments).value();
  if (const auto* information = std::get_if<Information>(&parsed)) {
    output.text(information->text);
    return ExitCode::kOk;
  }
  Interrupt interrupt;
  const StopWhenLost stop(output, interrupt);
  return std::visit(Runner{output, interrupt}, std::get<CommandLine>(parsed).command);
}

/// A command that was stopped because its output is lost has failed, and so has one that went on.
const Error& cause(const Error& error, const Output& output) {
  return error.code() == ErrorCode::kStopped && output.lost() ? *output.lost() : error;
}

}  // namespace

int run(int count, const char* const* arguments) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write
  Output output(asks_for_json(count, arguments));
  const auto fail = [&](const Error& error) {
    output.error(error);
    return static_cast<int>(exit_code_of(error.code()));
  };
  try {
    const ExitCode code = run_command(count, arguments, output);
    return output.lost() ? fail(*output.lost()) : static_cast<int>(code);
  } catch (const Error& error) {
    return fail(cause(error, output));
  } catch (const std::bad_alloc&) {
    return fail(Error(ErrorCode::kOutOfMemory, "the machine's memory is used up"));
  } catch (const std::exception& error) {
    return fail(Error(ErrorCode::kInternal, error.what()));
  }
}

}  // namespace lapilli::cli
