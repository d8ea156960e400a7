// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/runtime/answer.h"

#include <optional>
#include <string>
#include <vector>

namespace lapilli::cli {

/// A chat in the terminal: messages, pictures, and pictures waiting for the next message.
class TerminalConversation {
 public:
  explicit TerminalConversation(std::optional<std::string> system) : system_(std::move(system)) {}

  void add_picture(Picture picture) { waiting_.push_back(std::move(picture)); }
  [[nodiscard]] size_t waiting() const { return waiting_.size(); }

  /// The request for an answer to `text`, with the waiting pictures.
  [[nodiscard]] AnswerRequest ask(const std::string& text);
  /// Keeps the question and its answer.
  void keep(AnswerRequest asked, const std::string& answer);
  void reset();

 private:
  std::optional<std::string> system_;
  std::vector<Message> messages_;
  std::vector<Picture> pictures_;
  std::vector<Picture> waiting_;
};

}  // namespace lapilli::cli
