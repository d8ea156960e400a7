// SPDX-License-Identifier: Apache-2.0
#include "engine/model/projector.h"

namespace lapilli {

void for_each_weight(ProjectorWeights& weights, const ModelConfig& config, const WeightVisitor& visit) {
  for (size_t layer = 0; layer < weights.layers.size(); ++layer) {
    const uint32_t in = layer == 0 ? config.vision->dim : config.language.dim;
    const std::string prefix = text("projector.", layer, '.');
    visit({prefix + "weight", {config.language.dim, in}, WeightKind::kMatrix, "projector"},
          weights.layers[layer].weight);
    visit({prefix + "bias", {config.language.dim}, WeightKind::kVector, "projector"},
          weights.layers[layer].bias);
  }
}

Tensor projector(Tensor rows, const ProjectorWeights& weights) {
  const Graph::Scope scope(rows.graph(), "projector");
  for (size_t layer = 0; layer < weights.layers.size(); ++layer) {
    const bool last = layer + 1 == weights.layers.size();
    rows = ops::linear(rows, weights.layers[layer].weight,
                       {.bias = weights.layers[layer].bias,
                        .activation = last ? ops::Activation::kNone : ops::Activation::kGeluErf});
  }
  return rows;
}

}  // namespace lapilli
