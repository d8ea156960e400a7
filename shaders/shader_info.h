// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lapilli {

/// One storage buffer of a shader, set 0, as its SPIR-V declares it.
struct ShaderBinding {
  uint32_t binding;
  bool reads;
  bool writes;
};

/// A specialization constant a shader lets the caller choose; constant_id is its index in the list.
struct ShaderTunable {
  std::string_view name;
  std::span<const uint32_t> values;  ///< what may be chosen; the first is the default
};

/// One compiled variant of a shader. Lives as long as the program; compared by address.
struct ShaderInfo {
  std::string_view name;                    ///< "rms_norm", with the axes' values: "linear_tile f16 q4_k"
  std::span<const uint32_t> spirv;          ///< words
  std::span<const ShaderBinding> bindings;  ///< ascending
  uint32_t params_bytes;                    ///< push-constant block, 0 when there is none
  std::span<const ShaderTunable> tunables;
  std::span<const std::string_view> needs;  ///< device features: "coopmat", "float16", "int8"
};

/// Binding of the buffer that holds the number of live rows, see include/live.glsl.
inline constexpr uint32_t kLiveRowsBinding = 15;

}  // namespace lapilli
