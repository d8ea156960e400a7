// SPDX-License-Identifier: Apache-2.0
#include "engine/base/dtype.h"

#include "engine/base/error.h"

#include <array>

namespace lapilli {
namespace {

struct Entry {
  DType dtype;
  std::string_view name;
  uint32_t elements;
  uint32_t bytes;
};

constexpr std::array<Entry, kNumDTypes> kTable = {{
    {DType::f32, "f32", 1, 4},
    {DType::f16, "f16", 1, 2},
    {DType::bf16, "bf16", 1, 2},
    {DType::i32, "i32", 1, 4},
    {DType::q4_0, "q4_0", 32, 18},
    {DType::q4_1, "q4_1", 32, 20},
    {DType::q5_0, "q5_0", 32, 22},
    {DType::q5_1, "q5_1", 32, 24},
    {DType::q8_0, "q8_0", 32, 34},
    {DType::q2_k, "q2_k", 256, 84},
    {DType::q3_k, "q3_k", 256, 110},
    {DType::q4_k, "q4_k", 256, 144},
    {DType::q5_k, "q5_k", 256, 176},
    {DType::q6_k, "q6_k", 256, 210},
    {DType::iq4_nl, "iq4_nl", 32, 18},
    {DType::iq4_xs, "iq4_xs", 256, 136},
}};

const Entry& entry(DType dtype) {
  return kTable[static_cast<size_t>(dtype)];
}

}  // namespace

std::string_view to_string(DType dtype) {
  return entry(dtype).name;
}

std::optional<DType> dtype_from_string(std::string_view name) {
  for (const Entry& candidate : kTable) {
    if (candidate.name == name) return candidate.dtype;
  }
  return std::nullopt;
}

uint32_t block_elements(DType dtype) {
  return entry(dtype).elements;
}

uint32_t block_bytes(DType dtype) {
  return entry(dtype).bytes;
}

uint64_t row_bytes(DType dtype, uint64_t cols) {
  LAPILLI_ASSERT(cols % block_elements(dtype) == 0);
  return cols / block_elements(dtype) * block_bytes(dtype);
}

}  // namespace lapilli
