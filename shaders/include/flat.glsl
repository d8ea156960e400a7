// SPDX-License-Identifier: Apache-2.0
// Values without rows: an invocation has the four from `element` on, or what is left of them.
#ifndef LAPILLI_FLAT_GLSL
#define LAPILLI_FLAT_GLSL

#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

// Calls four(quad) or one(element) for what the invocation has of params.elements.
#define FLAT_MAIN(four, one)                                                               \
  void main() {                                                                            \
    const uint quad = flat_invocation(LOCAL_SIZE);                                         \
    if (quad * 4u + 4u <= params.elements) {                                               \
      four(quad);                                                                          \
    } else {                                                                               \
      for (uint element = quad * 4u; element < params.elements; ++element) one(element);   \
    }                                                                                      \
  }

#endif
