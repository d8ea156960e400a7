// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

#include <array>

namespace lapilli {

struct SafetensorsType {
  std::string_view name;  ///< as the file spells it
  StoredType type;
};

inline constexpr uint64_t kMaxSafetensorsHeaderBytes = uint64_t{16} << 20;
inline constexpr size_t kMaxSafetensorsTensors = 65536;
inline constexpr size_t kMaxTensorNameBytes = 1024;
inline constexpr size_t kMaxTensorRank = 8;
inline constexpr std::string_view kSafetensorsMetadataKey = "__metadata__";

/// Every type of the format, in its own order (from low to high alignment), which the writer follows
/// backwards.
inline constexpr std::array<SafetensorsType, 22> kSafetensorsTypes = {{
    {"BOOL", kStoredBool},
    {"F4", {"f4", 2, 1, std::nullopt}},
    {"F6_E2M3", {"f6_e2m3", 4, 3, std::nullopt}},
    {"F6_E3M2", {"f6_e3m2", 4, 3, std::nullopt}},
    {"U8", kStoredU8},
    {"I8", kStoredI8},
    {"F8_E5M2", {"f8_e5m2", 1, 1, std::nullopt}},
    {"F8_E4M3", {"f8_e4m3", 1, 1, std::nullopt}},
    {"F8_E8M0", {"f8_e8m0", 1, 1, std::nullopt}},
    {"F8_E4M3FNUZ", {"f8_e4m3fnuz", 1, 1, std::nullopt}},
    {"F8_E5M2FNUZ", {"f8_e5m2fnuz", 1, 1, std::nullopt}},
    {"I16", kStoredI16},
    {"U16", {"u16", 1, 2, std::nullopt}},
    {"F16", {"f16", 1, 2, DType::f16}},
    {"BF16", {"bf16", 1, 2, DType::bf16}},
    {"I32", {"i32", 1, 4, DType::i32}},
    {"U32", {"u32", 1, 4, std::nullopt}},
    {"F32", {"f32", 1, 4, DType::f32}},
    {"C64", {"c64", 1, 8, std::nullopt}},
    {"F64", kStoredF64},
    {"I64", kStoredI64},
    {"U64", {"u64", 1, 8, std::nullopt}},
}};

/// A name that messages, terminals and C strings can carry: 1 to 1024 bytes, no control characters.
[[nodiscard]] inline bool is_usable_tensor_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxTensorNameBytes) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

}  // namespace lapilli
