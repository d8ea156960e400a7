// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/config.h"
#include "engine/model/weight_list.h"

#include <vector>

namespace lapilli {

struct LayerNormWeights {
  Tensor weight, bias;  // [dim]
};

struct LinearWeights {
  Tensor weight;  // [out, in]
  Tensor bias;    // [out]
};

struct ClipBlock {
  LayerNormWeights norm1;
  LinearWeights wq, wk, wv, wo;  // [dim, dim]
  LayerNormWeights norm2;
  LinearWeights fc1, fc2;  // [ffn, dim], [dim, ffn]
};

struct ClipVisionWeights {
  explicit ClipVisionWeights(const VisionConfig& config) : blocks(config.layers) {}
  Tensor class_embedding;     // [1, dim]
  Tensor patch_embedding;     // [dim, 3·patch·patch]
  Tensor position_embedding;  // [1 + patches, dim]
  LayerNormWeights pre_norm;
  std::vector<ClipBlock> blocks;
};

void for_each_weight(ClipVisionWeights& weights, const VisionConfig& config, const WeightVisitor& visit);

/// The selected hidden state: the output of block config.layers, no norm after it.
///
/// pixels f32 [images, 3, size, size], normalised; row_index i32 [images·rows]: for each encoder row the
/// patch it takes, or −1 for a class row (clip_row_index). Returns [images·rows, dim] of type `activation`,
/// class row first. Source: transformers CLIPVisionTransformer, hidden_states[config.layers].
Tensor clip_vision(Tensor pixels, Tensor row_index, const ClipVisionWeights& weights,
                   const VisionConfig& config, DType activation);

/// The rows that go on to the projector, as an index for gather_rows: all patches, and the class rows where
/// kept.
std::vector<int32_t> clip_selected_rows(const VisionConfig& config, uint32_t images);

/// The row_index of clip_vision.
std::vector<int32_t> clip_row_index(const VisionConfig& config, uint32_t images);

}  // namespace lapilli
