// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/model_graphs.h"
#include "training/recipe.h"

#include <set>
#include <string>
#include <vector>

namespace lapilli::training {

/// Names of the external tensors of training, besides those of model_graphs.h.
namespace external {
inline constexpr const char* kFeatures = "features";  // activation [slots·encoder rows, vision dim]
inline constexpr const char* kTowerFeatures = "tower_features";    // activation [encoder rows, vision dim]
inline constexpr const char* kPixels = "training_pixels";          // f32 [slots, 3, size, size]
inline constexpr const char* kRowIndex = "training_row_index";     // i32 [slots·encoder rows]
inline constexpr const char* kSelectedRows = "training_selected";  // i32 [slots·image rows]
inline constexpr const char* kLossIndex = "loss_index";      // i32 [loss rows]: the row that predicts a label
inline constexpr const char* kLabels = "labels";             // i32 [loss rows], −100 where there is none
inline constexpr const char* kLossShare = "loss_share";      // f32 [1]: 1 / labels of the whole update
inline constexpr const char* kLossScale = "loss_scale";      // f32 [1]: what gradients are multiplied by
inline constexpr const char* kDropoutSeed = "dropout_seed";  // i32 [1]
inline constexpr const char* kLossSum = "loss_sum";          // f32 [1], grows with every micro-step
inline constexpr const char* kGradientNorm = "gradient_norm";  // f32 [1]
std::string gradient(const std::string& weight);               // f32
std::string parameter(const std::string& weight);  // f32: what is learned, where the weight itself is a copy
std::string first_moment(const std::string& weight);   // f32
std::string second_moment(const std::string& weight);  // f32
std::string settings(const std::string& group);        // f32 [8], ops::AdamwSettings
}  // namespace external

/// The activation type a precision computes with.
[[nodiscard]] DType activation_of(Precision precision);

/// A weight that learns.
struct Parameter {
  std::string name;
  Shape shape;
  DType compute = DType::f32;  ///< as the model computes with it; f32: the parameter itself
  std::string group;           ///< parameters of one group share their settings
  /// For what the model's files do not have: drawn evenly from ± this; 0 and not in the files: zeros.
  float initial_bound = 0;
};

/// The parameters that a recipe's `train` names, in model order. Groups: "tower", "projector", "language",
/// each with "_decay" where weight decay applies (all but norms and biases). LoRA matrices begin as PEFT's
/// do: A drawn from ±1/√in, B zeros.
[[nodiscard]] std::vector<Parameter> parameters_of(const ModelConfig& config, const Recipe& recipe,
                                                   DType activation);

/// The types that the graphs of training see: those of the files, parameters as they are computed with.
[[nodiscard]] WeightTypes compute_types(WeightTypes types, std::span<const Parameter> parameters);

/// Extents of a micro-step's program.
struct MicroStepShape {
  uint32_t sequences = 1;
  uint32_t length = 64;     ///< rows of a sequence; what is behind its end has no label
  uint32_t slots = 1;       ///< pictures of all sequences
  uint32_t loss_rows = 64;  ///< rows whose next token is learned, at most

  [[nodiscard]] uint32_t rows() const { return sequences * length; }
  bool operator==(const MicroStepShape&) const = default;
};

struct MicroStepOptions {
  DType activation = DType::f32;
  bool recompute = false;
  bool with_tower = false;  ///< pixels go in, because the tower learns; otherwise its features do
  bool gradients = true;    ///< off: only the loss, for validation, and no dropout
  double lora_scale = 1;    ///< alpha / rank
  double lora_dropout = 0;
};

/// Ids and pictures → loss and gradients, each added to what its state holds.
void build_micro_step(Graph& graph, const ModelConfig& config, const WeightTypes& types,
                      std::span<const Parameter> parameters, const MicroStepOptions& options,
                      const MicroStepShape& shape);

/// One picture's pixels (model_graphs.h has their name) → its features. Precondition: config.vision.
void build_tower(Graph& graph, const ModelConfig& config, const WeightTypes& types, DType activation);

/// The norm of all gradients together, and one step of AdamW that leaves gradients of zero. The norm is of
/// the gradients as they are: times the loss scale.
void build_norm(Graph& graph, std::span<const Parameter> parameters);
void build_update(Graph& graph, std::span<const Parameter> parameters);

}  // namespace lapilli::training
