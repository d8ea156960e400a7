// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"

#include <cstdint>
#include <optional>

namespace lapilli::test {

struct SmallModelOptions {
  bool vision = true;
  uint32_t context = 2048;
  uint32_t dim = 64;
  uint32_t layers = 2;
  DType activation = DType::f32;
  uint64_t seed = 1;
  std::optional<int32_t> eos_id = {};  ///< instead of the vocabulary's own
};

/// Rows of the embedding table that belong to no token.
inline constexpr uint32_t kPaddingRows = 400;
/// Rows one picture takes.
inline constexpr uint32_t kPictureRows = 16;

/// A LLaVA with random f16 weights, grouped queries and the project's own small vocabulary: whole in memory,
/// a few hundred kilobytes. The last token stands for pictures and is never to be generated.
LoadedModel small_model(const SmallModelOptions& options = {});

}  // namespace lapilli::test
