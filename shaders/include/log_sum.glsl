// SPDX-License-Identifier: Apache-2.0
// The exponentials of a row, in one pass over it. The including shader declares x[] with storage type X, `params`
// with cols, and has the tunables of reduce.glsl.
#ifndef LAPILLI_LOG_SUM_GLSL
#define LAPILLI_LOG_SUM_GLSL

#include "reduce.glsl"

// The largest of x[start …], and Σ exp(x − largest); NaN in the row gives a sum of NaN.
vec2 peak_and_total(uint start) {
  float peak = -3.0e38;
  float total = 0.0;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float value = X_LOAD(x[start + col]);
    const float share = exp(-abs(value - peak));
    total = value > peak ? fma(total, share, 1.0) : total + share;
    peak = max(peak, value);
  }
  const float row_peak = group_max(peak);
  return vec2(row_peak, group_sum(total * exp(peak - row_peak)));
}

// A label beyond the columns is a mistake that must be seen.
const uint NOT_A_NUMBER = 0x7fc00000u;

#endif
