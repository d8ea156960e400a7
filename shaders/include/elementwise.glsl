// SPDX-License-Identifier: Apache-2.0
// Four consecutive elements an invocation, whatever the row length. The including shader declares the output
// buffer as y[] and y4[], defines
//   vec4 compute4(uint quad)        the results of elements 4·quad … 4·quad + 3
//   float compute(uint element)     one result, for the last elements
// and ends with ELEMENTWISE_MAIN(axis of the output's storage type).
#ifndef LAPILLI_ELEMENTWISE_GLSL
#define LAPILLI_ELEMENTWISE_GLSL

#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(push_constant, scalar) uniform Block { ElementwiseParams params; };

#define ELEMENTWISE_MAIN(axis)                                          \
  void main() {                                                         \
    const uint count = live_count(params.first_row, params.rows) * params.cols; \
    const uint quad = flat_invocation(LOCAL_SIZE);                      \
    if (quad * 4u + 4u <= count) {                                      \
      y4[quad] = axis##_STORE4(compute4(quad));                         \
    } else {                                                            \
      for (uint element = quad * 4u; element < count; ++element) {      \
        y[element] = axis##_STORE(compute(element));                    \
      }                                                                 \
    }                                                                   \
  }

#endif
