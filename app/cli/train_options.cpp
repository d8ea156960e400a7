// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_options.h"

#include "app/cli/command_line_groups.h"

namespace lapilli::cli {
namespace {

/// An option that changes a value of the recipe.
struct RecipeOption {
  const char* flag;
  const char* key;
  const char* type;
  const char* help;
};

constexpr RecipeOption kRecipeOptions[] = {
    {"--preset", "preset", "WORD",
     "stage1 (projector alone), stage2, stage2-lora, stage2-qlora (over a q4_k_m base)"},
    {"--prompt-version", "prompt_version", "WORD", "plain (picture and caption) or v1 (conversations)"},
    {"--learning-rate", "learning_rate", "NUMBER", "highest rate, reached after the warm-up"},
    {"--batch", "batch.size", "NUMBER", "records an update sees"},
    {"--micro-batch", "batch.micro", "NUMBER", "most records the device takes at once; 0: chosen"},
    {"--steps", "steps", "NUMBER", "updates; 0: by epochs"},
    {"--epochs", "epochs", "NUMBER", "passes over the data, instead of --steps"},
    {"--warmup-steps", "warmup_steps", "NUMBER", "updates in which the rate rises"},
    {"--seed", "seed", "NUMBER", "seed of the order and of all draws"},
    {"--precision", "precision", "WORD", "f32, f16 or bf16 of what is computed; parameters are f32"},
    {"--max-length", "max_length", "NUMBER", "positions of a record, picture rows included"},
};

constexpr const char* kFooter =
    "The preset comes first, the recipe file changes it, options change both. A run whose --output holds a\n"
    "checkpoint goes on from there. Ctrl+C saves and stops (130); a second one ends at once. Data that "
    "can't\n"
    "be learned from end it with 5 before anything is computed; wrong options or recipes with 2.\n"
    "mpirun -n 4 lapilli train … shares the batch among four devices, of one machine or several.\n";

}  // namespace

void add_train_options(CLI::App& command, TrainFlags& flags) {
  command.footer(kFooter);
  add_path_options(command, flags.paths, false);
  command.add_option("--device", flags.device, "Vulkan device: number, part of the name, or UUID");
  add_path(command, "--recipe", flags.recipe, "recipe file (JSON), see resources/recipes");
  for (const RecipeOption& option : kRecipeOptions) {
    command
        .add_option_function<std::string>(
            option.flag,
            [&flags, option](const std::string& value) {
              flags.changes.push_back({option.flag, option.key, value});
            },
            option.help)
        ->type_name(option.type);
  }
  command.add_flag_callback(
      "--no-shuffle",
      [&flags] {
        flags.changes.push_back({"--no-shuffle", "shuffle", "false"});
      },
      "records in the order of the data");
  add_paths(command, "--data", flags.data,
            "LLaVA or ShareGPT JSON or JSON lines, or a folder of pictures with texts; several");
  add_path(command, "--images", flags.images, "folder that picture names in the data are relative to");
  add_path(command, "--output", flags.output, "folder for checkpoints and curves (TensorBoard)");
  add_path(command, "--log", flags.log, "file of JSON lines, one a step");
  command.add_flag("!--no-resume", flags.resume,
                   "start anew; what --output holds is moved to earlier-N in it");
  add_path(
      command, "--make-demo-data", flags.demo_data,
      "draw the demo model's pictures, write their questions and its first weights into a folder, and stop");
  command.add_flag("--check", flags.check, "look at all data, every picture decoded, and stop");
  command.add_flag("--plan", flags.plan, "tell what memory and disk the run takes, and stop");
  command.add_flag("--rehearse", flags.rehearse,
                   "as --plan, and make three updates to tell the time too; needs --data, saves nothing");
}

}  // namespace lapilli::cli
