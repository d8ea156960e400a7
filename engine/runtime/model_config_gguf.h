// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"
#include "engine/io/vocabulary.h"
#include "engine/model/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lapilli {

/// The language model a GGUF file describes. Fails with kUnsupported for other architectures than llama,
/// kBadFile for missing or impossible values.
[[nodiscard]] Result<LlamaConfig> read_gguf_language(const GgufFile& file);

/// The encoder and projector an mmproj file holds.
struct GgufVision {
  VisionConfig vision;
  ProjectorConfig projector;
  /// Blocks of the encoder before the selection; converters leave out the last one, which is not run.
  uint32_t blocks = 0;
  /// The first, expanding layer of the encoder's MLP is called "ffn_down", as the legacy converter does.
  bool expanding_is_down = true;
  std::vector<std::string> notes;
};

/// Every stored encoder layer is run (the converter left out the unused last one), unless the file says
/// otherwise. Fails with kUnsupported for projectors of other models (LLaVA-1.6, MobileVLM, …), kBadFile for
/// damaged files.
[[nodiscard]] Result<GgufVision> read_gguf_vision(const GgufFile& file);

/// The tokenizer arrays; fails with kUnsupported for other tokenizers than sentencepiece's.
[[nodiscard]] Result<Vocabulary> read_gguf_tokenizer(const GgufFile& file);

/// The further tokens at which an answer ends: of a turn and of a message. Fails with kBadFile for other
/// types.
[[nodiscard]] Result<std::vector<int64_t>> read_gguf_end_tokens(const GgufFile& file);

/// An error of these readers with the file in front, which those of single keys and tensors name already.
[[nodiscard]] Error within_gguf(const std::string& file, const Error& error);

/// A refusal of validate's, its field followed by the key that GGUF files have for it.
[[nodiscard]] Error with_gguf_key(const Error& error);

/// True for mmproj files: architecture "clip".
[[nodiscard]] bool is_projector_file(const GgufFile& file);

}  // namespace lapilli
