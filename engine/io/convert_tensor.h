// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"

namespace lapilli {

/// Gives a tensor's elements, stored as `dtype`, to the sink; a few million elements are in memory at a time.
///
/// Rows are split among `num_threads` threads (at least 1); the bytes are the same for every number. The
/// stored type itself is copied; a quantised tensor of another type is taken by its dequantised values. Fails
/// with kInvalidArgument for rows that aren't whole blocks and for types that can't be made; with kBadFile
/// for values that are not finite, and with what the sink returns.
[[nodiscard]] Result<void> convert_tensor(const StoredTensor& tensor, DType dtype, unsigned num_threads,
                                          const GgufSink& sink);

}  // namespace lapilli
