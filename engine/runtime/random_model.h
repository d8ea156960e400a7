// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/quantize_recipe.h"
#include "engine/runtime/loaded_model.h"

namespace lapilli {

/// A model with random weights, for measurements: stored as a GGUF pair of `type` would be, made while it is
/// read and never held. The same seed gives the same weights, however they are read. Blocks hold random bits
/// with scales that keep activations finite. Has no tokenizer. `activation`: as for load_model.
[[nodiscard]] LoadedModel random_model(const ModelConfig& config, FileType type, DType activation,
                                       uint64_t seed);

/// A vocabulary of exactly `size` pieces: the special ones, the 256 bytes, and made-up words. Throws
/// kInvalidArgument for fewer than 259.
[[nodiscard]] Vocabulary made_vocabulary(uint32_t size);

}  // namespace lapilli
