// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/lane.h"

#include "engine/runtime/prompt.h"

#include <algorithm>
#include <map>

namespace lapilli {
namespace {

/// A lone row is taken for one of decoding, whose kernels may add in another order than those of prompts:
/// what a prompt gives must not depend on how much of it a lane held before.
constexpr size_t kLeastNewRows = 2;

}  // namespace

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

PictureMemory::PictureMemory(uint32_t slots, std::function<void(std::span<const SlotPixels>)> encode)
    : encode_(std::move(encode)) {
  for (uint32_t slot = 0; slot < slots; ++slot) entries_.push_back({0, slot});
}

std::optional<std::list<PictureMemory::Entry>::iterator> PictureMemory::least_used(
    std::span<const uint32_t> in_use) {
  for (auto entry = entries_.end(); entry != entries_.begin();) {
    --entry;
    if (std::find(in_use.begin(), in_use.end(), entry->slot) == in_use.end()) return entry;
  }
  return std::nullopt;
}

std::optional<std::vector<uint32_t>> PictureMemory::slots_of(std::span<const Picture* const> pictures,
                                                             std::span<const uint32_t> in_use) {
  std::vector<uint32_t> busy(in_use.begin(), in_use.end());
  const auto take = [&](std::list<Entry>::iterator entry) {
    busy.push_back(entry->slot);
    entries_.splice(entries_.begin(), entries_, entry);
  };
  const auto entry_of = [&](uint64_t picture) {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](const Entry& entry) { return entry.picture == picture; });
  };
  for (const Picture* picture : pictures) {
    if (const auto entry = entry_of(picture->id); entry != entries_.end()) take(entry);
  }
  std::map<uint64_t, SlotPixels> missing;
  for (const Picture* picture : pictures) {
    if (entry_of(picture->id) != entries_.end() || missing.contains(picture->id)) continue;
    const auto entry = least_used(busy);
    if (!entry) return std::nullopt;
    (*entry)->picture = 0;  // what it held is gone even when encoding is stopped half-way
    missing[picture->id] = {picture->pixels, (*entry)->slot};
    take(*entry);
  }
  std::vector<SlotPixels> to_encode;
  for (const auto& [id, pixels] : missing) to_encode.push_back(pixels);
  if (!to_encode.empty()) encode_(to_encode);
  encoded_ += to_encode.size();
  for (Entry& entry : entries_) {
    for (const auto& [id, pixels] : missing) {
      if (pixels.slot == entry.slot) entry.picture = id;
    }
  }
  std::vector<uint32_t> slots;
  for (const Picture* picture : pictures) slots.push_back(entry_of(picture->id)->slot);
  return slots;
}

std::optional<uint32_t> PictureMemory::slot_of(const Picture& picture, std::span<const uint32_t> in_use) {
  const Picture* only = &picture;
  const auto slots = slots_of(std::span(&only, 1), in_use);
  if (!slots) return std::nullopt;
  return slots->front();
}

size_t Lane::common_with(std::span<const SequenceItem> prompt) const {
  const auto common =
      std::mismatch(items_.begin(), items_.end(), prompt.begin(), prompt.end()).first - items_.begin();
  // The last position is always computed: its logits are wanted.
  const size_t reused =
      std::min(static_cast<size_t>(common), prompt.size() - std::min(prompt.size(), kLeastNewRows));
  return reused < kLeastNewRows ? 0 : reused;  // a lone one was computed alone
}

size_t Lane::set_prompt(std::span<const SequenceItem> prompt, std::span<const Picture> available,
                        std::stop_token stop, const std::function<void(size_t, size_t)>& on_progress) {
  LAPILLI_ASSERT(!prompt.empty());
  const size_t reused = common_with(prompt);
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
  return reused;
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

/// Several prompts on their way to their lanes.
class PromptBatch {
 public:
  PromptBatch(Evaluator& evaluator, std::span<const LanePrompt> prompts, std::stop_token stop)
      : evaluator_(evaluator), prompts_(prompts), stop_(std::move(stop)) {}

  /// How many positions each lane holds already.
  [[nodiscard]] std::vector<size_t> reused() const {
    std::vector<size_t> result;
    for (const LanePrompt& prompt : prompts_) {
      LAPILLI_ASSERT(!prompt.items.empty());
      result.push_back(prompt.lane->common_with(prompt.items));
    }
    return result;
  }

  void hold_pictures(PictureMemory& memory) {
    std::vector<const Picture*> wanted;
    for (const LanePrompt& prompt : prompts_) {
      const auto rest = prompt.items.subspan(prompt.lane->common_with(prompt.items));
      for (const Picture& picture : prompt.available) {
        const auto names_it = [&](const SequenceItem& item) {
          return item.id < 0 && item.picture == picture.id;
        };
        if (std::any_of(rest.begin(), rest.end(), names_it)) wanted.push_back(&picture);
      }
    }
    if (wanted.empty()) return;
    const auto slots = memory.slots_of(wanted, {});
    LAPILLI_ASSERT(slots);
    for (size_t index = 0; index < wanted.size(); ++index) slots_[wanted[index]->id] = (*slots)[index];
  }

  /// What all prompts begin with: computed on the lane that has most of it, copied to the others.
  void share_beginning() {
    size_t common = most_shared(prompts_.front());
    const LanePrompt* leader = &prompts_.front();
    for (const LanePrompt& prompt : prompts_) {
      const auto& first = prompts_.front().items;
      const auto end =
          std::mismatch(first.begin(), first.end(), prompt.items.begin(), prompt.items.end()).first;
      common = std::min({common, static_cast<size_t>(end - first.begin()), most_shared(prompt)});
      if (prompt.lane->common_with(prompt.items) > leader->lane->common_with(leader->items)) leader = &prompt;
    }
    if (prompts_.size() == 1 || common < kLeastNewRows) return;
    if (leader->lane->common_with(leader->items) < common) {
      std::vector<SequenceItem>& held = leader->lane->items_;
      held.resize(std::min(leader->lane->common_with(leader->items), common - kLeastNewRows));
      add_rows(*leader, common);
      evaluate({}, StepResults::kBestIds);
    }
    for (const LanePrompt& prompt : prompts_) {
      if (prompt.lane->common_with(prompt.items) >= common) continue;
      evaluator_.copy_lane(static_cast<uint32_t>(leader->lane->index()),
                           static_cast<uint32_t>(prompt.lane->index()), static_cast<uint32_t>(common));
      prompt.lane->items_.assign(prompt.items.begin(), prompt.items.begin() + static_cast<ptrdiff_t>(common));
    }
  }

  void evaluate_rest(StepResults results) {
    std::vector<uint32_t> last_rows;
    for (const LanePrompt& prompt : prompts_) {
      add_rows(prompt, prompt.items.size());
      last_rows.push_back(static_cast<uint32_t>(rows_.size()) - 1);
    }
    evaluate(last_rows, results);
  }

 private:
  /// Positions of a prompt that need not be its lane's own.
  static size_t most_shared(const LanePrompt& prompt) {
    return prompt.items.size() - std::min(prompt.items.size(), kLeastNewRows);
  }

  /// The positions of a prompt that its lane does not hold yet, before `end`.
  void add_rows(const LanePrompt& prompt, size_t end) {
    prompt.lane->items_.resize(prompt.lane->common_with(prompt.items));
    for (size_t position = prompt.lane->length(); position < end; ++position) {
      const SequenceItem& item = prompt.items[position];
      StepRow row{.id = item.id,
                  .position = static_cast<int32_t>(position),
                  .lane = prompt.lane->index(),
                  .image_row = -1};
      if (item.id < 0) row.image_row = evaluator_.image_row(slots_.at(item.picture), item.row);
      rows_.push_back(row);
      owners_.push_back(&prompt);
    }
  }

  void evaluate(std::span<const uint32_t> logit_rows, StepResults results) {
    size_t known = 0;
    evaluator_.evaluate(
        rows_, logit_rows, stop_,
        [&](size_t done) {
          for (; known < done; ++known) {
            const auto position = static_cast<size_t>(rows_[known].position);
            owners_[known]->lane->items_.push_back(owners_[known]->items[position]);
          }
        },
        results);
    rows_.clear();
    owners_.clear();
  }

  Evaluator& evaluator_;
  std::span<const LanePrompt> prompts_;
  std::stop_token stop_;
  std::map<uint64_t, uint32_t> slots_;  // of pictures, by id
  std::vector<StepRow> rows_;
  std::vector<const LanePrompt*> owners_;  // of rows_
};

std::vector<size_t> set_prompts(Evaluator& evaluator, PictureMemory& pictures,
                                std::span<const LanePrompt> prompts, StepResults results,
                                std::stop_token stop) {
  LAPILLI_ASSERT(!prompts.empty());
  PromptBatch batch(evaluator, prompts, std::move(stop));
  std::vector<size_t> reused = batch.reused();
  batch.hold_pictures(pictures);
  batch.share_beginning();
  batch.evaluate_rest(results);
  return reused;
}

}  // namespace lapilli
