// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/dtype.h"
#include "engine/base/result.h"

#include <span>

namespace lapilli {

/// Expands stored elements to floats; the same bits as ggml's own decoders for every block format.
///
/// `blocks` holds whole blocks, `values` exactly their elements. All float types; not i32.
void decode_row(DType dtype, Bytes blocks, std::span<float> values);

/// True for the types quantize_row can make: f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q4_k q5_k q6_k.
[[nodiscard]] bool can_quantize(DType dtype);

/// Stores floats as `dtype`; the same bytes as llama.cpp's quantisers without an importance matrix.
///
/// values.size() is a multiple of block_elements, `blocks` exactly what they need. Rows are independent of
/// each other, so callers may use one thread a row. Fails with kBadFile when a value is not finite or too
/// large for the format.
[[nodiscard]] Result<void> quantize_row(DType dtype, std::span<const float> values,
                                        std::span<std::byte> blocks);

/// Refuses (kBadFile) stored numbers that are, or whose block scales are, infinite or NaN; the place is the
/// byte offset within `blocks`. i32 always passes. Precondition: whole blocks.
[[nodiscard]] Result<void> check_blocks(DType dtype, Bytes blocks);

}  // namespace lapilli
