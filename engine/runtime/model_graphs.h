// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/adapters.h"
#include "engine/model/config.h"

#include <cstdint>
#include <map>
#include <string>

namespace lapilli {

/// The storage type of every weight, and of every stack of weights, by its name in the model.
using WeightTypes = std::map<std::string, TensorType>;

struct GraphOptions {
  DType activation = DType::f32;  ///< f32 or f16: storage of activations and of the cache
  uint32_t context = 4096;        ///< positions a cache lane holds
  uint32_t lanes = 1;
  uint32_t image_slots = 1;       ///< pictures in the picture memory
  uint32_t pictures_at_once = 1;  ///< at most so many are encoded together
  double lora_scale = 1;          ///< alpha / rank of updates that stand beside their weights
};

/// Names of the external tensors that are not weights.
namespace external {
inline constexpr const char* kLiveRows = "live_rows";      // i32 [1]
inline constexpr const char* kIds = "ids";                 // i32 [rows]
inline constexpr const char* kPositions = "positions";     // i32 [rows]
inline constexpr const char* kLanes = "lanes";             // i32 [rows]
inline constexpr const char* kImageIndex = "image_index";  // i32 [rows], row of the picture memory or −1
inline constexpr const char* kLogitIndex = "logit_index";  // i32 [logit rows]
inline constexpr const char* kRopeTable = "rope_table";    // f32 [context, head_dim]
inline constexpr const char* kImageRows =
    "image_rows";                                 // activation [slots·image rows, dim], the picture memory
inline constexpr const char* kLogits = "logits";  // f32 [logit rows, vocab]
inline constexpr const char* kBestIds = "best_ids";                // i32 [logit rows]
inline constexpr const char* kPixels = "pixels";                   // f32 [images, 3, size, size]
inline constexpr const char* kRowIndex = "row_index";              // i32 [encoder rows]
inline constexpr const char* kSelectedRows = "selected_rows";      // i32 [image rows]
inline constexpr const char* kVisionFeatures = "vision_features";  // activation [encoder rows, vision dim]
inline constexpr const char* kProjected = "projected";             // activation [image rows, dim]
std::string keys(uint32_t layer);  // activation [lanes, heads, context, head_dim]
std::string values(uint32_t layer);
}  // namespace external

/// How many rows one step program evaluates, and for how many of them it gives logits.
struct StepShape {
  uint32_t rows = 1;
  uint32_t logit_rows = 1;
};

/// The low-rank updates among the types (lora_a, lora_b) of the weights declared already, by name.
[[nodiscard]] Adapters declare_adapters(Graph& graph, const WeightTypes& types,
                                        const std::map<std::string, Tensor>& weights, double scale);

/// Tokens and picture rows → logits and most likely ids, updating the cache. Ids from `id_limit` on are never
/// the best.
void build_step_graph(Graph& graph, const ModelConfig& config, const WeightTypes& types,
                      const GraphOptions& options, const StepShape& shape, uint32_t id_limit);

/// Pixels of `images` pictures → their projected rows, and the selected hidden states before them.
/// Precondition: config.vision.
void build_vision_graph(Graph& graph, const ModelConfig& config, const WeightTypes& types,
                        const GraphOptions& options, uint32_t images);

}  // namespace lapilli
