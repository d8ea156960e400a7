// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/lane.h"

#include "engine/runtime/prompt.h"

#include <algorithm>

namespace lapilli {

std::vector<SequenceItem> expand_prompt(std::span<const int32_t> ids, std::span<const Picture> pictures,
                                        uint32_t rows_per_picture) {
  const auto marks = static_cast<size_t>(std::count(ids.begin(), ids.end(), kImageToken));
  if (marks != pictures.size()) {
    throw Error(ErrorCode::kInvalidArgument,
                text("the prompt has room for ", marks, " pictures, ", pictures.size(), " were given"));
  }
  std::vector<SequenceItem> items;
  items.reserve(ids.size() + pictures.size() * rows_per_picture);
  size_t next_picture = 0;
  for (const int32_t id : ids) {
    if (id != kImageToken) {
      items.push_back({id, 0, 0});
      continue;
    }
    const uint64_t picture = pictures[next_picture++].id;
    for (uint32_t row = 0; row < rows_per_picture; ++row) items.push_back({-1, picture, row});
  }
  return items;
}

PictureMemory::PictureMemory(uint32_t slots, std::function<void(const Picture&, uint32_t)> encode)
    : encode_(std::move(encode)) {
  for (uint32_t slot = 0; slot < slots; ++slot) entries_.push_back({0, slot});
}

std::optional<uint32_t> PictureMemory::slot_of(const Picture& picture, std::span<const uint32_t> in_use) {
  const auto to_front = [&](std::list<Entry>::iterator entry) {
    entries_.splice(entries_.begin(), entries_, entry);
    return entries_.front().slot;
  };
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->picture == picture.id) return to_front(entry);
  }
  for (auto entry = entries_.end(); entry != entries_.begin();) {
    --entry;
    if (std::find(in_use.begin(), in_use.end(), entry->slot) != in_use.end()) continue;
    entry->picture = 0;  // what it held is gone even when encoding is stopped half-way
    encode_(picture, entry->slot);
    entry->picture = picture.id;
    ++encoded_;
    return to_front(entry);
  }
  return std::nullopt;
}

PromptWork Lane::set_prompt(std::span<const SequenceItem> prompt, std::span<const Picture> available,
                            std::stop_token stop, const std::function<void(size_t, size_t)>& on_progress) {
  LAPILLI_ASSERT(!prompt.empty());
  const auto common =
      std::mismatch(items_.begin(), items_.end(), prompt.begin(), prompt.end()).first - items_.begin();
  // The last position is always computed: its logits are wanted.
  const size_t reused = std::min(static_cast<size_t>(common), prompt.size() - 1);
  items_.resize(reused);

  rows_.clear();
  std::vector<uint32_t> slots_in_use;
  const auto flush = [&](bool last) {
    const size_t base = items_.size();
    const uint32_t last_row = static_cast<uint32_t>(rows_.size()) - 1;
    evaluator_->evaluate(
        rows_, last ? std::span(&last_row, 1) : std::span<const uint32_t>(), stop,
        [&](size_t done) {
          items_.insert(items_.end(), prompt.begin() + static_cast<ptrdiff_t>(items_.size()),
                        prompt.begin() + static_cast<ptrdiff_t>(base + done));
          if (on_progress) on_progress(items_.size() - reused, prompt.size() - reused);
        },
        results_);
    rows_.clear();
    slots_in_use.clear();
  };
  for (size_t position = reused; position < prompt.size(); ++position) {
    const SequenceItem& item = prompt[position];
    StepRow row{.id = item.id, .position = static_cast<int32_t>(position), .lane = index_, .image_row = -1};
    if (item.id < 0) {
      const auto picture = std::find_if(available.begin(), available.end(),
                                        [&](const Picture& p) { return p.id == item.picture; });
      LAPILLI_ASSERT(picture != available.end());
      auto slot = pictures_->slot_of(*picture, slots_in_use);
      if (!slot) {
        flush(false);
        slot = pictures_->slot_of(*picture, slots_in_use);
      }
      if (std::find(slots_in_use.begin(), slots_in_use.end(), *slot) == slots_in_use.end())
        slots_in_use.push_back(*slot);
      row.image_row = evaluator_->image_row(*slot, item.row);
    }
    rows_.push_back(row);
  }
  flush(true);
  return {reused, prompt.size() - reused};
}

StepRow Lane::row_of(int32_t id) const {
  return {.id = id, .position = static_cast<int32_t>(items_.size()), .lane = index_, .image_row = -1};
}

void Lane::append(int32_t id, std::stop_token stop) {
  const StepRow row = row_of(id);
  const uint32_t only = 0;
  evaluator_->evaluate(std::span(&row, 1), std::span(&only, 1), stop, {}, results_);
  appended(id);
}

}  // namespace lapilli
