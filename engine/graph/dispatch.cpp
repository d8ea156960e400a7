// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/dispatch.h"

#include "engine/base/bytes.h"
#include "engine/base/error.h"

namespace lapilli {

GroupCount fold_groups(uint64_t count) {
  constexpr uint64_t kMaxGroups = 65535;
  LAPILLI_ASSERT(count > 0 && count <= kMaxGroups * kMaxGroups);
  if (count <= kMaxGroups) return {static_cast<uint32_t>(count), 1, 1};
  const uint64_t y = divide_up(count, kMaxGroups);
  return {static_cast<uint32_t>(divide_up(count, y)), static_cast<uint32_t>(y), 1};
}

}  // namespace lapilli
