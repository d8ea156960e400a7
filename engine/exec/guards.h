// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/arena.h"
#include "engine/graph/plan.h"

#include <string_view>
#include <vector>

namespace lapilli {

/// The bytes of an arena that no step of a plan may write: the guard zones around its values. Used by
/// programs of the `checked` build. Only memory that is mapped is looked at. The arena outlives it.
class Guards {
 public:
  Guards(const Plan& plan, const Arena& arena);

  /// Fills all values with NaN, so that one that is read before it is written is seen.
  void reset() const;

  /// Throws kInternal, naming the program and the place, when a guard zone has changed since reset().
  void check(std::string_view program) const;

 private:
  struct Zone {
    uint32_t chunk;
    uint64_t begin;
    uint64_t end;
  };
  const Arena* arena_;
  std::vector<uint64_t> chunk_bytes_;
  std::vector<Zone> zones_;
};

}  // namespace lapilli
