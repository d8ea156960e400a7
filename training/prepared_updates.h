// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/batch.h"
#include "training/dataset.h"
#include "training/picture_feed.h"
#include "training/sampler.h"

#include <deque>
#include <filesystem>
#include <future>

namespace lapilli::training {

/// One update: this rank's share of its records as samples, their pictures on the way, and what all ranks
/// learn.
struct PreparedUpdate {
  /// In the order in which their pictures come; the longest first, so that little is padding.
  std::vector<std::vector<Sample>> micro_steps;
  uint64_t labels = 0;  ///< 0: there is nothing to learn, and no picture is on its way
  uint64_t positions = 0;
  uint64_t pictures = 0;
  DataPosition after;  ///< where the data stand when it is done
};

/// The part of an update's records that a rank takes: chunks of the most it takes at once, in turn with the
/// other ranks.
struct RankShare {
  size_t micro = 1;
  uint32_t rank = 0;
  uint32_t ranks = 1;

  [[nodiscard]] bool takes(size_t record) const { return record / micro % ranks == rank; }
};

/// Makes samples of records ahead, on a thread of its own, and has their pictures decoded while the device
/// computes the update before. Used by one thread; dataset and tokenizer are read by the other as well, and
/// outlive it, as pictures do.
class PreparedUpdates {
 public:
  /// `records` are the dataset's indices that the sampler deals.
  PreparedUpdates(const Dataset& dataset, const Tokenizer& tokenizer, std::vector<uint32_t> records,
                  Sampler sampler, const SampleOptions& options, const RankShare& share,
                  PictureFeed& pictures);

  PreparedUpdates(const PreparedUpdates&) = delete;  // its thread knows where it is
  PreparedUpdates& operator=(const PreparedUpdates&) = delete;

  /// The next update. Pictures of its samples, in order, are the feed's next ones. Throws what
  /// reading a record gives, kBadFile where a whole epoch's updates had nothing to learn.
  [[nodiscard]] PreparedUpdate next();

  [[nodiscard]] size_t updates_per_epoch() const { return sampler_.updates_per_epoch(); }

 private:
  using Pictures = std::vector<std::filesystem::path>;
  /// A sample, and the pictures that it has places for.
  struct Share {
    Sample sample;
    Pictures pictures;
  };
  struct Made {
    PreparedUpdate update;
    Pictures pictures;  ///< in the order of its micro-steps
  };

  void prepare();
  [[nodiscard]] std::future<Made> start_next();
  [[nodiscard]] Made make();
  void cut(std::vector<Share> shares, Made& made) const;

  const Dataset& dataset_;
  const Tokenizer& tokenizer_;
  std::vector<uint32_t> records_;
  Sampler sampler_;
  SampleOptions options_;
  RankShare share_;
  PictureFeed& pictures_;
  std::deque<PreparedUpdate> ready_;
  size_t empty_in_a_row_ = 0;  // updates without anything to learn
  std::future<Made> made_;  // last: it ends before what it uses goes; sampler and count are its own meanwhile
};

}  // namespace lapilli::training
