// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/checkpoint.h"

#include <algorithm>
#include <string>

namespace lapilli::training {

/// Tells a run whose loss went up and stays there from one that is merely noisy: losses above factor · mean +
/// 1 (a nat, so that small losses may swing) for as many updates in a row as the recipe says. The mean is
/// over about the last hundred updates that were not above.
class DivergenceWatch {
 public:
  DivergenceWatch(const Recipe::Divergence& rule, const Progression& start)
      : rule_(rule), mean_(start.loss_mean), seen_(start.losses_seen) {}

  void saw(double loss) {
    constexpr uint64_t kWindow = 100, kLeast = 20;
    if (rule_.updates != 0 && seen_ >= kLeast && loss > bound()) {
      ++above_;
      return;
    }
    above_ = 0;
    ++seen_;
    mean_ += (loss - mean_) / static_cast<double>(std::min(seen_, kWindow));
  }

  /// The last loss was above; what was learned since may not be worth keeping.
  [[nodiscard]] bool suspicious() const { return above_ > 0; }
  [[nodiscard]] bool diverged() const { return rule_.updates != 0 && above_ >= rule_.updates; }
  [[nodiscard]] uint64_t above() const { return above_; }
  [[nodiscard]] double bound() const { return rule_.factor * mean_ + 1; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] uint64_t seen() const { return seen_; }

 private:
  Recipe::Divergence rule_;
  double mean_;
  uint64_t seen_;
  uint64_t above_ = 0;
};

/// What a run ends with, of code kInternal; `loss` is that of `update`, `kept` says which checkpoint there is
/// to go on from.
[[nodiscard]] Error not_finite_error(const Recipe& recipe, uint64_t update, double loss,
                                     const std::string& kept);
[[nodiscard]] Error diverged_error(const Recipe& recipe, uint64_t update, double loss,
                                   const DivergenceWatch& watch, const std::string& kept);

}  // namespace lapilli::training
