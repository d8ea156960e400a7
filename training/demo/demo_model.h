// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"

#include <cstdint>
#include <string_view>

namespace lapilli::demo {

/// A LLaVA-shaped model small enough to train on a processor. The defaults have 5.8 million parameters: 11.5
/// MB in f16.
struct DemoModelOptions {
  uint32_t image_size = 112;  ///< 64 patches
  uint32_t patch_size = 14;
  uint32_t vision_dim = 192;
  uint32_t vision_layers = 4;
  uint32_t vision_heads = 6;
  uint32_t vision_ffn = 768;
  uint32_t dim = 256;
  uint32_t layers = 4;
  uint32_t heads = 8;
  uint32_t ffn = 704;
  uint32_t context = 512;
  bool tied_embeddings = false;
  /// Standard deviation of matrices; that of projections back into the residual stream is divided by
  /// √(2·layers), as GPT-2 has it.
  float spread = 0.02f;
};

/// Pieces of the demo's vocabulary: every word of its language is one.
inline constexpr uint32_t kDemoVocabularySize = 1024;

/// An untrained model over a vocabulary (a serialised ModelProto): norms are 1, biases 0, the rest about
/// normal; the same weights for the same arguments on every machine. Weights are f32 and made while read.
/// Fails with kBadFile for a vocabulary that is none, and for sizes that don't fit together.
[[nodiscard]] Result<LoadedModel> demo_model(std::string_view vocabulary, uint64_t seed,
                                             const DemoModelOptions& options = {});

}  // namespace lapilli::demo
