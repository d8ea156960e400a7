// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/guards.h"

#include "engine/base/error.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr uint32_t kQuietNan = 0x7fff7fffu;  // NaN as f32, and as two f16 or bf16

}  // namespace

Guards::Guards(const Plan& plan, const Arena& arena) : arena_(&arena), chunk_bytes_(plan.arena_chunk_bytes) {
  for (uint32_t chunk = 0; chunk < chunk_bytes_.size(); ++chunk) {
    std::vector<Zone> used;
    for (const PlannedStep& step : plan.steps) {
      for (const PlannedBuffer& buffer : step.buffers) {
        if (buffer.external || buffer.space != chunk) continue;
        used.push_back({chunk, buffer.offset_bytes, align_up(buffer.offset_bytes + buffer.size_bytes, 4)});
      }
    }
    std::sort(used.begin(), used.end(), [](const Zone& a, const Zone& b) { return a.begin < b.begin; });
    uint64_t end = 0;
    for (const Zone& zone : used) {
      if (zone.begin > end) zones_.push_back({chunk, end, zone.begin});
      end = std::max(end, zone.end);
    }
    if (chunk_bytes_[chunk] > end) zones_.push_back({chunk, end, chunk_bytes_[chunk]});
  }
}

void Guards::reset() const {
  for (uint32_t chunk = 0; chunk < chunk_bytes_.size(); ++chunk) {
    const auto mapped = arena_->chunk(chunk).mapped();
    for (uint64_t at = 0; at + 4 <= std::min<uint64_t>(mapped.size(), chunk_bytes_[chunk]); at += 4)
      store(&mapped[at], kQuietNan);
  }
}

void Guards::check(std::string_view program) const {
  for (const Zone& zone : zones_) {
    const auto mapped = arena_->chunk(zone.chunk).mapped();
    for (uint64_t at = zone.begin; at + 4 <= std::min<uint64_t>(mapped.size(), zone.end); at += 4) {
      if (load<uint32_t>(&mapped[at]) == kQuietNan) continue;
      throw Error(ErrorCode::kInternal,
                  text("program \"", program, "\" wrote past the end of a value: chunk ", zone.chunk,
                       ", offset ", at, ", ", at - zone.begin, " bytes into a guard zone"));
    }
  }
}

}  // namespace lapilli
