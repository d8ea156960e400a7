// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"

namespace lapilli {

/// One checked file, split or not.
struct ParsedGguf {
  GgufMetadata metadata;
  std::vector<StoredTensor> tensors;  // source not set
};

/// Checks header, metadata, tensor list and data ranges of `content`; throws Error naming `file` and the
/// place.
[[nodiscard]] ParsedGguf parse_gguf(Bytes content, const std::string& file);

}  // namespace lapilli
