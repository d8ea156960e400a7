// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include "app/cli/caption_options.h"
#include "app/cli/command_line_groups.h"
#include "app/cli/exit_code.h"
#include "app/cli/format_flags.h"
#include "app/cli/number_options.h"
#include "app/cli/train_options.h"
#include "app/cli/usage_error.h"

#include <algorithm>

namespace lapilli::cli {
namespace {

struct AllFlags {
  ChatFlags chat;
  CaptionFlags caption;
  InfoFlags info;
  QuantizeFlags quantize;
  ExportFlags exporting;
  BenchFlags bench;
  EvalFlags eval;
  InspectTokensFlags tokens;
  InspectImageFlags image;
  InspectPromptFlags prompt;
  InspectForwardFlags forward;
  ServeFlags serve;
  TrainFlags train;
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
  std::vector<std::string>& stops = all.chat.sampling.options.stops;
  chat.add_option_function<std::vector<std::string>>(
          "--stop",
          [&stops](const std::vector<std::string>& values) {
            if (std::find(values.begin(), values.end(), "") != values.end())
              throw CLI::ValidationError("--stop is empty; give a text, or leave it out");
            stops = values;
          },
          "texts that end an answer; may be repeated")
      ->type_name("TEXT");
  add_format_options(chat, all.chat.format);
}

void add_caption(CLI::App& app, AllFlags& all) {
  add_caption_options(
      add_command(app, all, all.caption, "caption", "write captions for a folder of pictures"), all.caption);
}

void add_info(CLI::App& app, AllFlags& all) {
  CLI::App& info =
      add_command(app, all, all.info, "info", "devices; with --model, its facts and whether it fits");
  add_model_options(info, all.info.model, false);
  info.add_flag("--test", all.info.test,
                "asks the devices, or the one of --device, a question whose answer is known");
}

void add_quantize(CLI::App& app, AllFlags& all) {
  QuantizeFlags& flags = all.quantize;
  CLI::App& quantize = add_command(app, all, flags, "quantize", "write any model as GGUF files");
  auto* input = add_path(quantize, "IN", flags.input.model, "model folder or file");
  auto* model = add_path(quantize, "--model", flags.input.model, "the same as IN");
  input->excludes(model);
  add_path(quantize, "OUT", flags.output,
           "new language model file; the projector is written beside it as mmproj-…")
      ->required();
  add_parts_options(quantize, flags.input);
  add_number<uint32_t>(quantize, "--threads", flags.threads, {.most = 1024}, "threads; 0: one a processor");
  add_type_option(quantize, flags.type);
}

void add_export(CLI::App& app, AllFlags& all) {
  ExportFlags& flags = all.exporting;
  CLI::App& command =
      add_command(app, all, flags, "export", "write what a training run learned for other programs");
  add_path_options(command, flags.base, true);
  add_path(command, "--checkpoint", flags.checkpoint, "folder of a run (its newest) or of one checkpoint")
      ->required();
  add_path(command, "--output", flags.output, "folder for hf and peft, otherwise the file to write")
      ->required();
  command.add_option("--device", flags.device,
                     "Vulkan device that compares: number, part of the name, or UUID");
  add_number<uint32_t>(command, "--threads", flags.threads, {.most = 1024}, "threads; 0: one a processor");
  add_export_format_option(command, flags.format);
  add_type_option(command, flags.type);
}

void add_bench(CLI::App& app, AllFlags& all) {
  BenchFlags& flags = all.bench;
  CLI::App& bench = add_command(app, all, flags, "bench", "measure a model, or a shape with random weights");
  add_model_options(bench, flags.model, false);
  bench.add_option("--shape", flags.shape,
                   "llava-7b, llava-13b, llama-7b, llama-13b, llama-110m, clip-vit-l-336, tiny");
  add_type_option(bench, flags.type);
  add_numbers<uint32_t>(bench, "--pp", flags.prompt_lengths, {.most = kMostCount},
                        "prompt lengths to measure");
  add_number<uint32_t>(bench, "--tg", flags.decode_tokens, {.most = kMostCount}, "tokens to decode");
  add_number<uint32_t>(bench, "--pictures", flags.pictures, {.most = 1000},
                       "pictures to encode a repetition");
  add_number<uint32_t>(bench, "--repetitions", flags.repetitions, {.least = 1, .most = 1000},
                       "measurements of which the median counts");
  add_number<uint64_t>(bench, "--seed", flags.seed, {}, "seed of the random weights");
  add_path(bench, "--save", flags.save, "write the random weights as a new GGUF file and measure nothing");
  bench.add_flag("--trace", flags.trace, "times of every kernel");
  bench.add_flag("--dump-plan", flags.dump_plan, "print the plans");
}

void add_eval(CLI::App& app, AllFlags& all) {
  EvalFlags& flags = all.eval;
  CLI::App& eval =
      add_command(app, all, flags, "eval", "ask a model the demo's questions and grade its answers");
  add_model_options(eval, flags.model, true);
  add_path(eval, "--data", flags.data, "questions that train --make-demo-data wrote: eval.jsonl")->required();
  add_number<uint32_t>(eval, "--limit", flags.limit, {.most = kMostCount}, "questions to ask; 0: all");
  add_number<uint32_t>(eval, "--lanes", flags.lanes, {.least = 1, .most = 64}, "questions asked at once");
}

void add_inspect(CLI::App& app, AllFlags& all) {
  CLI::App* inspect = app.add_subcommand("inspect", "look at one step: tokens, image, prompt, forward");
  inspect->require_subcommand(1);

  CLI::App& tokens =
      add_command(*inspect, all, all.tokens, "tokens", "lines of standard input → arrays of token ids");
  add_path(tokens, "--model", all.tokens.model, "model or tokenizer: folder or file")->required();
  tokens.add_flag("!--no-bos", all.tokens.bos, "no BOS in front");
  tokens.add_flag("--json-lines", all.tokens.json_lines, "every input line is a JSON string");

  CLI::App& image = add_command(*inspect, all, all.image, "image", "the exact input of the vision encoder");
  add_path_options(image, all.image.paths, false);
  add_picture_options(image, all.image.pictures);
  image.get_option("--image")->required();
  add_path(image, "--out", all.image.out, "new file.png (8-bit) or file.safetensors (normalised)")
      ->required();

  CLI::App& prompt = add_command(*inspect, all, all.prompt, "prompt", "the rendered prompt");
  add_path_options(prompt, all.prompt.paths, false);
  add_prompt_options(prompt, all.prompt.prompt);
  add_format_options(prompt, all.prompt.format);
  prompt.get_option("--prompt")->required();
  prompt
      .add_option("--turn", all.prompt.turns,
                  "an earlier message, the user's first, in turns with the answers; may be repeated")
      ->allow_extra_args(false);
  add_number<uint32_t>(prompt, "--pictures", all.prompt.pictures, {.most = 64},
                       "pictures of the first message");

  InspectForwardFlags& flags = all.forward;
  CLI::App& forward = add_command(*inspect, all, flags, "forward", "every stage's values for one prompt");
  add_model_options(forward, flags.model, true);
  add_picture_options(forward, flags.pictures);
  add_prompt_options(forward, flags.prompt);
  auto* raw =
      forward.add_flag("--raw", flags.raw, "the prompt is complete: no template, special tokens count");
  add_numbers<int32_t>(forward, "--ids", flags.ids, {.least = std::numeric_limits<int32_t>::min()},
                       "token ids instead of a prompt; -200 is a picture")
      ->excludes(raw)
      ->excludes("--prompt");
  add_path(forward, "--out", flags.out, "new file.safetensors")->required();
}

void add_serve(CLI::App& app, AllFlags& all) {
  add_command(app, all, all.serve, "serve", "JSON lines on standard input and output, for other programs");
}

void add_train(CLI::App& app, AllFlags& all) {
  add_train_options(
      add_command(app, all, all.train, "train", "teach a model from conversations and pictures"), all.train);
}

}  // namespace

Result<std::variant<CommandLine, Information>> parse_command_line(int count, const char* const* arguments) {
  AllFlags all;
  CLI::App app("Lapilli runs LLaVA-1.5 on Vulkan devices.", "lapilli");
  app.set_version_flag("--version", "lapilli " LAPILLI_VERSION);
  app.require_subcommand(1);
  app.footer(exit_code_help());
  add_chat(app, all);
  add_caption(app, all);
  add_info(app, all);
  add_quantize(app, all);
  add_export(app, all);
  add_bench(app, all);
  add_eval(app, all);
  add_inspect(app, all);
  add_serve(app, all);
  add_train(app, all);
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
