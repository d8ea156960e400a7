// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/ops/ops.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace lapilli {

/// The CLIP vision encoder, as far as it is run.
struct VisionConfig {
  uint32_t dim = 1024;
  uint32_t layers =
      23;  ///< blocks that are computed: the selected hidden state's index, not the file's block count
  uint32_t heads = 16;
  uint32_t ffn = 4096;
  uint32_t image_size = 336;
  uint32_t patch_size = 14;
  float layer_norm_eps = 1e-5f;
  ops::Activation activation = ops::Activation::kQuickGelu;
  bool keep_class_row =
      false;  ///< the class row reaches the language model (feature selection "full", "cls_patch")
  std::array<float, 3> mean = {0.48145466f, 0.4578275f, 0.40821073f};
  std::array<float, 3> std = {0.26862954f, 0.26130258f, 0.27577711f};

  [[nodiscard]] uint32_t patches() const { return (image_size / patch_size) * (image_size / patch_size); }
  /// Rows of one encoder sequence: the class row and the patches.
  [[nodiscard]] uint32_t rows() const { return patches() + 1; }
  /// Rows that one picture takes in the language model's context.
  [[nodiscard]] uint32_t image_rows() const { return keep_class_row ? rows() : patches(); }
  [[nodiscard]] uint32_t patch_values() const { return 3 * patch_size * patch_size; }
};

/// Linear layers with erf GELU between them: 1 for `linear`, N for `mlpNx_gelu`; 0 for `identity`.
struct ProjectorConfig {
  uint32_t layers = 2;
};

/// A LLaMA decoder.
struct LlamaConfig {
  uint32_t dim = 4096;
  uint32_t ffn = 11008;
  uint32_t layers = 32;
  uint32_t heads = 32;
  uint32_t kv_heads = 32;
  uint32_t head_dim = 128;
  uint32_t vocab = 32000;  ///< rows of the embedding table
  uint32_t context = 4096;
  float rms_norm_eps = 1e-5f;
  double rope_theta = 10000.0;
  double rope_scale = 1.0;  ///< linear scaling: positions are divided by it
  ops::RopePairing rope_pairing = ops::RopePairing::kHalves;
  bool tied_embeddings = false;  ///< the output layer uses the embedding table

  [[nodiscard]] uint32_t q_width() const { return heads * head_dim; }
  [[nodiscard]] uint32_t kv_width() const { return kv_heads * head_dim; }
};

enum class ImageAspect { kPad, kCrop, kStretch };

/// A LLaVA-shaped model, or a bare language model when vision is absent.
struct ModelConfig {
  std::string name;
  LlamaConfig language;
  std::optional<VisionConfig> vision;
  ProjectorConfig projector;               ///< meaningful with vision
  ImageAspect aspect = ImageAspect::kPad;  ///< what the model's files ask for
  bool picture_ends = false;               ///< pictures stand between <im_start> and <im_end>
  int32_t image_token = -1;  ///< the vocabulary's own id for a picture, never generated; −1: none
};

/// Checks that the numbers fit together and lie within what the kernels support; fails with kBadFile, place =
/// the field.
[[nodiscard]] Result<void> validate(const ModelConfig& config);

/// "linear" → 1, "mlp2x_gelu" → 2, "identity" → 0; kUnsupported with the name otherwise.
[[nodiscard]] Result<ProjectorConfig> projector_from_name(std::string_view name);

}  // namespace lapilli
