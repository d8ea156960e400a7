// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"

#include <cstdint>
#include <string_view>

namespace lapilli::demo {

/// A LLaVA-shaped model small enough to train on a processor: 2.6 million parameters. A cell of a scene's
/// 3×3 grid is four patches, so that a few thousand pictures teach it to see what stands in one.
struct DemoModelOptions {
  uint32_t image_size = 84;  ///< 36 patches
  uint32_t patch_size = 14;
  uint32_t vision_dim = 160;
  uint32_t vision_layers = 3;
  uint32_t vision_heads = 5;
  uint32_t vision_ffn = 480;
  uint32_t dim = 160;
  uint32_t layers = 4;
  uint32_t heads = 5;
  uint32_t ffn = 480;
  uint32_t context = 512;
  bool tied_embeddings = false;
};

/// Pieces of the demo's vocabulary: every word of its language is one.
inline constexpr uint32_t kDemoVocabularySize = 1024;

/// An untrained model over a vocabulary (a serialised ModelProto): norms are 1, biases 0, positions of
/// patches sines and cosines of their row and column, the rest about normal, matrices with a spread of 1/√in;
/// the same weights for the same arguments on every machine. Weights are f32 and made while read. Fails with
/// kBadFile for a vocabulary that is none, and for sizes that don't fit together.
[[nodiscard]] Result<LoadedModel> demo_model(std::string_view vocabulary, uint64_t seed,
                                             const DemoModelOptions& options = {});

}  // namespace lapilli::demo
