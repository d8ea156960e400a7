// SPDX-License-Identifier: Apache-2.0
// How many of the leading rows are in use in this run of a program recorded for more: set at replay, read here.
#ifndef LAPILLI_LIVE_GLSL
#define LAPILLI_LIVE_GLSL

layout(set = 0, binding = 15, std430) readonly buffer LiveRows {
  uint live_rows;
};

#endif
