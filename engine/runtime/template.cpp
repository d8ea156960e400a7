// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/template.h"

#include "engine/base/trimmed.h"

#include <algorithm>

namespace lapilli {
namespace {

using Role = Message::Role;
using Kind = PromptPart::Kind;
using Style = ChatTemplate::Style;

/// A prompt under construction; neighbouring parts of one kind are joined.
class PromptBuilder {
 public:
  void add(Kind kind, std::string_view text) {
    if (kind != Kind::kImage && text.empty()) return;
    if (kind != Kind::kImage && !prompt_.empty() && prompt_.back().kind == kind) {
      prompt_.back().text += text;
    } else {
      prompt_.push_back({kind, std::string(text)});
    }
  }
  void own(std::string_view text) { add(Kind::kTemplate, text); }
  void append(const Prompt& parts) {
    for (const PromptPart& part : parts) add(part.kind, part.text);
  }
  [[nodiscard]] Prompt take() { return std::move(prompt_); }

 private:
  Prompt prompt_;
};

/// A message whose pictures have found their places.
struct Turn {
  Role role;
  Prompt content;
};

Prompt plain(std::string_view text) {
  PromptBuilder builder;
  builder.add(Kind::kPlainText, text);
  return builder.take();
}

// The text with its marks as pictures, whatever their number.
Prompt with_pictures(const std::string& text) {
  Prompt prompt = prompt_from_text(text);
  for (PromptPart& part : prompt) {
    if (part.kind == Kind::kTemplate) part.kind = Kind::kPlainText;
  }
  return prompt;
}

std::string without_marks(const Prompt& prompt) {
  std::string text;
  for (const PromptPart& part : prompt) text += part.text;
  return std::string(trimmed(text));
}

int image_marks(const Prompt& prompt) {
  return static_cast<int>(std::count_if(prompt.begin(), prompt.end(),
                                        [](const PromptPart& part) { return part.kind == Kind::kImage; }));
}

std::vector<Turn> place_pictures(const ChatTemplate& chat_template, const Message& message) {
  if (message.images <= 0) return {{message.role, plain(message.text)}};
  const Prompt written = with_pictures(message.text);
  if (image_marks(written) == message.images) return {{message.role, written}};
  const std::string words = without_marks(written);
  PromptBuilder pictures;
  for (int i = 0; i < message.images; ++i) {
    if (chat_template.pictures_as_exchange) pictures.own("<Image>");
    pictures.add(Kind::kImage, {});
    pictures.own(chat_template.pictures_as_exchange ? "</Image>" : "\n");
  }
  if (!chat_template.pictures_as_exchange) {
    pictures.add(Kind::kPlainText, words);
    return {{message.role, pictures.take()}};
  }
  return {{Role::kUser, pictures.take()},
          {Role::kAssistant, {{Kind::kTemplate, "Received."}}},
          {message.role, plain(words)}};
}

std::vector<Turn> turns_of(const ChatTemplate& chat_template, const Conversation& conversation) {
  std::vector<Turn> turns;
  for (size_t i = 0; i < conversation.messages.size(); ++i) {
    const Message& message = conversation.messages[i];
    if (message.role != (i % 2 == 0 ? Role::kUser : Role::kAssistant)) {
      throw Error(
          ErrorCode::kInvalidArgument,
          text("message ", i + 1, " is out of turn: a chat starts with the user and the roles alternate"));
    }
    const std::vector<Turn> placed = place_pictures(chat_template, message);
    turns.insert(turns.end(), placed.begin(), placed.end());
  }
  if (turns.size() % 2 == 1) turns.push_back({Role::kAssistant, {}});
  return turns;
}

struct Renderer {
  const ChatTemplate& chat_template;
  PromptBuilder out = {};

  void system_text(const std::optional<std::string>& replacement) {
    if (replacement && replacement->empty()) return;
    out.own(chat_template.system_prefix);
    if (replacement) {
      out.add(Kind::kPlainText, *replacement);
    } else {
      out.own(chat_template.system);
    }
  }

  void system_block(const std::optional<std::string>& replacement) {
    const bool none = replacement ? replacement->empty() : chat_template.system.empty();
    if (none) return;
    system_text(replacement);
    out.own(chat_template.separator);
  }

  // An empty message leaves the slot after the role's name open, as the original does.
  void named_turn(const Turn& turn) {
    const bool user = turn.role == Role::kUser;
    out.own(user ? chat_template.user : chat_template.assistant);
    const bool colon = chat_template.style != Style::kMpt;
    if (turn.content.empty()) return out.own(colon ? ":" : "");
    out.own(colon ? ": " : "");
    out.append(turn.content);
    const bool second = chat_template.style == Style::kTwo && !user;
    out.own(second ? chat_template.separator2 : chat_template.separator);
  }

  void plain_turn(const Turn& turn) {
    if (turn.content.empty()) return;
    out.append(turn.content);
    out.own(turn.role == Role::kUser ? chat_template.separator : chat_template.separator2);
  }

  void llama2_turn(const Turn& turn, bool first, const std::optional<std::string>& system) {
    if (turn.role == Role::kAssistant) {
      if (turn.content.empty()) return;
      out.own(" ");
      out.append(turn.content);
      out.own(" ");
      return out.own(chat_template.separator2);
    }
    // The original strips the separator from the front of the whole: the tokenizer adds that token itself.
    if (!first) out.own(chat_template.separator);
    out.own("[INST] ");
    if (first && !(system ? system->empty() : chat_template.system.empty())) {
      out.own("<<SYS>>\n");
      system_text(system);
      out.own("\n<</SYS>>\n\n");
    }
    out.append(turn.content);
    out.own(" [/INST]");
  }
};

}  // namespace

std::string remark_on_marks(const Message& message) {
  const int marks = image_marks(prompt_from_text(message.text));
  if (marks == 0 || marks == message.images) return {};
  const std::string has =
      text("The message says ", kImageMark, marks == 1 ? " once" : text(" ", marks, " times"));
  if (message.images <= 0) return has + " and has no picture: it is read as a word.";
  return text(has, " and has ", message.images, message.images == 1 ? " picture" : " pictures",
              ": the marks were left out, and pictures put in front.");
}

Prompt render(const ChatTemplate& chat_template, const Conversation& conversation) {
  Renderer renderer{chat_template};
  const std::vector<Turn> turns = turns_of(chat_template, conversation);
  const Style style = chat_template.style;
  if (style == Style::kPlain) {
    renderer.system_text(conversation.system);
  } else if (style != Style::kLlama2) {
    renderer.system_block(conversation.system);
  }
  for (size_t i = 0; i < turns.size(); ++i) {
    if (style == Style::kPlain) {
      renderer.plain_turn(turns[i]);
    } else if (style == Style::kLlama2) {
      renderer.llama2_turn(turns[i], i == 0, conversation.system);
    } else {
      renderer.named_turn(turns[i]);
    }
  }
  return renderer.out.take();
}

}  // namespace lapilli
