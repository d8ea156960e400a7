// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/template.h"

#include <optional>

namespace lapilli {

/// Leaves out the oldest exchange (a user's message and its answer) of a conversation that has more than one;
/// its pictures move to the next user's message, so that they stay. Nothing when only one user's message is
/// left.
std::optional<Conversation> without_oldest_exchange(const Conversation& conversation);

}  // namespace lapilli
