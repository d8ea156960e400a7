// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/batch.h"
#include "training/dataset.h"
#include "training/picture_loader.h"
#include "training/sampler.h"

#include <deque>

namespace lapilli::training {

/// The records of one update as samples, their pictures on the way.
struct PreparedUpdate {
  std::vector<Sample> samples;
  uint64_t labels = 0;
  uint64_t positions = 0;
  DataPosition after;  ///< where the data stand when it is done
};

/// Makes samples of records one update ahead, so that pictures are decoded while the device computes. Used by
/// one thread; dataset, tokenizer and loader outlive it.
class PreparedUpdates {
 public:
  /// `records` are the dataset's indices that the sampler deals.
  PreparedUpdates(const Dataset& dataset, const Tokenizer& tokenizer, std::vector<uint32_t> records,
                  Sampler sampler, const SampleOptions& options, PictureLoader& loader);

  /// The next update. Pictures of its samples, in order, are the loader's next ones. Throws what reading a
  /// record gives, kBadFile where no record of an update has anything to learn.
  [[nodiscard]] PreparedUpdate next();

  [[nodiscard]] size_t updates_per_epoch() const { return sampler_.updates_per_epoch(); }

 private:
  void prepare();

  const Dataset& dataset_;
  const Tokenizer& tokenizer_;
  std::vector<uint32_t> records_;
  Sampler sampler_;
  SampleOptions options_;
  PictureLoader& loader_;
  std::deque<PreparedUpdate> ready_;
};

}  // namespace lapilli::training
