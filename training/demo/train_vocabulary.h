// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <span>
#include <string>

namespace lapilli::demo {

/// A sentencepiece BPE vocabulary of `size` pieces in LLaMA's form, trained on the texts in their order: ids
/// 0, 1, 2 for <unk>, <s>, </s>, then the 256 bytes; split digits, a dummy prefix, no normalisation.
///
/// The roles' names are kept as LLaMA has them, one token more behind a space than at the start, so that the
/// original's label masks count right: "USER" and "ASSISTANT" are pieces, "▁USER" and "▁ASSISTANT" are not.
/// Returns the serialised ModelProto, the same bytes for the same arguments. Fails with kInvalidArgument when
/// the texts don't give that many pieces.
[[nodiscard]] Result<std::string> train_demo_vocabulary(std::span<const std::string> texts, uint32_t size);

}  // namespace lapilli::demo
