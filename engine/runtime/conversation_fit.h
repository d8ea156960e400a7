// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/template.h"

#include <cstddef>
#include <functional>

namespace lapilli {

/// The tokens a conversation's prompt takes; throws what rendering it throws.
using MeasureConversation = std::function<size_t(const Conversation&)>;

/// A conversation without its oldest exchanges (a user's message and its answer each); their pictures move to
/// the next user's message, so that they stay. Precondition: a message is left.
[[nodiscard]] Conversation without_oldest_exchanges(const Conversation& conversation, size_t exchanges);

/// What of a conversation goes into the context.
struct FittedConversation {
  Conversation conversation;
  size_t left_out = 0;        ///< oldest exchanges that are not in it
  size_t newly_left_out = 0;  ///< of them, left out by this call
};

/// Leaves out the oldest exchanges of a conversation that is too long, and remembers them: later turns of the
/// same conversation begin where this one does, so that what the cache holds of it stays of use.
///
/// Whatever is left out is enough to free half of what earlier turns may take, so it happens seldom.
class ConversationFit {
 public:
  /// Fits `whole` and `room` more tokens into a context. When leaving out everything but the last message is
  /// not enough, that message is returned. Throws what `measure` throws.
  [[nodiscard]] FittedConversation fit(const Conversation& whole, size_t context, size_t room,
                                       const MeasureConversation& measure);

 private:
  /// Exchanges of `whole` that were left out before.
  [[nodiscard]] size_t remembered(const Conversation& whole) const;

  Conversation left_out_;
};

}  // namespace lapilli
