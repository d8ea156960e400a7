// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/conversation.h"

namespace lapilli::cli {

AnswerRequest TerminalConversation::ask(const std::string& text) {
  AnswerRequest request;
  request.conversation.system = system_;
  request.conversation.messages = messages_;
  request.conversation.messages.push_back(
      {.role = Message::Role::kUser, .text = text, .images = static_cast<int>(waiting_.size())});
  request.pictures = pictures_;
  request.pictures.insert(request.pictures.end(), waiting_.begin(), waiting_.end());
  return request;
}

void TerminalConversation::keep(AnswerRequest asked, const std::string& answer) {
  messages_ = std::move(asked.conversation.messages);
  messages_.push_back({.role = Message::Role::kAssistant, .text = answer});
  pictures_ = std::move(asked.pictures);
  waiting_.clear();
}

void TerminalConversation::reset() {
  messages_.clear();
  pictures_.clear();
  waiting_.clear();
}

}  // namespace lapilli::cli
