// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"

namespace lapilli {

/// The same model with a token "<image>" that stands for pictures, as transformers needs one: the
/// vocabulary's own, or an id behind it, with rows of the embedding table and the output layer where there
/// are none yet. New rows are the mean of the others, so that the token is never the likeliest. What is
/// returned reads from `model`, which outlives it. Precondition: the model sees and has no such token.
[[nodiscard]] LoadedModel with_image_token(const LoadedModel& model);

}  // namespace lapilli
