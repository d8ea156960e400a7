// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/weights.h"
#include "engine/io/safetensors.h"
#include "engine/model/config.h"

namespace lapilli {

/// A weight's elements in row-major order, stored as another type, for writers of files; a few million
/// elements are in memory at a time.
class WeightStream {
 public:
  /// `dtype`: f32, f16 or bf16. `interleaved_head` not 0: the source's rows are in GGUF's order for
  /// interleaved rotation, in heads of this many; they come in the order of checkpoints.
  WeightStream(const WeightSource& source, DType dtype, uint32_t interleaved_head = 0)
      : source_(&source), dtype_(dtype), head_(interleaved_head) {}

  /// The next bytes. Fails with kBadFile for values that are not finite or too large for the type, and with
  /// what the source gives.
  [[nodiscard]] Result<void> read(std::span<std::byte> to);

 private:
  void load_rows();

  const WeightSource* source_;
  DType dtype_;
  uint32_t head_;
  uint64_t next_row_ = 0;
  std::vector<std::byte> buffer_;
  size_t used_ = 0;  ///< bytes of buffer_ that were given out
};

/// The rows of one head where a weight's rows have GGUF's order; 0 where they are in the order of
/// checkpoints.
[[nodiscard]] uint32_t interleaved_head(const std::string& weight, const LlamaConfig& language);

/// The extents a weight has in a checkpoint: a vector has no axis of one, and the patch embedding is a
/// convolution kernel.
[[nodiscard]] std::vector<uint64_t> checkpoint_shape(const WeightSource& source, const ModelConfig& config);

}  // namespace lapilli
