// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/ops/ops.h"

#include <map>
#include <string>

namespace lapilli {

/// A low-rank update of a weight [out, in] that is not merged into it: y += scale · (dropout(x) · aᵀ) · bᵀ.
/// Source: Hu et al. 2021; scale is alpha/rank, as PEFT has it.
struct LowRank {
  Tensor a;  // [rank, in]
  Tensor b;  // [out, rank]
  float scale = 1.0f;
};

/// Names of an update's matrices among a model's weights.
[[nodiscard]] std::string lora_a(const std::string& weight);  ///< [rank, in]
[[nodiscard]] std::string lora_b(const std::string& weight);  ///< [out, rank]

/// The updates of a graph's weights.
struct Adapters {
  std::map<TensorId, LowRank> by_weight;
  double dropout = 0;  ///< share of x that is left out, another one for every weight
  Tensor seed = {};    ///< i32 [1]; needed with dropout
};

/// ops::linear with the weight's update, if it has one. `adapters` may be null.
Tensor adapted_linear(Tensor x, Tensor weight, const Adapters* adapters,
                      const ops::LinearOperands& more = {});

}  // namespace lapilli
