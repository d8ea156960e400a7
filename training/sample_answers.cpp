// SPDX-License-Identifier: Apache-2.0
#include "training/sample_answers.h"

#include "engine/runtime/fit.h"
#include "engine/runtime/generate.h"

#include <algorithm>

namespace lapilli::training {
namespace {

/// What stands before the answer in the text that is learned.
std::vector<int32_t> prompt_ids(const Tokenizer& tokenizer, PromptVersion version,
                                const SampleQuestion& asked) {
  const bool seen = !asked.image.empty();
  if (version == PromptVersion::kPlain)
    return encode_prompt(tokenizer, prompt_from_text(seen ? kImageMark : std::string_view(asked.prompt)));
  const Conversation conversation{
      .system = {},
      .messages = {{.role = Message::Role::kUser, .text = asked.prompt, .images = seen ? 1 : 0}}};
  return encode_prompt(tokenizer, render(find_template("vicuna_v1").value(), conversation));
}

}  // namespace

std::filesystem::path SampleAnswers::picture_folder(const std::filesystem::path& images,
                                                    std::span<const std::filesystem::path> data) {
  if (!images.empty() || data.empty()) return images;
  std::error_code ignored;
  return std::filesystem::is_directory(data.front(), ignored) ? data.front() : data.front().parent_path();
}

SampleAnswers::SampleAnswers(const Recipe& recipe, const LoadedModel& model,
                             const std::filesystem::path& images)
    : model_(model),
      activation_(activation_of(recipe.precision)),
      lora_scale_(recipe.lora.alpha / static_cast<double>(recipe.lora.rank)),
      max_tokens_(static_cast<uint32_t>(recipe.samples.max_tokens)),
      prompt_version_(recipe.prompt_version) {
  for (const SampleQuestion& asked : recipe.samples.items)
    questions_.push_back(question_of(recipe, asked, images));
}

SampleAnswers::Question SampleAnswers::question_of(const Recipe& recipe, const SampleQuestion& asked,
                                                   const std::filesystem::path& images) const {
  const ModelConfig& config = model_.config;
  Question question{.asked = asked, .pictures = {}, .prompt = {}};
  if (!asked.image.empty()) {
    if (!config.vision) {
      throw Error(ErrorCode::kInvalidArgument, text("samples.items names the picture \"", asked.image,
                                                    "\", the model can't see: leave "
                                                    "\"image\" out or train a model with a vision tower"));
    }
    question.pictures.push_back(
        open_picture(images / asked.image, config,
                     {.aspect = recipe.aspect, .orientation = OrientationPolicy::kIgnore})
            .value());
  }
  question.prompt = expand_prompt(prompt_ids(*model_.tokenizer, prompt_version_, asked), question.pictures,
                                  config.vision ? config.vision->image_rows() : 0);
  const size_t needed = question.prompt.size() + max_tokens_;
  if (needed > config.language.context) {
    throw Error(ErrorCode::kInvalidArgument,
                text("a question of samples.items takes ", question.prompt.size(), " positions and ",
                     max_tokens_, " for its answer, the model has ", config.language.context,
                     ": lower samples.max_tokens or shorten \"", asked.prompt, '"'));
  }
  return question;
}

EvaluatorOptions SampleAnswers::evaluator_options() const {
  constexpr uint32_t kMostRows = 128;  // little memory, and quick enough for a handful of prompts
  size_t longest = 0;
  for (const Question& question : questions_) longest = std::max(longest, question.prompt.size());
  return {.graph = {.activation = activation_,
                    .context = static_cast<uint32_t>(longest) + max_tokens_,
                    .lora_scale = lora_scale_},
          .max_step_rows = kMostRows,
          .id_limit = answer_id_limit(model_)};
}

uint64_t SampleAnswers::memory_bytes(const DeviceCaps& caps) const {
  if (questions_.empty()) return 0;
  const MemoryNeed need = memory_need(model_.config, model_.weights, evaluator_options(), caps);
  return need.total_bytes() - need.weight_bytes - need.alignment_bytes;
}

void SampleAnswers::answer(
    gpu::Device& device, gpu::PipelineCache& pipelines, const Session& session,
    const std::function<void(const SampleQuestion& question, const std::string& answer)>& done,
    std::stop_token stop) const {
  if (questions_.empty()) return;
  Evaluator evaluator(device, pipelines, model_.config, session.weights(), session.weight_types(),
                      evaluator_options(), {}, stop);
  PictureMemory pictures(1, [&](std::span<const SlotPixels> slots) { evaluator.encode_images(slots, stop); });
  const std::vector<int32_t> ends = all_end_ids(model_);
  const GenerationOptions generation{.sampling = {}, .max_tokens = max_tokens_};
  const EventSink nobody;
  std::vector<std::string> stops;
  if (prompt_version_ == PromptVersion::kPlain) stops.emplace_back("\n");  // as learned
  for (const Question& question : questions_) {
    Lane lane(evaluator, pictures, 0);
    lane.set_results(results_needed(generation.sampling, false));
    lane.set_prompt(question.prompt, question.pictures, stop);
    Answer answer;
    AnswerWriter writer(evaluator, *model_.tokenizer, ends, generation, stops, nullptr, nobody, answer);
    generate(
        evaluator, lane, writer, answer, [](std::span<const int32_t>) { return false; }, stop);
    if (answer.reason == StopReason::kStopped) throw Error(ErrorCode::kStopped, "stopped while answering");
    done(question.asked, answer.text);
  }
}

}  // namespace lapilli::training
