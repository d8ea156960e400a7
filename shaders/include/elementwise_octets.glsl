// SPDX-License-Identifier: Apache-2.0
// Elementwise results on a processor that loads octets: a lane has an element, a workgroup SPAN octets one after the
// other. The including shader declares its bindings and a push constant block `params`, ElementwiseParams with the
// addresses of what it reads behind them, defines
//   void compute_octet(uint octet)      elements 8 · octet … 8 · octet + 7, one a lane
//   void compute_element(uint element)  one of those behind the last octet
// and ends with ELEMENTWISE_OCTETS_MAIN.
#ifndef LAPILLI_ELEMENTWISE_OCTETS_GLSL
#define LAPILLI_ELEMENTWISE_OCTETS_GLSL

#include "groups.glsl"
#include "live.glsl"
#include "octets.glsl"
#include "params.h"

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint SPAN = 32;

// The loop ends behind its body: a processor runs what follows a loop's head once more with no lane left, and reads
// what no lane may read. Without an octet, no lane takes part.
#define ELEMENTWISE_OCTETS_MAIN                                                   \
  void main() {                                                                   \
    const uint count = live_count(params.first_row, params.rows) * params.cols;   \
    const uint octets = count / 8;                                                \
    uint octet = flat_group() * SPAN;                                             \
    const uint end = min(octet + SPAN, octets);                                   \
    if (flat_group() == octets / SPAN) {                                          \
      const uint element = octets * 8 + gl_SubgroupInvocationID;                  \
      if (element < count) compute_element(element);                              \
    }                                                                             \
    if (octet >= end) return;                                                     \
    do {                                                                          \
      compute_octet(octet);                                                       \
      ++octet;                                                                    \
    } while (octet < end);                                                        \
  }

#endif
