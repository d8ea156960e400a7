// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace lapilli::test {

struct LifeEnd {
  bool killed = false;
  int exit_code = -1;  ///< where it ended by itself
};

/// Runs `work`, which ends the process, in a child of its own. The child is killed as by `kill -9` at one of
/// its calls of the system, `moment` counting two for each of them: before it and behind it. These are the
/// moments between which nothing changes for others, and how busy the machine is moves none of them. Without
/// one the child ends by itself. Throws Error where the system lets nobody follow a child's calls.
[[nodiscard]] LifeEnd live(const std::function<void()>& work, std::optional<uint64_t> moment = {});

}  // namespace lapilli::test
