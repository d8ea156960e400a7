// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lapilli {

/// The header of a llama2.c model.
struct Llama2cConfig {
  uint32_t dim = 0;
  uint32_t ffn = 0;
  uint32_t num_layers = 0;
  uint32_t num_heads = 0;
  uint32_t num_kv_heads = 0;
  uint32_t vocab = 0;
  uint32_t context = 0;
  bool has_output = false;  ///< false where lm_head is the embedding
};

/// A model file of karpathy's llama2.c: the headerless first layout, version 1 (f32) and version 2 (int8
/// groups).
///
/// Tensors carry the names of Hugging Face checkpoints ("model.layers.0.self_attn.q_proj.weight"), but the
/// rows of q_proj and k_proj are Meta's, for interleaved RoPE, as in GGUF files. f32 files are read in place;
/// version 2 is expanded to f32 at opening, up to 4 GiB. RMS epsilon is 1e-5, RoPE base 10000.
class Llama2cFile {
 public:
  /// Fails with kNotFound, kIo, kBadFile or kUnsupported, naming file, place and both values.
  static Result<Llama2cFile> open(const std::filesystem::path& path);
  /// As open, from memory; `content` outlives the object.
  static Result<Llama2cFile> parse(Bytes content, std::string file);

  /// True when the first bytes and the size are those of a model file. The first layout has no magic: its
  /// header must give exactly this size.
  [[nodiscard]] static bool detect(Bytes content);
  /// True when the first numbers could be a header's, whatever their signs, and the file is at most sixteen
  /// times as large as they ask for; also when one of them is wrong or the heads do not fit, but the file has
  /// at least a sixteenth of that size. open says what is wrong.
  [[nodiscard]] static bool resembles(Bytes content);

  [[nodiscard]] const Llama2cConfig& config() const { return config_; }
  [[nodiscard]] std::span<const StoredTensor> tensors() const { return tensors_; }
  [[nodiscard]] const StoredTensor* find(std::string_view name) const;

 private:
  Llama2cFile() = default;

  Llama2cConfig config_;
  std::vector<StoredTensor> tensors_;
  std::vector<std::vector<float>> expanded_;
  std::unique_ptr<const MappedFile> file_;
};

}  // namespace lapilli
