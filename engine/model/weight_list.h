// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <functional>
#include <string>
#include <vector>

namespace lapilli {

/// How a weight is kept on the device.
enum class WeightKind {
  kMatrix,      ///< [out, in] or a table of rows: the file's type
  kVector,      ///< norm weights and biases: f32
  kActivation,  ///< added to or mixed with activations: their type
};

/// One weight of a model: its name here, shape, and the part of the model it is placed with ("layer 3").
struct WeightInfo {
  std::string name;
  Shape shape;
  WeightKind kind = WeightKind::kMatrix;
  std::string group = {};
  /// Weights in a row that share this name also exist as one: their rows, one weight's behind another's
  /// ("layers.3.wqkv"). Whether a model's files allow that is seen when it is loaded.
  std::string stack = {};
};

/// Called once for each weight, in the order data flows; `slot` is where the model keeps its handle.
using WeightVisitor = std::function<void(const WeightInfo& info, Tensor& slot)>;

/// The list a visiting function gives, without a graph.
template <class Weights, class Config>
std::vector<WeightInfo> weight_list(const Config& config) {
  std::vector<WeightInfo> list;
  Weights weights(config);
  for_each_weight(weights, config, [&](const WeightInfo& info, Tensor&) { list.push_back(info); });
  return list;
}

}  // namespace lapilli
