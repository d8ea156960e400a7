// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/export_gguf.h"

namespace lapilli {

struct HuggingFaceOptions {
  DType type = DType::f16;                      ///< f16, bf16 or f32
  uint64_t shard_bytes = 5'000'000'000;         ///< weights of one file, as transformers has it
  std::filesystem::path tokenizer_folder = {};  ///< whose tokenizer files are copied; empty: the model's own
};

/// Writes a model of any form into an existing folder as transformers' LLaVA (or LLaMA, where it does not
/// see): configuration, weights under llava-hf's names, tokenizer, preprocessing.
///
/// Quantised weights are written as what they stand for. The encoder has the blocks that are computed, so its
/// features are the last block's. A vocabulary without a token for pictures gets "<image>". `model` was
/// loaded with f32 as activation type. Fails with kUnsupported for what transformers has no model for,
/// kStopped, and with what reading and writing give.
[[nodiscard]] Result<ExportReport> export_hugging_face(const LoadedModel& model,
                                                       const std::filesystem::path& folder,
                                                       const HuggingFaceOptions& options,
                                                       const EventSink& sink = {}, std::stop_token stop = {});

/// Bytes the weights take in a file of scalars.
[[nodiscard]] uint64_t scalar_bytes(const LoadedModel& model, DType type);

}  // namespace lapilli
