// SPDX-License-Identifier: Apache-2.0
// Push-constant blocks, one an operator, read by GLSL and C++ alike: uint, int and float members only, at most
// 128 bytes. A shader declares   layout(push_constant, scalar) uniform Block { RmsNormParams params; };
#ifdef __cplusplus
#pragma once

#include <cstdint>

namespace lapilli::shader {
using uint = std::uint32_t;
#endif

struct RmsNormParams {
  uint rows;
  uint cols;
  float eps;
};

#ifdef __cplusplus
}  // namespace lapilli::shader
#endif
