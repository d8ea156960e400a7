// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/conversation_fit.h"

namespace lapilli {

std::optional<Conversation> without_oldest_exchange(const Conversation& conversation) {
  if (conversation.messages.size() < 3) return std::nullopt;
  Conversation shorter = conversation;
  const int images = shorter.messages.front().images;
  shorter.messages.erase(shorter.messages.begin(), shorter.messages.begin() + 2);
  shorter.messages.front().images += images;
  return shorter;
}

}  // namespace lapilli
