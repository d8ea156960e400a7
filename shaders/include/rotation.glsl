// SPDX-License-Identifier: Apache-2.0
// The pairs of columns that rotary position embedding turns.
#ifndef LAPILLI_ROTATION_GLSL
#define LAPILLI_ROTATION_GLSL

struct Pair {
  uint first, second;  // columns
  uint angle;          // which of the angles of a position
};

// Pairs counted over all heads of a row.
Pair pair_of(uint index, uint head_dim, bool interleaved) {
  const uint half_dim = head_dim / 2;
  const uint angle = index % half_dim;
  const uint head = (index - angle) * 2;
  return interleaved ? Pair(head + 2 * angle, head + 2 * angle + 1, angle) : Pair(head + angle, head + angle + half_dim, angle);
}

vec2 rotate(vec2 pair, float cosine, float sine) {
  return vec2(pair.x * cosine - pair.y * sine, pair.y * cosine + pair.x * sine);
}

#endif
