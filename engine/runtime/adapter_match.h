// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf_lora.h"
#include "engine/io/lora_adapter.h"
#include "engine/model/config.h"
#include "engine/runtime/weight_binding.h"

namespace lapilli {

/// An adapter's updates by the model's weight names. Parts of the encoder beyond the layers that are run
/// (`vision_blocks` is the whole encoder's number) are left out; what the model does not have at all throws
/// kBadFile, and trained biases kUnsupported, so that no part of an adapter is lost silently.
LoraUpdates match_adapter(const LoraAdapter& adapter, const ModelConfig& config, uint32_t vision_blocks);

/// The same of an adapter in GGUF form, which knows of language models only. Throws kBadFile for what the
/// model does not have.
LoraUpdates match_adapter(const GgufLora& adapter, const ModelConfig& config);

}  // namespace lapilli
