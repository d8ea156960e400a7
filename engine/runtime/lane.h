// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/evaluator.h"
#include "engine/runtime/picture.h"

#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <stop_token>
#include <vector>

namespace lapilli {

/// One position of a sequence: a token, or a row of a picture.
struct SequenceItem {
  int32_t id = 0;        ///< vocabulary id; −1 for a picture row
  uint64_t picture = 0;  ///< Picture::id of a picture row
  uint32_t row = 0;      ///< row of that picture

  bool operator==(const SequenceItem&) const = default;
};

/// Expands prompt ids (kImageToken for each picture, in order) to one item a position.
/// Throws kInvalidArgument when the number of image tokens differs from the number of pictures.
std::vector<SequenceItem> expand_prompt(std::span<const int32_t> ids, std::span<const Picture> pictures,
                                        uint32_t rows_per_picture);

/// Which pictures are on the device; the least recently used gives way.
class PictureMemory {
 public:
  /// `encode` fills slots.
  PictureMemory(uint32_t slots, std::function<void(std::span<const SlotPixels> pictures)> encode);

  /// The slots of pictures, those that are not there being encoded together; none of `in_use`. Nothing when
  /// there are not enough slots.
  std::optional<std::vector<uint32_t>> slots_of(std::span<const Picture* const> pictures,
                                                std::span<const uint32_t> in_use);
  std::optional<uint32_t> slot_of(const Picture& picture, std::span<const uint32_t> in_use);
  [[nodiscard]] uint64_t encoded() const { return encoded_; }

 private:
  struct Entry {
    uint64_t picture;
    uint32_t slot;
  };
  std::optional<std::list<Entry>::iterator> least_used(std::span<const uint32_t> in_use);

  std::function<void(std::span<const SlotPixels>)> encode_;
  std::list<Entry> entries_;  // most recently used first
  uint64_t encoded_ = 0;
};

/// The sequence that one lane of an evaluator's cache holds. Knows which part of a new prompt is there
/// already.
class Lane {
 public:
  Lane(Evaluator& evaluator, PictureMemory& pictures, int32_t index)
      : evaluator_(&evaluator), pictures_(&pictures), index_(index) {}

  /// Makes the lane hold `prompt`, evaluating only what follows the common beginning; logits(0) of the
  /// evaluator then belong to its last position. `available`: the pictures the items name. `on_progress`
  /// receives positions done and in all. Returns how many positions the lane already held. Throws what
  /// evaluate() throws; the lane then holds what was evaluated.
  size_t set_prompt(std::span<const SequenceItem> prompt, std::span<const Picture> available,
                    std::stop_token stop = {}, const std::function<void(size_t, size_t)>& on_progress = {});

  /// Evaluates one more token; logits(0) belong to it.
  void append(int32_t id, std::stop_token stop = {});

  /// The row that would append a token, for steps that several lanes share; tell appended() once it was
  /// evaluated.
  [[nodiscard]] StepRow row_of(int32_t id) const;
  void appended(int32_t id) { items_.push_back({id, 0, 0}); }

  /// What set_prompt() and append() bring back from now on.
  void set_results(StepResults results) { results_ = results; }

  [[nodiscard]] size_t length() const { return items_.size(); }
  [[nodiscard]] int32_t index() const { return index_; }

 private:
  friend class PromptBatch;
  [[nodiscard]] size_t common_with(std::span<const SequenceItem> prompt) const;

  Evaluator* evaluator_;
  PictureMemory* pictures_;
  int32_t index_;
  StepResults results_ = StepResults::kLogitsAndBestIds;
  std::vector<SequenceItem> items_;  // what the cache holds
  std::vector<StepRow> rows_;        // reused between calls
};

/// A prompt for a lane; all outlives the call.
struct LanePrompt {
  Lane* lane = nullptr;
  std::span<const SequenceItem> items;
  std::span<const Picture> available;  ///< the pictures that the items name
};

/// As set_prompt for each, together: pictures are encoded in batches, what all prompts begin with is
/// evaluated once, and the rest of all in common steps. logits(i) then belong to prompts[i]. Precondition:
/// the lanes differ, and the picture memory has a slot for each picture. Throws what evaluate() throws.
std::vector<size_t> set_prompts(Evaluator& evaluator, PictureMemory& pictures,
                                std::span<const LanePrompt> prompts, StepResults results,
                                std::stop_token stop = {});

}  // namespace lapilli
