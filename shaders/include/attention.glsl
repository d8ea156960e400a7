// SPDX-License-Identifier: Apache-2.0
// Streaming attention: a row's scores, softmax and weighted sum in one pass over its keys, KEYS at a time.
//
// One source for every device. An invocation works on ROWS rows of one head; PARTS neighbouring lanes of a
// subgroup share the columns of a head; SPLITS of these share the keys, in turns of KEYS. A row's result depends
// on HEAD_DIM, KEYS, PARTS and SPLITS only, so a step of one row and a step of many give the same bits.
//   software, many rows: PARTS = SPLITS = 1, lanes are rows, and keys have uniform addresses
//   software, few rows:  the same with SPREAD, lanes are heads
//   GPU:                 PARTS lanes read a key together, SPLITS keep enough of them in flight
//
// The file that includes this declares `params` (rows, heads, kv_heads, scale), query[], keys[], values[] and
// result[] as groups of four columns, X_LOAD4 and X_STORE4 for rows, KEY_LOAD4 for keys and values, and
//   KEY_QUADS                  how many groups there are from one key of a head to the next
//   uint first_key(uint row)   where its sequence begins, in keys; equal for all rows of a sequence
//   uint key_column(uint kv_head)   what a head's keys are behind that, in groups
//   uint num_keys(uint row)    how many it sees from there on; 0: the row is not computed here
//   void store_log_sum(uint row, uint head, float log_sum)   of the exponentials of its scores
#ifndef LAPILLI_ATTENTION_GLSL
#define LAPILLI_ATTENTION_GLSL

#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require

const uint QUADS = HEAD_DIM / 4;
const uint SLICE = QUADS / PARTS;
const float LOWEST = -1.0e30;

shared vec4 parked_sums[SPLITS > 1 ? SPLITS * QUADS : 1];
shared vec2 parked_stats[SPLITS];  // largest score, sum of weights

vec4 row_query[ROWS][SLICE];
vec4 row_sum[ROWS][SLICE];
float row_peak[ROWS];
float row_total[ROWS];

float sum_over_parts(float value) {
  [[unroll]] for (uint mask = 1; mask < PARTS; mask <<= 1) value += subgroupShuffleXor(value, mask);
  return value;
}

// Keys start, start + 1, … of `count` beginning at `first`; row r of this invocation takes the first visible[r].
void take_keys(uint column, uint first, uint count, uint start, uint visible[ROWS]) {
  uint address[KEYS];
  float weight[ROWS][KEYS];
  [[unroll]] for (uint k = 0; k < KEYS; ++k) {
    address[k] = (first + min(start + k, count - 1)) * KEY_QUADS + column;
    [[unroll]] for (uint r = 0; r < ROWS; ++r) weight[r][k] = 0.0;
  }
  [[unroll]] for (uint d = 0; d < SLICE; ++d) {
    [[unroll]] for (uint k = 0; k < KEYS; ++k) {
      const vec4 key = KEY_LOAD4(keys[address[k] + d * PARTS]);
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        [[unroll]] for (uint e = 0; e < 4; ++e) weight[r][k] = fma(row_query[r][d][e], key[e], weight[r][k]);
      }
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    float peak = row_peak[r];
    [[unroll]] for (uint k = 0; k < KEYS; ++k) {
      weight[r][k] = sum_over_parts(weight[r][k]) * params.scale;
      peak = start + k < visible[r] ? max(peak, weight[r][k]) : peak;
    }
    // Exactly 1 while the peak stands: a block without visible keys must not change a bit.
    const float shrink = peak == row_peak[r] ? 1.0 : exp(row_peak[r] - peak);
    row_peak[r] = peak;
    row_total[r] *= shrink;
    [[unroll]] for (uint k = 0; k < KEYS; ++k) {
      weight[r][k] = start + k < visible[r] ? exp(weight[r][k] - peak) : 0.0;
      row_total[r] += weight[r][k];
    }
    [[unroll]] for (uint d = 0; d < SLICE; ++d) row_sum[r][d] *= shrink;
  }
  [[unroll]] for (uint d = 0; d < SLICE; ++d) {
    [[unroll]] for (uint k = 0; k < KEYS; ++k) {
      const vec4 value = KEY_LOAD4(values[address[k] + d * PARTS]);
      [[unroll]] for (uint r = 0; r < ROWS; ++r) row_sum[r][d] = fma(vec4(weight[r][k]), value, row_sum[r][d]);
    }
  }
}

// Adds up what the splits of a row have parked and stores the row; all invocations of the workgroup arrive.
void store_combined(uint row, uint head, bool stored) {
  if (stored) {
    const uint start = (row * params.heads + head) * QUADS;
    float peak = parked_stats[0].x;
    for (uint split = 1; split < SPLITS; ++split) peak = max(peak, parked_stats[split].x);
    for (uint quad = gl_LocalInvocationIndex; quad < QUADS; quad += LOCAL_SIZE) {
      float total = 0.0;
      vec4 sum = vec4(0.0);
      for (uint split = 0; split < SPLITS; ++split) {
        const float share = exp(parked_stats[split].x - peak);
        total = fma(share, parked_stats[split].y, total);
        sum = fma(vec4(share), parked_sums[split * QUADS + quad], sum);
      }
      result[start + quad] = X_STORE4(sum / total);
      if (quad == 0) store_log_sum(row, head, peak + log(total));
    }
  }
}

void attend() {
  const uint rows = min(params.rows, live_rows);
  // A workgroup's invocations need not lie in subgroups in order of their index.
  const uint lane =
      PARTS == 1 ? gl_LocalInvocationIndex : gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID;
  const uint part = PARTS == 1 ? 0 : lane % PARTS;
  const uint split = SPLITS == 1 ? 0 : lane / PARTS;

  const uint group_rows = SPREAD != 0 ? 1 : SPLITS > 1 ? ROWS : LOCAL_SIZE * ROWS;
  const uint blocks = (params.rows + group_rows - 1) / group_rows;
  uint head, begin;
  if (SPREAD != 0) {
    head = flat_invocation(LOCAL_SIZE) % params.heads;
    begin = flat_invocation(LOCAL_SIZE) / params.heads;
  } else {
    head = flat_group() / blocks;
    begin = flat_group() % blocks * group_rows;
  }
  if (head >= params.heads || begin >= rows) return;
  const uint end = min(begin + group_rows, rows);
  const uint mine = SPREAD != 0 || SPLITS > 1 ? begin : begin + lane * ROWS;
  const uint pitch = params.heads * QUADS;
  const uint column = key_column(head * params.kv_heads / params.heads) + part;

  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const uint start = min(mine + r, rows - 1) * pitch + head * QUADS + part;
    row_peak[r] = LOWEST;
    row_total[r] = 0.0;
    [[unroll]] for (uint d = 0; d < SLICE; ++d) {
      row_query[r][d] = X_LOAD4(query[start + d * PARTS]);
      row_sum[r][d] = vec4(0.0);
    }
  }

  // Neighbouring rows of one sequence read its keys together.
  for (uint run = begin; run < end;) {
    const uint first = first_key(run);
    uint count = num_keys(run);
    uint run_end = run + 1;
    for (; run_end < end && first_key(run_end) == first; ++run_end) count = max(count, num_keys(run_end));
    uint visible[ROWS];
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      visible[r] = mine + r >= run && mine + r < run_end ? num_keys(mine + r) : 0;
    }
    for (uint start = split * KEYS; start < count; start += SPLITS * KEYS) {
      take_keys(column, first, count, start, visible);
    }
    run = run_end;
  }

  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const uint row = mine + r;
    const bool stored = row < end && num_keys(row) != 0;
    if (SPLITS > 1) {
      if (r > 0) barrier();
      [[unroll]] for (uint d = 0; d < SLICE; ++d) parked_sums[split * QUADS + part + d * PARTS] = row_sum[r][d];
      if (part == 0) parked_stats[split] = vec2(row_peak[r], row_total[r]);
      barrier();
      store_combined(row, head, stored);
    } else if (stored) {
      const uint start = row * pitch + head * QUADS;
      if (part == 0) store_log_sum(row, head, row_peak[r] + log(row_total[r]));
      [[unroll]] for (uint d = 0; d < SLICE; ++d) {
        result[start + part + d * PARTS] = X_STORE4(row_sum[r][d] / row_total[r]);
      }
    }
  }
}

#endif
