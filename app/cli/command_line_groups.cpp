// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line_groups.h"

#include "app/cli/number_options.h"
#include "training/export_model.h"

namespace lapilli::cli {
namespace {

/// An option whose text is one of a few words.
template <class Value>
void add_choice(CLI::App& command, const std::string& name, const std::string& help,
                std::vector<std::pair<std::string, Value>> choices, std::function<void(Value)> set) {
  std::string words;
  for (const auto& choice : choices) words += (words.empty() ? "" : ", ") + choice.first;
  command
      .add_option_function<std::string>(
          name,
          [name, words, choices, set = std::move(set)](const std::string& word) {
            for (const auto& [text, value] : choices) {
              if (text == word) return set(value);
            }
            throw CLI::ValidationError(text(name, " is ", word, "; give one of ", words));
          },
          help + ": " + words)
      ->type_name("WORD");
}

std::filesystem::path path_from(const std::string& option, const std::string& value) {
  if (value.empty())
    throw CLI::ValidationError(text(option, " is empty; name a file or folder, or leave it out"));
  return value;
}

}  // namespace

CLI::Option* add_path(CLI::App& command, const std::string& name, std::filesystem::path& to,
                      const std::string& help) {
  return command
      .add_option_function<std::string>(
          name, [name, &to](const std::string& value) { to = path_from(name, value); }, help)
      ->type_name("PATH");
}

CLI::Option* add_paths(CLI::App& command, const std::string& name, std::vector<std::filesystem::path>& to,
                       const std::string& help) {
  return command
      .add_option_function<std::vector<std::string>>(
          name,
          [name, &to](const std::vector<std::string>& values) {
            for (const std::string& value : values) to.push_back(path_from(name, value));
          },
          help)
      ->type_name("PATH");
}

void add_path_options(CLI::App& command, ModelPaths& paths, bool required) {
  add_path(command, "--model", paths.model, "model folder or file (safetensors, .bin, GGUF, llama2.c)")
      ->required(required);
  add_parts_options(command, paths);
}

void add_parts_options(CLI::App& command, ModelPaths& paths) {
  add_path(command, "--projector", paths.projector,
           "mmproj GGUF, mm_projector file or its folder; none: not the one beside a GGUF model");
  add_path(command, "--vision", paths.vision, "folder of a separate CLIP encoder");
  add_path(command, "--base", paths.base, "base model of a LoRA or projector-only folder");
  add_path(command, "--tokenizer", paths.tokenizer, "tokenizer file or folder instead of the model's own");
}

void add_model_options(CLI::App& command, ModelFlags& flags, bool model_required) {
  add_path_options(command, flags.paths, model_required);
  command.add_option("--device", flags.device, "Vulkan device: number, part of the name, or UUID");
  add_number<uint32_t>(command, "--context", {.least = 1, .most = kMostCount},
                       "tokens a conversation may have", [&flags](uint32_t value) { flags.context = value; });
  add_number<uint64_t>(command, "--device-memory", {.least = 1, .most = uint64_t{1} << 32},
                       "device memory for weights, in MiB",
                       [&flags](uint64_t value) { flags.device_memory_mib = value; });
  add_number<uint32_t>(command, "--submission-ms", kSubmissionMs,
                       "what the device is given at once, in milliseconds of work (50)",
                       [&flags](uint32_t value) { flags.submission_ms = value; });
  add_choice<Compute>(command, "--compute", "storage of activations",
                      {{"auto", Compute::kAuto}, {"f32", Compute::kF32}, {"f16", Compute::kF16}},
                      [&flags](Compute value) { flags.compute = value; });
}

void add_picture_options(CLI::App& command, PictureFlags& flags) {
  add_paths(command, "--image", flags.images, "picture file; may be repeated")->allow_extra_args(false);
  add_aspect_options(command, flags.options);
}

void add_aspect_options(CLI::App& command, PictureOptions& options) {
  add_choice<AspectPolicy>(
      command, "--aspect", "how a picture becomes square",
      {{"pad", AspectPolicy::kPad}, {"crop", AspectPolicy::kCrop}, {"stretch", AspectPolicy::kStretch}},
      [&options](AspectPolicy value) { options.aspect = value; });
  add_choice<OrientationPolicy>(
      command, "--orientation", "the camera's orientation tag",
      {{"apply", OrientationPolicy::kApply}, {"ignore", OrientationPolicy::kIgnore}},
      [&options](OrientationPolicy value) { options.orientation = value; });
}

void add_prompt_options(CLI::App& command, PromptFlags& flags) {
  command.add_option("--prompt", flags.prompt, "what to ask; \"<image>\" marks a picture's place");
  command.add_option("--system", flags.system, "system text instead of the template's; \"\" for none");
  command.add_option("--template", flags.template_name, "conversation template, e.g. vicuna_v1");
}

void add_sampling_options(CLI::App& command, SamplingFlags& flags) {
  SamplingOptions& sampling = flags.options.sampling;
  add_number<float>(command, "--temperature", sampling.temperature, kTemperatures,
                    "0: the most likely token always");
  add_number<float>(command, "--top-p", sampling.top_p, kTopPs, "fewest tokens that together reach p");
  add_number<int32_t>(command, "--top-k", sampling.top_k, {}, "the k most likely tokens; 0: all");
  add_number<float>(command, "--min-p", sampling.min_p, kMinPs, "least share of the most likely one");
  add_number<float>(command, "--repeat-penalty", sampling.repetition_penalty, kRepeatPenalties,
                    "above 1: tokens of prompt and answer become less likely");
  add_number<uint64_t>(command, "--seed", {}, "seed of the draws; by default chosen anew and reported",
                       [&flags](uint64_t value) { flags.seed = value; });
  add_number<uint32_t>(command, "--max-tokens", flags.options.max_tokens, kCounts, "longest answer");
}

void add_export_format_option(CLI::App& command, std::string& format) {
  const std::string help = "projector, projector-bin (the original's mm_projector.bin), hf, gguf or peft";
  command
      .add_option_function<std::string>(
          "--format",
          [&format, help](const std::string& name) {
            if (!training::export_format_from_string(name))
              throw CLI::ValidationError(text("--format is ", name, "; give one of ", help));
            format = name;
          },
          help)
      ->type_name("FORMAT")
      ->required();
}

void add_type_option(CLI::App& command, FileType& type) {
  constexpr const char* kTypes = "f32 f16 bf16 q8_0 q6_k q5_k_m q5_k_s q4_k_m q4_k_s q5_1 q5_0 q4_1 q4_0";
  command
      .add_option_function<std::string>(
          "--type",
          [&type, kTypes](const std::string& name) {
            const auto found = file_type_from_string(name);
            if (!found) throw CLI::ValidationError(text("--type is ", name, "; give one of ", kTypes));
            type = *found;
          },
          kTypes)
      ->type_name("TYPE");
}

}  // namespace lapilli::cli
