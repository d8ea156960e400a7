// SPDX-License-Identifier: Apache-2.0
#include "engine/model/adapters.h"

namespace lapilli {

std::string lora_a(const std::string& weight) {
  return weight + ".lora_a";
}
std::string lora_b(const std::string& weight) {
  return weight + ".lora_b";
}

Tensor adapted_linear(Tensor x, Tensor weight, const Adapters* adapters, const ops::LinearOperands& more) {
  const Tensor y = ops::linear(x, weight, more);
  if (adapters == nullptr) return y;
  const auto found = adapters->by_weight.find(weight.id());
  if (found == adapters->by_weight.end()) return y;
  const LowRank& update = found->second;
  if (adapters->dropout > 0) x = ops::dropout(x, adapters->seed, adapters->dropout, weight.id());
  return ops::linear(ops::scale(ops::linear(x, update.a), update.scale), update.b, {.residual = y});
}

}  // namespace lapilli
