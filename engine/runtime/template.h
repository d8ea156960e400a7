// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/runtime/prompt.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// One message of a chat.
///
/// Pictures stand where "<image>" is written, if it is written exactly `images` times; otherwise those marks
/// are taken out and one "<image>" and a line break per picture go in front. With images = 0 the mark is
/// plain text.
struct Message {
  enum class Role { kUser, kAssistant };
  Role role = Role::kUser;
  std::string text = {};
  int images = 0;

  bool operator==(const Message&) const = default;
};

/// A chat so far, user first, the roles alternating. Ends with a user's message when an answer is wanted.
struct Conversation {
  std::optional<std::string> system = {};  ///< instead of the template's own; empty: none
  std::vector<Message> messages = {};
};

/// How a chat becomes a prompt. Source: the original's conversation.py.
struct ChatTemplate {
  enum class Style { kSingle, kTwo, kMpt, kLlama2, kPlain };

  std::string_view name;
  Style style;
  std::string_view system_prefix;  ///< in front of the system text, own or replaced
  std::string_view system;
  std::string_view user, assistant;   ///< role names
  std::string_view separator;         ///< after the user's message (kTwo), after every one (the others)
  std::string_view separator2;        ///< after the assistant's message, where the style has one
  bool pictures_as_exchange = false;  ///< "mmtag": pictures come in an exchange of their own

  /// The text at which an answer ends, beside the end token; empty: none.
  /// A text without roles goes on over its line breaks.
  [[nodiscard]] std::string_view stop() const {
    if (style == Style::kPlain) return {};
    return style == Style::kTwo ? separator2 : separator;
  }
};

/// The template of that name; kInvalidArgument, naming all, when there is none. `llava_hf` is the one of the
/// Hugging Face port: no system text. `raw` goes on from the words exactly as they are given.
[[nodiscard]] Result<ChatTemplate> find_template(std::string_view name);

/// What is known of a model and may tell its template.
struct TemplateFacts {
  std::string model_name = {};     ///< folder, file or general.name
  std::string chat_template = {};  ///< Jinja text stored with the model; only looked at for its markers
};

/// The template that fits: by markers of the stored chat template, else by the name as the original's
/// programs do, else vicuna_v1, which LLaVA-1.5 was trained with. Of a model named LLaVA the name alone
/// counts.
[[nodiscard]] ChatTemplate choose_template(const TemplateFacts& facts);

/// Whether a chat template is stored with the model that is none of these, so that choose_template can only
/// guess.
[[nodiscard]] bool has_unknown_template(const TemplateFacts& facts);

/// A sentence where the marks "<image>" of a message are not as many as its pictures, so that they are left
/// out or read as words; empty where they are, and where there are none.
[[nodiscard]] std::string remark_on_marks(const Message& message);

/// The chat as a prompt, with an open slot for the answer when it ends with a user's message.
/// Messages' and replaced system texts are plain text. Throws kInvalidArgument when the roles don't
/// alternate.
[[nodiscard]] Prompt render(const ChatTemplate& chat_template, const Conversation& conversation);

}  // namespace lapilli
