// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/conversation_fit.h"

#include "engine/base/error.h"

#include <algorithm>

namespace lapilli {
namespace {

size_t exchanges_before_the_last(const Conversation& conversation) {
  return conversation.messages.empty() ? 0 : (conversation.messages.size() - 1) / 2;
}

}  // namespace

Conversation without_oldest_exchanges(const Conversation& conversation, size_t exchanges) {
  const std::vector<Message>& messages = conversation.messages;
  LAPILLI_ASSERT(exchanges == 0 || 2 * exchanges < messages.size());
  const auto first = messages.begin() + static_cast<ptrdiff_t>(2 * exchanges);
  Conversation shorter{.system = conversation.system, .messages = {first, messages.end()}};
  for (auto message = messages.begin(); message != first; ++message)
    shorter.messages.front().images += message->images;
  return shorter;
}

size_t ConversationFit::remembered(const Conversation& whole) const {
  const std::vector<Message>& before = left_out_.messages;
  const bool same = left_out_.system == whole.system && before.size() < whole.messages.size() &&
                    std::equal(before.begin(), before.end(), whole.messages.begin());
  return same ? before.size() / 2 : 0;
}

FittedConversation ConversationFit::fit(const Conversation& whole, size_t context, size_t room,
                                        const MeasureConversation& measure) {
  const size_t known = remembered(whole);
  size_t most = exchanges_before_the_last(whole);
  const auto size_without = [&](size_t exchanges) {
    return measure(without_oldest_exchanges(whole, exchanges));
  };
  if (size_without(known) + room <= context || known == most)
    return {without_oldest_exchanges(whole, known), known, 0};

  const size_t least_size = std::min(size_without(most), context);
  const size_t target = std::min(context - std::min(room, context), least_size + (context - least_size) / 2);
  for (size_t least = known + 1; least < most;) {
    const size_t middle = least + (most - least) / 2;
    if (size_without(middle) <= target) {
      most = middle;
    } else {
      least = middle + 1;
    }
  }
  const auto end = whole.messages.begin() + static_cast<ptrdiff_t>(2 * most);
  left_out_ = {.system = whole.system, .messages = {whole.messages.begin(), end}};
  return {without_oldest_exchanges(whole, most), most, most - known};
}

}  // namespace lapilli
