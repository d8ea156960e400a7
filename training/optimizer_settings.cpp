// SPDX-License-Identifier: Apache-2.0
#include "training/optimizer_settings.h"

#include <cmath>

namespace lapilli::training {

std::map<std::string, ops::AdamwSettings> optimizer_settings(const Recipe& recipe,
                                                             std::span<const Parameter> parameters,
                                                             uint64_t applied, double rate_factor,
                                                             double gradient_factor) {
  const Recipe::Optimizer& optimizer = recipe.optimizer;
  const auto t = static_cast<double>(applied + 1);
  std::map<std::string, ops::AdamwSettings> groups;
  for (const Parameter& parameter : parameters) {
    double rate = recipe.learning_rate;
    if (parameter.group.starts_with("projector")) rate = recipe.projector_learning_rate.value_or(rate);
    if (parameter.group.starts_with("tower")) rate = recipe.tower_learning_rate.value_or(rate);
    const bool decays = parameter.group.ends_with("_decay");
    groups[parameter.group] = {.learning_rate = static_cast<float>(rate * rate_factor),
                               .complement1 = static_cast<float>(1 - optimizer.beta1),
                               .complement2 = static_cast<float>(1 - optimizer.beta2),
                               .epsilon = static_cast<float>(optimizer.epsilon),
                               .weight_decay = static_cast<float>(decays ? optimizer.weight_decay : 0),
                               .correction1 = static_cast<float>(1 - std::pow(optimizer.beta1, t)),
                               .correction2 = static_cast<float>(1 - std::pow(optimizer.beta2, t)),
                               .gradient_factor = static_cast<float>(gradient_factor)};
  }
  return groups;
}

}  // namespace lapilli::training
