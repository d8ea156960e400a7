// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"
#include "engine/io/lora_adapter.h"

namespace lapilli {

/// A LoRA adapter in GGUF form; names are GGUF's ("blk.0.attn_q.weight"), rows of Q and K already permuted.
struct GgufLora {
  GgufFile file;
  std::vector<LoraUpdate> updates;  ///< by weight name; pointers lead into `file`
};

/// Opens an adapter for a base of the given architecture ("llama"). Fails with kBadFile when halves are
/// missing or disagree, with kUnsupported for other types of adapters, architectures, or aLoRA. Every update
/// has a factor of its own scale, alpha/rank (1 where alpha is 0).
[[nodiscard]] Result<GgufLora> open_gguf_lora(const std::filesystem::path& path,
                                              std::string_view architecture);

}  // namespace lapilli
