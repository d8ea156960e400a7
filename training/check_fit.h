// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"
#include "training/recipe.h"

namespace lapilli::training {

/// The model against the recipe, before anything large is read. Throws kInvalidArgument.
void check_fit(const Recipe& recipe, const LoadedModel& model);

/// The data against both, `text_only` of the records being without pictures. Throws kInvalidArgument where
/// the model can't see the data's pictures, or no record reaches what the recipe trains.
void check_fit(const Recipe& recipe, const ModelConfig& config, uint64_t records, uint64_t text_only);

}  // namespace lapilli::training
