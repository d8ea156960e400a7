// SPDX-License-Identifier: Apache-2.0
// The columns of a row in the order "largest value first, lowest column on ties", NaN counting as −infinity.
#ifndef LAPILLI_CANDIDATES_GLSL
#define LAPILLI_CANDIDATES_GLSL

#include "reduce.glsl"

// Integer comparison, because a compiler may assume that floats are never NaN.
bool is_nan(float value) {
  return (floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u;
}

float without_nan(float value) {
  return is_nan(value) ? uintBitsToFloat(0xff800000u) : value;
}

// A value of a row and its column.
struct Candidate {
  float value;
  uint column;
};

#define NO_CANDIDATE Candidate(uintBitsToFloat(0xff800000u), 0xffffffffu)  // −infinity

// Larger values come first, then lower columns.
bool comes_before(Candidate a, Candidate b) {
  return a.value > b.value || (a.value == b.value && a.column < b.column);
}

shared Candidate reduce_candidates[256 / 4];

Candidate group_first(Candidate own) {
  const float value = subgroupMax(own.value);
  Candidate first = Candidate(value, subgroupMin(own.value == value ? own.column : 0xffffffffu));
  if (ONE_SUBGROUP != 0u) return first;
  barrier();
  if (subgroupElect()) reduce_candidates[gl_SubgroupID] = first;
  barrier();
  first = reduce_candidates[0];
  for (uint i = 1; i < gl_NumSubgroups; ++i) {
    if (comes_before(reduce_candidates[i], first)) first = reduce_candidates[i];
  }
  return first;
}

#endif
