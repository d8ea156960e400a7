// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_code.h"
#include "app/cli/flags.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"

namespace lapilli::cli {

/// The commands, one file each. They throw Error where they cannot go on.
ExitCode run_chat(const ChatFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_caption(const CaptionFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_info(const InfoFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_quantize(const QuantizeFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_export(const ExportFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_bench(const BenchFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_eval(const EvalFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_inspect_tokens(const InspectTokensFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_inspect_image(const InspectImageFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_inspect_prompt(const InspectPromptFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_inspect_forward(const InspectForwardFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_serve(const ServeFlags& flags, Output& output, Interrupt& interrupt);
ExitCode run_train(const TrainFlags& flags, Output& output, Interrupt& interrupt);

}  // namespace lapilli::cli
