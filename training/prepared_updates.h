// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/batch.h"
#include "training/dataset.h"
#include "training/picture_feed.h"
#include "training/sampler.h"

#include <deque>

namespace lapilli::training {

/// The records of one update as samples, their pictures on the way.
struct PreparedUpdate {
  std::vector<Sample> samples;
  uint64_t labels = 0;  ///< 0: there is nothing to learn, and no picture is on its way
  uint64_t positions = 0;
  DataPosition after;  ///< where the data stand when it is done
};

/// The part of an update's records that a rank takes: chunks of as many as it takes at once, in turn with the
/// other ranks.
struct RankShare {
  size_t micro = 1;
  uint32_t rank = 0;
  uint32_t ranks = 1;

  [[nodiscard]] bool takes(size_t record) const { return record / micro % ranks == rank; }
};

/// Makes samples of records one update ahead, so that pictures are decoded while the device computes. Used by
/// one thread; dataset, tokenizer and pictures outlive it.
class PreparedUpdates {
 public:
  /// `records` are the dataset's indices that the sampler deals.
  PreparedUpdates(const Dataset& dataset, const Tokenizer& tokenizer, std::vector<uint32_t> records,
                  Sampler sampler, const SampleOptions& options, const RankShare& share,
                  PictureFeed& pictures);

  /// The next update. Pictures of the share's samples, in order, are the feed's next ones. Throws what
  /// reading a record gives, kBadFile where a whole epoch's updates had nothing to learn.
  [[nodiscard]] PreparedUpdate next();

  [[nodiscard]] size_t updates_per_epoch() const { return sampler_.updates_per_epoch(); }

 private:
  void prepare();

  const Dataset& dataset_;
  const Tokenizer& tokenizer_;
  std::vector<uint32_t> records_;
  Sampler sampler_;
  SampleOptions options_;
  RankShare share_;
  PictureFeed& pictures_;
  std::deque<PreparedUpdate> ready_;
  size_t empty_in_a_row_ = 0;  // updates without anything to learn
};

}  // namespace lapilli::training
