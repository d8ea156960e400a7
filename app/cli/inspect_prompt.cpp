// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/format_flags.h"
#include "app/cli/open_tokenizer.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

/// How the prompt is made; of the model's configuration only what concerns prompts is looked at.
struct Form {
  ChatTemplate chat_template;
  ModelConfig config = {};
};

Form form_of(const InspectPromptFlags& flags) {
  const auto named = optional_template(flags.prompt.template_name).value();
  if (flags.paths.model.empty()) return {named ? *named : choose_template({})};
  auto model = load_model(flags.paths, DType::f32);
  if (model) return {named ? *named : chat_template_of(*model), model->config};
  if (named) return {*named};  // a tokenizer in the model's place will do
  throw Error(model.error());
}

Conversation conversation_of(const InspectPromptFlags& flags) {
  Conversation conversation{.system = flags.prompt.system, .messages = {}};
  std::vector<std::string> texts = flags.turns;
  texts.push_back(question_with_format(response_format(flags.format).value(), *flags.prompt.prompt));
  for (size_t index = 0; index < texts.size(); ++index) {
    const bool user = index % 2 == 0;
    conversation.messages.push_back({.role = user ? Message::Role::kUser : Message::Role::kAssistant,
                                     .text = texts[index],
                                     .images = index == 0 ? static_cast<int>(flags.pictures) : 0});
  }
  return conversation;
}

}  // namespace

ExitCode run_inspect_prompt(const InspectPromptFlags& flags, Output& output, Interrupt& interrupt) {
  interrupt.end_in_time();
  if (flags.turns.size() % 2 != 0) {
    throw Error(ErrorCode::kInvalidArgument,
                text("--turn was given ", flags.turns.size(), flags.turns.size() == 1 ? " time" : " times",
                     "; before the prompt stand pairs of them, a question and its answer"));
  }
  const auto [form, config] = form_of(flags);
  const Conversation conversation = conversation_of(flags);
  const Prompt prompt = render_for(config, form, conversation);
  for (const Message& message : conversation.messages) note_marks(message, output);
  if (!output.json()) {
    output.text(prompt_text(prompt) + '\n');
    return ExitCode::kOk;
  }
  nlohmann::json result = {{"template", form.name}, {"prompt", prompt_text(prompt)}, {"stop", form.stop()}};
  const std::filesystem::path& tokens =
      flags.paths.tokenizer.empty() ? flags.paths.model : flags.paths.tokenizer;
  if (!tokens.empty()) result["ids"] = encode_prompt(open_any_tokenizer(tokens).value(), prompt);
  output.line(result);
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
