// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"
#include "training/recipe.h"

namespace lapilli::training {

/// Opens the model a recipe starts from, as base_model makes it. A language model in Hugging Face form with a
/// separate encoder (paths.vision) may lack a projector, where the recipe trains one. Fails as load_model and
/// base_model do.
[[nodiscard]] Result<LoadedModel> load_base_model(ModelPaths paths, const Recipe& recipe);

/// A model as a recipe starts from it: a projector that its files lack is drawn by the recipe's seed as
/// torch's Linear draws it, evenly from ±1/√inputs; frozen weights of the language model have the recipe's
/// base_type, quantised while they are read, with the bytes that `lapilli quantize` writes. Fails with
/// kBadFile for a recipe that contradicts itself, kInvalidArgument where the weights are quantised as
/// something else already.
[[nodiscard]] Result<LoadedModel> base_model(LoadedModel model, const Recipe& recipe);

}  // namespace lapilli::training
