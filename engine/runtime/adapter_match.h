// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf_lora.h"
#include "engine/io/lora_adapter.h"
#include "engine/model/config.h"
#include "engine/runtime/weight_binding.h"

#include <variant>

namespace lapilli {

/// An adapter in either form: its names and the order of its rows are checkpoints' or GGUF's.
using Adapter = std::variant<LoraAdapter, GgufLora>;

/// An adapter's updates by the model's weight names. Parts of the encoder beyond the layers that are run
/// (`vision_blocks` is the whole encoder's number) are left out; what the model does not have at all throws
/// kBadFile, and trained biases kUnsupported, so that no part of an adapter is lost silently. Adapters in
/// GGUF form know of language models only.
LoraUpdates match_adapter(const Adapter& adapter, const ModelConfig& config, uint32_t vision_blocks);

/// The tensor with which an adapter replaces one of the model's weights; null where it keeps the weight.
const StoredTensor* replacement_of(const Adapter& adapter, const std::string& weight);

/// How the rows of a checkpoint's tensor come into the order that this model has them in.
RowOrder checkpoint_rows(const std::string& weight, const LlamaConfig& language);

}  // namespace lapilli
