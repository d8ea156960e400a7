// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/checkpoint.h"

namespace lapilli::training {

/// The factor that keeps f16 gradients from vanishing: a recipe's own, or found while running: halved when
/// gradients overflow, doubled after two thousand updates without. 1 for other precisions.
class LossScale {
 public:
  LossScale(const Recipe& recipe, const Progression& start)
      : fixed_(recipe.precision != Precision::kF16 || recipe.loss_scale != 0),
        value_(recipe.precision != Precision::kF16 ? 1.0
               : recipe.loss_scale != 0            ? recipe.loss_scale
               : start.updates == 0                ? 65536.0
                                                   : start.loss_scale),
        clean_(start.clean_updates) {}

  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] uint64_t clean_updates() const { return clean_; }

  /// After an update whose gradients were finite.
  void succeeded() {
    constexpr uint64_t kPatience = 2000;
    if (++clean_ % kPatience == 0 && !fixed_) value_ *= 2;
  }

  /// After one whose gradients were not: true when a smaller scale may help.
  [[nodiscard]] bool reduce() {
    clean_ = 0;
    if (fixed_ || value_ <= 1.0) return false;
    value_ /= 2;
    return true;
  }

 private:
  bool fixed_;
  double value_;
  uint64_t clean_;
};

}  // namespace lapilli::training
