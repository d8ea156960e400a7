// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf_metadata.h"
#include "engine/io/quantize_recipe.h"
#include "engine/io/vocabulary.h"
#include "engine/model/config.h"

namespace lapilli {

/// The metadata of a language model file. `vocabulary` may be null: no tokenizer keys then. Pieces are filled
/// up to the embedding table's rows. Fails with kUnsupported for vocabularies the format can't hold, kBadFile
/// when there are more pieces than rows.
[[nodiscard]] Result<GgufMetadata> language_metadata(const ModelConfig& config, FileType type,
                                                     const Vocabulary* vocabulary);

/// The metadata of a projector file, with the keys of the legacy converter and `clip.vision.feature_layer`,
/// so that programs run every stored layer. Precondition: config.vision.
[[nodiscard]] Result<GgufMetadata> projector_metadata(const ModelConfig& config, FileType type);

}  // namespace lapilli
