// SPDX-License-Identifier: Apache-2.0
// How many of the leading rows are in use in this run of a program recorded for more: set at replay, read here.
#ifndef LAPILLI_LIVE_GLSL
#define LAPILLI_LIVE_GLSL

layout(set = 0, binding = 15, std430) readonly buffer LiveRows {
  uint live_rows;
};

// How many of `rows` rows that begin at first_row are in use.
uint live_count(uint first_row, uint rows) {
  return live_rows <= first_row ? 0u : min(live_rows - first_row, rows);
}

#endif
