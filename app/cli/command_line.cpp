// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include "app/cli/command_line_groups.h"
#include "app/cli/exit_code.h"

namespace lapilli::cli {
namespace {

struct AllFlags {
  ChatFlags chat;
  InfoFlags info;
  QuantizeFlags quantize;
  BenchFlags bench;
  InspectTokensFlags tokens;
  InspectImageFlags image;
  InspectPromptFlags prompt;
  InspectForwardFlags forward;
  ServeFlags serve;
  std::optional<Command> chosen;
  bool json = false;
};

/// A subcommand that, when given, chooses `flags`.
template <class Flags>
CLI::App& add_command(CLI::App& parent, AllFlags& all, const Flags& flags, const std::string& name,
                      const std::string& help) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->add_flag("--json", all.json, "JSON lines on standard output");
  command->final_callback([&all, &flags] { all.chosen = flags; });
  return *command;
}

void add_chat(CLI::App& app, AllFlags& all) {
  CLI::App& chat = add_command(app, all, all.chat, "chat",
                               "answer about pictures; without --prompt, talk in the terminal");
  add_model_options(chat, all.chat.model, true);
  add_picture_options(chat, all.chat.pictures);
  add_prompt_options(chat, all.chat.prompt);
  add_sampling_options(chat, all.chat.sampling);
}

void add_info(CLI::App& app, AllFlags& all) {
  CLI::App& info =
      add_command(app, all, all.info, "info", "devices; with --model, its facts and whether it fits");
  add_model_options(info, all.info.model, false);
}

void add_quantize(CLI::App& app, AllFlags& all) {
  QuantizeFlags& flags = all.quantize;
  CLI::App& quantize = add_command(app, all, flags, "quantize", "write any model as GGUF files");
  auto* input = quantize.add_option("IN", flags.input.model, "model folder or file");
  auto* model = quantize.add_option("--model", flags.input.model, "the same as IN");
  input->excludes(model);
  quantize
      .add_option("OUT", flags.output, "language model file; the projector is written beside it as mmproj-…")
      ->required();
  quantize.add_option("--projector", flags.input.projector, "mmproj GGUF, mm_projector.bin or its folder");
  quantize.add_option("--vision", flags.input.vision, "folder of a separate CLIP encoder");
  quantize.add_option("--base", flags.input.base, "base model of a LoRA or projector-only folder");
  quantize.add_option("--tokenizer", flags.input.tokenizer, "tokenizer file or folder");
  quantize.add_option("--threads", flags.threads, "threads; 0: one a processor")->check(CLI::Range(0, 1024));
  add_type_option(quantize, flags.type);
}

void add_bench(CLI::App& app, AllFlags& all) {
  BenchFlags& flags = all.bench;
  CLI::App& bench = add_command(app, all, flags, "bench", "measure a model, or a shape with random weights");
  add_model_options(bench, flags.model, false);
  bench.add_option("--shape", flags.shape,
                   "llava-7b, llava-13b, llama-7b, llama-13b, llama-110m, clip-vit-l-336, tiny");
  add_type_option(bench, flags.type);
  bench.add_option("--pp", flags.prompt_lengths, "prompt lengths to measure")->delimiter(',');
  bench.add_option("--tg", flags.decode_tokens, "tokens to decode")->capture_default_str();
  bench.add_option("--pictures", flags.pictures, "pictures to encode a repetition")->capture_default_str();
  bench.add_option("--repetitions", flags.repetitions, "measurements of which the median counts")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  bench.add_option("--seed", flags.seed, "seed of the random weights")->capture_default_str();
  bench.add_option("--save", flags.save, "write the random weights as a GGUF file and measure nothing");
  bench.add_flag("--trace", flags.trace, "times of every kernel");
  bench.add_flag("--dump-plan", flags.dump_plan, "print the plans");
}

void add_inspect(CLI::App& app, AllFlags& all) {
  CLI::App* inspect = app.add_subcommand("inspect", "look at one step: tokens, image, prompt, forward");
  inspect->require_subcommand(1);

  CLI::App& tokens =
      add_command(*inspect, all, all.tokens, "tokens", "lines of standard input → arrays of token ids");
  tokens.add_option("--model", all.tokens.model, "model or tokenizer: folder or file")->required();
  tokens.add_flag("!--no-bos", all.tokens.bos, "no BOS in front");
  tokens.add_flag("--json-lines", all.tokens.json_lines, "every input line is a JSON string");

  CLI::App& image = add_command(*inspect, all, all.image, "image", "the exact input of the vision encoder");
  add_path_options(image, all.image.paths, false);
  add_picture_options(image, all.image.pictures);
  image.get_option("--image")->required();
  image.add_option("--out", all.image.out, "file.png (8-bit) or file.safetensors (normalised)")->required();

  CLI::App& prompt = add_command(*inspect, all, all.prompt, "prompt", "the rendered prompt");
  add_path_options(prompt, all.prompt.paths, false);
  add_prompt_options(prompt, all.prompt.prompt);
  prompt.get_option("--prompt")->required();
  prompt.add_option("--turn", all.prompt.turns, "earlier messages, user's first; may be repeated")
      ->allow_extra_args(false);
  prompt.add_option("--pictures", all.prompt.pictures, "pictures of the first message");

  InspectForwardFlags& flags = all.forward;
  CLI::App& forward = add_command(*inspect, all, flags, "forward", "every stage's values for one prompt");
  add_model_options(forward, flags.model, true);
  add_picture_options(forward, flags.pictures);
  add_prompt_options(forward, flags.prompt);
  auto* raw =
      forward.add_flag("--raw", flags.raw, "the prompt is complete: no template, special tokens count");
  forward.add_option("--ids", flags.ids, "token ids instead of a prompt; -200 is a picture")
      ->delimiter(',')
      ->excludes(raw)
      ->excludes("--prompt");
  forward.add_option("--out", flags.out, "file.safetensors")->required();
}

void add_serve(CLI::App& app, AllFlags& all) {
  add_command(app, all, all.serve, "serve", "JSON lines on standard input and output, for other programs");
}

/// One sentence, with the option's name where the library gives it.
Error usage_error(const CLI::ParseError& error, const CLI::App& app, std::string_view first) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty() && !first.empty() && !first.starts_with('-'))
    return Error(ErrorCode::kInvalidArgument,
                 text("there is no command \"", first, "\" (see \"lapilli --help\")"));
  const std::string command = chosen.empty() ? "" : " " + chosen.front()->get_name();
  return Error(ErrorCode::kInvalidArgument, text(error.what(), " (see \"lapilli", command, " --help\")"));
}

}  // namespace

Result<std::variant<CommandLine, Information>> parse_command_line(int count, const char* const* arguments) {
  AllFlags all;
  CLI::App app("Lapilli runs LLaVA-1.5 on Vulkan devices.", "lapilli");
  app.set_version_flag("--version", "lapilli " LAPILLI_VERSION);
  app.require_subcommand(1);
  app.footer(exit_code_help());
  add_chat(app, all);
  add_info(app, all);
  add_quantize(app, all);
  add_bench(app, all);
  add_inspect(app, all);
  add_serve(app, all);
  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForHelp&) {
    return std::variant<CommandLine, Information>(Information{app.help()});
  } catch (const CLI::CallForAllHelp&) {
    return std::variant<CommandLine, Information>(Information{app.help("", CLI::AppFormatMode::All)});
  } catch (const CLI::CallForVersion&) {
    return std::variant<CommandLine, Information>(Information{app.version() + "\n"});
  } catch (const CLI::ParseError& error) {
    return usage_error(error, app, count > 1 ? arguments[1] : "");
  }
  return std::variant<CommandLine, Information>(CommandLine{std::move(*all.chosen), all.json});
}

}  // namespace lapilli::cli
