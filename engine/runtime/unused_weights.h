// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace lapilli::loading {

/// How one kind of file names a language model's parts.
struct LayerNames {
  std::span<const std::string_view> prefixes;  ///< what stands before a layer's number
  std::span<const std::string_view> outside;   ///< linear layers outside of the layers, without ".weight"
  std::string_view count_key;                  ///< the configuration's key for the number of layers
};

inline constexpr std::string_view kCheckpointLayers[] = {"model.layers.", "language_model.model.layers.",
                                                         "model.language_model.layers.", "layers."};
inline constexpr std::string_view kCheckpointOutputs[] = {"lm_head", "language_model.lm_head",
                                                          "model.lm_head"};
inline constexpr LayerNames kCheckpointNames = {kCheckpointLayers, kCheckpointOutputs, "num_hidden_layers"};

inline constexpr std::string_view kGgufLayers[] = {"blk."};
inline constexpr std::string_view kGgufOutputs[] = {"output"};
inline constexpr LayerNames kGgufNames = {kGgufLayers, kGgufOutputs, "llama.block_count"};

/// Fails with kBadFile, place = file and tensor, where the language model's tensors have a layer beyond the
/// first `layers`, or a bias, neither of which would be computed with. Tables that follow from the
/// configuration (rotary_emb.inv_freq) may stand anywhere.
[[nodiscard]] Result<void> refuse_unused_weights(std::span<const StoredTensor> tensors,
                                                 const LayerNames& names, uint32_t layers);

}  // namespace lapilli::loading
