// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/clip_vision.h"

#include <vector>

namespace lapilli {

struct ProjectorWeights {
  explicit ProjectorWeights(const ModelConfig& config) : layers(config.projector.layers) {}
  std::vector<LinearWeights> layers;  // [language dim, vision dim], then [language dim, language dim]
};

/// Precondition: config.vision is present.
void for_each_weight(ProjectorWeights& weights, const ModelConfig& config, const WeightVisitor& visit);

/// Linear layers with exact (erf) GELU between them: [rows, vision dim] → [rows, language dim].
Tensor projector(Tensor rows, const ProjectorWeights& weights);

}  // namespace lapilli
