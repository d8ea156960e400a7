// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/ops/ops.h"

namespace lapilli::ops {

/// What the gradients of attention(q, k, v) are computed from.
struct AttentionTape {
  Tensor k, v;
  Tensor result;    ///< of the forward pass
  Tensor log_sums;  ///< f32 [rows, heads]: the logarithm of the sum of the exponentials of a row's scores
  Tensor upstream;  ///< gradient of the result
};

struct AttentionGradients {
  Tensor q, k, v;  ///< of the operands' types
};

/// Streamed as the forward pass is: scores are computed again, no [rows, rows] matrix exists. A key's
/// gradients are summed over the heads that share it, then over rows, in a fixed order. All rows are live.
/// Source: Dao et al. 2022, algorithm 4, in two passes: over keys for dq, over queries for dk and dv.
AttentionGradients attention_gradient(Tensor q, const AttentionTape& tape, const AttentionOptions& options);

}  // namespace lapilli::ops
