// SPDX-License-Identifier: Apache-2.0
//! op    adamw   one step of a parameter, its moments, and its copy in another type (f32: none)      four elements an invocation
//! axis  C f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "flat.glsl"

layout(binding = 0, scalar) readonly buffer Gradient { float gradient[]; };
layout(binding = 0, scalar) readonly buffer Gradient4 { vec4 gradient4[]; };
layout(binding = 1, scalar) readonly buffer Settings {
  float learning_rate;
  float complement1;  // 1 − beta1
  float complement2;  // 1 − beta2
  float epsilon;
  float weight_decay;
  float correction1;  // 1 − beta1ᵗ
  float correction2;  // 1 − beta2ᵗ
  float gradient_factor;
};
layout(binding = 2, scalar) buffer Parameter { float parameter[]; };
layout(binding = 2, scalar) buffer Parameter4 { vec4 parameter4[]; };
layout(binding = 3, scalar) buffer FirstMoment { float first[]; };
layout(binding = 3, scalar) buffer FirstMoment4 { vec4 first4[]; };
layout(binding = 4, scalar) buffer SecondMoment { float second[]; };
layout(binding = 4, scalar) buffer SecondMoment4 { vec4 second4[]; };
#if C != DTYPE_f32
layout(binding = 5, scalar) writeonly buffer Copy { C_SCALAR copy[]; };
layout(binding = 5, scalar) writeonly buffer Copy4 { C_VEC4 copy4[]; };
#endif
layout(push_constant, scalar) uniform Block { FlatParams params; };

// A factor of zero, or one that is not finite, says that the step must not be taken: 0 · NaN would be NaN.
bool is_skipped() {
  const uint magnitude = floatBitsToUint(gradient_factor) & 0x7fffffffu;
  return magnitude == 0u || magnitude >= 0x7f800000u;
}

// The order of operations of torch.optim.AdamW.
vec4 step_of(vec4 value, vec4 slope, inout vec4 m, inout vec4 v) {
  value *= 1.0 - learning_rate * weight_decay;
  m += complement1 * (slope - m);
  v = v * (1.0 - complement2) + complement2 * slope * slope;
  const vec4 denominator = sqrt(v) / sqrt(correction2) + epsilon;
  return value - learning_rate / correction1 * (m / denominator);
}

void step_four(uint quad) {
  if (is_skipped()) return;
  vec4 m = first4[quad], v = second4[quad];
  const vec4 value = step_of(parameter4[quad], gradient4[quad] * gradient_factor, m, v);
  parameter4[quad] = value;
  first4[quad] = m;
  second4[quad] = v;
#if C != DTYPE_f32
  copy4[quad] = C_STORE4(value);
#endif
}

void step_one(uint element) {
  if (is_skipped()) return;
  vec4 m = vec4(first[element]), v = vec4(second[element]);
  const vec4 value = step_of(vec4(parameter[element]), vec4(gradient[element] * gradient_factor), m, v);
  parameter[element] = value.x;
  first[element] = m.x;
  second[element] = v.x;
#if C != DTYPE_f32
  copy[element] = C_STORE(value.x);
#endif
}

FLAT_MAIN(step_four, step_one)
