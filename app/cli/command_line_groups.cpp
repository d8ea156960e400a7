// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line_groups.h"

namespace lapilli::cli {
namespace {

/// An option whose text is one of a few words.
template <class Value>
void add_choice(CLI::App& command, const std::string& name, const std::string& help,
                std::vector<std::pair<std::string, Value>> choices, std::function<void(Value)> set) {
  std::vector<std::string> words;
  for (const auto& choice : choices) words.push_back(choice.first);
  command
      .add_option_function<std::string>(
          name,
          [choices, set = std::move(set)](const std::string& word) {
            for (const auto& [text, value] : choices) {
              if (text == word) set(value);
            }
          },
          help)
      ->check(CLI::IsMember(words));
}

}  // namespace

void add_path_options(CLI::App& command, ModelPaths& paths, bool required) {
  command.add_option("--model", paths.model, "model folder or file (safetensors, .bin, GGUF, llama2.c)")
      ->required(required);
  command.add_option("--projector", paths.projector, "mmproj GGUF, mm_projector.bin or its folder");
  command.add_option("--vision", paths.vision, "folder of a separate CLIP encoder");
  command.add_option("--base", paths.base, "base model of a LoRA or projector-only folder");
  command.add_option("--tokenizer", paths.tokenizer, "tokenizer file or folder instead of the model's own");
}

void add_model_options(CLI::App& command, ModelFlags& flags, bool model_required) {
  add_path_options(command, flags.paths, model_required);
  command.add_option("--device", flags.device, "Vulkan device: number, part of the name, or UUID");
  command.add_option("--context", flags.context, "tokens a conversation may have");
  command.add_option("--device-memory", flags.device_memory_mib, "device memory for weights, in MiB");
  add_choice<Compute>(command, "--compute", "storage of activations",
                      {{"auto", Compute::kAuto}, {"f32", Compute::kF32}, {"f16", Compute::kF16}},
                      [&flags](Compute value) { flags.compute = value; });
}

void add_picture_options(CLI::App& command, PictureFlags& flags) {
  command.add_option("--image", flags.images, "picture file; may be repeated")->allow_extra_args(false);
  add_choice<AspectPolicy>(
      command, "--aspect", "how a picture becomes square",
      {{"pad", AspectPolicy::kPad}, {"crop", AspectPolicy::kCrop}, {"stretch", AspectPolicy::kStretch}},
      [&flags](AspectPolicy value) { flags.options.aspect = value; });
  add_choice<OrientationPolicy>(
      command, "--orientation", "the camera's orientation tag",
      {{"apply", OrientationPolicy::kApply}, {"ignore", OrientationPolicy::kIgnore}},
      [&flags](OrientationPolicy value) { flags.options.orientation = value; });
}

void add_prompt_options(CLI::App& command, PromptFlags& flags) {
  command.add_option("--prompt", flags.prompt, "what to ask; \"<image>\" marks a picture's place");
  command.add_option("--system", flags.system, "system text instead of the template's; \"\" for none");
  command.add_option("--template", flags.template_name, "conversation template, e.g. vicuna_v1");
}

void add_sampling_options(CLI::App& command, SamplingFlags& flags) {
  SamplingOptions& sampling = flags.options.sampling;
  command.add_option("--temperature", sampling.temperature, "0: the most likely token always")
      ->capture_default_str();
  command.add_option("--top-p", sampling.top_p, "fewest tokens that together reach p")->capture_default_str();
  command.add_option("--top-k", sampling.top_k, "the k most likely tokens; 0: all")->capture_default_str();
  command.add_option("--min-p", sampling.min_p, "least share of the most likely one")->capture_default_str();
  command
      .add_option("--repeat-penalty", sampling.repetition_penalty, "above 1: seen tokens become less likely")
      ->capture_default_str();
  command.add_option("--seed", flags.seed, "seed of the draws; by default chosen anew and reported");
  command.add_option("--max-tokens", flags.options.max_tokens, "longest answer")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
}

void add_type_option(CLI::App& command, FileType& type) {
  command
      .add_option_function<std::string>(
          "--type",
          [&type](const std::string& name) {
            const auto found = file_type_from_string(name);
            if (!found)
              throw CLI::ValidationError(
                  "--type", name +
                                " is not one of f32 f16 bf16 q8_0 q6_k q5_k_m q5_k_s q4_k_m q4_k_s q5_0 q5_1 "
                                "q4_0 q4_1");
            type = *found;
          },
          "f32 f16 bf16 q8_0 q6_k q5_k_m q5_k_s q4_k_m q4_k_s q5_1 q5_0 q4_1 q4_0")
      ->type_name("TYPE");
}

}  // namespace lapilli::cli
