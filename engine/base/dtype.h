// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lapilli {

/// How the elements of a tensor are stored. The block formats are ggml's, byte for byte.
enum class DType : uint8_t {
  f32,
  f16,
  bf16,
  i32,
  q4_0,
  q4_1,
  q5_0,
  q5_1,
  q8_0,
  q2_k,
  q3_k,
  q4_k,
  q5_k,
  q6_k,
  iq4_nl,
  iq4_xs,
};

inline constexpr int kNumDTypes = 16;

/// The name used in files, flags and shader variants: "f32", "q4_k".
std::string_view to_string(DType dtype);

/// The inverse of to_string; nothing for other text.
std::optional<DType> dtype_from_string(std::string_view name);

/// Elements that share one block; 1 for scalar types. A row holds whole blocks.
uint32_t block_elements(DType dtype);

/// Bytes of one block; of one element for scalar types.
uint32_t block_bytes(DType dtype);

/// True for the ggml block formats.
inline bool is_quantized(DType dtype) {
  return block_elements(dtype) > 1;
}

/// Bytes of `cols` consecutive elements. Precondition: cols is a multiple of block_elements.
uint64_t row_bytes(DType dtype, uint64_t cols);

}  // namespace lapilli
