// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/template.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lapilli {
namespace {

using Style = ChatTemplate::Style;

constexpr std::string_view kHumanSystem =
    "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, "
    "detailed, and polite answers to the human's questions.";
constexpr std::string_view kUserSystem =
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
    "detailed, and polite answers to the user's questions.";
constexpr std::string_view kMarkedSystem =
    "A chat between a curious user and an artificial intelligence assistant. The assistant is able to "
    "understand the visual content that the user provides, and assist the user with a variety of tasks using "
    "natural language.The visual content will be provided with the following format: <Image>visual "
    "content</Image>.";
constexpr std::string_view kVisionSystem =
    "You are a helpful language and vision assistant. You are able to understand the visual content that the "
    "user provides, and assist the user with a variety of tasks using natural language.";
constexpr std::string_view kSafetySystem =
    "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being "
    "safe.  Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or "
    "illegal content. Please ensure that your responses are socially unbiased and positive in nature.\n\nIf "
    "a "
    "question does not make any sense, or is not factually coherent, explain why instead of answering "
    "something "
    "not correct. If you don't know the answer to a question, please don't share false information.";
constexpr std::string_view kConversationSystem =
    "A conversation between a user and an LLM-based AI assistant. The assistant gives helpful and honest "
    "answers.";

constexpr std::string_view kChatmlSystem = "<|im_start|>system\n", kChatmlUser = "<|im_start|>user\n",
                           kChatmlAssistant = "<|im_start|>assistant\n", kChatmlEnd = "<|im_end|>";

constexpr ChatTemplate kTemplates[] = {
    {"default", Style::kSingle, "", kHumanSystem, "Human", "Assistant", "###", ""},
    {"v0", Style::kSingle, "", kHumanSystem, "Human", "Assistant", "###", ""},
    {"v1", Style::kTwo, "", kUserSystem, "USER", "ASSISTANT", " ", "</s>"},
    {"vicuna_v1", Style::kTwo, "", kUserSystem, "USER", "ASSISTANT", " ", "</s>"},
    {"llama_2", Style::kLlama2, "", kSafetySystem, "USER", "ASSISTANT", "<s>", "</s>"},
    {"mistral_instruct", Style::kLlama2, "", "", "USER", "ASSISTANT", "", "</s>"},
    {"chatml_direct", Style::kMpt, kChatmlSystem, "Answer the questions.", kChatmlUser, kChatmlAssistant,
     kChatmlEnd, ""},
    {"mistral_direct", Style::kMpt, kChatmlSystem, "Answer the questions.", kChatmlUser, kChatmlAssistant,
     kChatmlEnd, ""},
    {"plain", Style::kPlain, "", "", "", "", "\n", ""},
    {"v0_plain", Style::kPlain, "", "", "", "", "\n", ""},
    {"llava_v0", Style::kSingle, "", kHumanSystem, "Human", "Assistant", "###", ""},
    {"v0_mmtag", Style::kSingle, "", kMarkedSystem, "Human", "Assistant", "###", "", true},
    {"llava_v1", Style::kTwo, "", kHumanSystem, "USER", "ASSISTANT", " ", "</s>"},
    {"v1_mmtag", Style::kTwo, "", kMarkedSystem, "USER", "ASSISTANT", " ", "</s>", true},
    {"llava_llama_2", Style::kLlama2, "", kVisionSystem, "USER", "ASSISTANT", "<s>", "</s>"},
    {"mpt", Style::kMpt, kChatmlSystem, kConversationSystem, kChatmlUser, kChatmlAssistant, kChatmlEnd, ""},
    {"llava_hf", Style::kTwo, "", "", "USER", "ASSISTANT", " ", "</s>"},
    {"raw", Style::kPlain, "", "", "", "", "", ""},
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Empty where neither the stored chat template nor the name tells it. What is stored with a LLaVA is often
/// its language model's from before: its name decides, as in the original.
std::string_view told_name(const TemplateFacts& facts) {
  std::string model = facts.model_name;
  std::transform(model.begin(), model.end(), model.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::string_view jinja = contains(model, "llava") ? std::string_view() : facts.chat_template;
  if (contains(jinja, "<|im_start|>")) return "chatml_direct";
  if (contains(jinja, "[INST]")) return contains(jinja, "<<SYS>>") ? "llava_llama_2" : "mistral_instruct";
  if (contains(model, "llama-2")) return "llava_llama_2";
  if (contains(model, "mistral")) return "mistral_instruct";
  if (contains(model, "v1.6-34b")) return "chatml_direct";
  if (contains(model, "mpt")) return "mpt";
  if (contains(model, "-v0")) return "llava_v0";
  const bool vicuna = contains(jinja, "ASSISTANT") || contains(model, "vicuna") || contains(model, "llava");
  return vicuna ? "vicuna_v1" : "";
}

}  // namespace

Result<ChatTemplate> find_template(std::string_view name) {
  std::string known;
  for (const ChatTemplate& one : kTemplates) {
    if (one.name == name) return one;
    known += text(known.empty() ? "" : ", ", one.name);
  }
  return Error(ErrorCode::kInvalidArgument,
               text("there is no chat template '", name, "'; known are ", known));
}

ChatTemplate choose_template(const TemplateFacts& facts) {
  const std::string_view name = told_name(facts);
  return find_template(name.empty() ? "vicuna_v1" : name).value();
}

bool has_unknown_template(const TemplateFacts& facts) {
  return !facts.chat_template.empty() && told_name(facts).empty();
}

}  // namespace lapilli
