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

struct AttentionParams {
  uint rows;
  uint heads;
  uint kv_heads;
  uint sequence_rows;
  uint causal;
  float scale;
};

struct CachedAttentionParams {
  uint rows;
  uint heads;
  uint kv_heads;
  uint context;
  uint first_lane;
  uint lanes;
  float scale;
};

struct RopeParams {
  uint rows;
  uint cols;
  uint context;
  uint interleaved;
};

struct KvStoreParams {
  uint rows;
  uint cols;
  uint context;
  uint first_lane;
  uint lanes;
};

#ifdef __cplusplus
}  // namespace lapilli::shader
#endif
