// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <cstdint>

/// Every operator with its contract. A function adds one node (or a few) to the graph of its operands.
///
/// Common rules: `float` means f32, f16 or bf16 storage; sums are f32 in a fixed order. A result has the
/// storage type and the live-rows mark of its first operand unless said otherwise. Rows of the result depend
/// on the same rows of the operands only, and do not depend on how many rows are computed together. Every
/// function throws kShape, naming both shapes, when operands do not fit together.
namespace lapilli::ops {

// ---- rows
// --------------------------------------------------------------------------------------------------------

/// Rows of a table: table [vocab, dim] in any weight type, ids i32 [tokens] → [tokens, dim] of type `result`.
/// An id outside 0 … vocab−1 gives a row of zeros. Marked live when ids are.
Tensor embedding(Tensor table, Tensor ids, DType result);

/// y = x · rsqrt(mean(x²) + eps) · weight, by row; x [rows, cols] float, weight f32 [cols].
/// Source: Zhang and Sennrich 2019; LlamaRMSNorm of the original (the mean and the scaling in f32).
Tensor rms_norm(Tensor x, Tensor weight, float eps);

/// y = (x − mean) / √(var + eps) · weight + bias, by row, biased variance; weight and bias f32 [cols].
Tensor layer_norm(Tensor x, Tensor weight, Tensor bias, float eps);

/// a + b; both have the same columns, and the rows of b repeat down a: a's row count is a multiple of b's (a
/// bias row [cols], position rows for a batch, or the same shape).
Tensor add(Tensor a, Tensor b);

/// silu(gate) · up, silu(x) = x / (1 + e^−x); both [rows, cols].
Tensor silu_mul(Tensor gate, Tensor up);

/// x · sigmoid(1.702 · x), CLIP's activation.
Tensor quick_gelu(Tensor x);

/// 0.5 · x · (1 + erf(x / √2)), the projector's activation, exact form.
Tensor gelu_erf(Tensor x);

/// factor · x.
Tensor scale(Tensor x, float factor);

/// x/(1 − probability) where an element is kept, 0 where it is left out, which each is with the given
/// probability 0 < p < 1: by a hash of the seed i32 [1], the salt (another for each use) and the element's
/// index, the same on every device. Source: Srivastava et al. 2014. All rows are live.
Tensor dropout(Tensor x, Tensor seed, double probability, uint32_t salt);

/// The same values in another float type, rounded to nearest even.
Tensor convert(Tensor x, DType result);

/// Cuts an image f32 [channels, height, width] into rows [patches, channels·patch·patch] of type `result`,
/// patches in reading order, a row in the order (channel, y, x) of a convolution kernel. For a batch:
/// [images, channels, height, width]. Pixels beyond the last whole patch of a line or column are left out.
Tensor patchify(Tensor image, uint32_t patch, DType result);

/// y[r] = index[r] < 0 ? x[r] : rows[index[r]]; x [tokens, dim] or one row [1, dim] that stands for all;
/// index i32 [tokens] → [tokens, dim]. x and rows have one float type. Marked live when index is.
Tensor splice(Tensor x, Tensor rows, Tensor index);

/// y[r] = x[index[r]], zeros for an index outside of x; index i32 [n] → [n, cols]. Marked live when index is.
Tensor gather_rows(Tensor x, Tensor index);

/// The column of the largest of the first `limit` values of each row, the lowest on ties: [rows, cols] → i32
/// [rows]. NaN never wins.
Tensor argmax(Tensor x, uint32_t limit);

struct TopK {
  Tensor values;  ///< f32 [rows, k], descending
  Tensor ids;     ///< i32 [rows, k]; equal values by ascending id
};
/// The k ≤ 64 largest of the first `limit` values of each row.
TopK top_k(Tensor x, uint32_t k, uint32_t limit);

// ---- linear
// ------------------------------------------------------------------------------------------------------

enum class Activation { kNone, kQuickGelu, kGeluErf };

struct LinearOperands {
  Tensor bias = {};      ///< f32 [out]; absent: none
  Tensor residual = {};  ///< [tokens, out] of x's type, added last; absent: none
  Activation activation = Activation::kNone;
};

/// y = activation(x · weightᵀ + bias) + residual; x [tokens, in] float, weight [out, in] in any weight type
/// as stored in the file (never expanded in memory). Accumulates in f32 along `in`. In a differentiable graph
/// the activation, and what follows it, are operators of their own.
Tensor linear(Tensor x, Tensor weight, const LinearOperands& more = {});

/// The results of several linears side by side: weights [out_i, in], each of any weight type → [tokens, Σ
/// out_i].
Tensor joined_linear(Tensor x, std::span<const Tensor> weights);

/// silu(x · gateᵀ) · (x · upᵀ): silu_mul of two linears whose weights lie one behind the other, weight
/// [2·out, in] with the gate's rows first → [tokens, out]. What lies between is f32 where it is one launch.
Tensor gated_linear(Tensor x, Tensor weight);

/// The values of a weight of any type as f32, bit-exact by ggml's formulas.
Tensor dequantize(Tensor weight);

// ---- attention
// ---------------------------------------------------------------------------------------------------

enum class RopePairing {
  kHalves,       ///< (i, i + head_dim/2), as weights of Hugging Face checkpoints expect
  kInterleaved,  ///< (2i, 2i + 1), as weights of GGUF and Meta's files expect
};

enum class RopeDirection {
  kForward,
  kBackward,  ///< by the negative angles, which undoes it and is its gradient
};

/// Rotary position embedding of x [tokens, heads·head_dim]; positions i32 [tokens]; table f32 [context,
/// head_dim] with cos(position · frequency_i) at column i and sin(…) at column head_dim/2 + i. Source: Su et
/// al. 2021; matches apply_rotary_pos_emb of the original.
Tensor rope(Tensor x, Tensor positions, Tensor table, RopePairing pairing,
            RopeDirection direction = RopeDirection::kForward);

/// Writes row r of x [tokens, heads·head_dim], head by head, to cache[lanes[r], head, positions[r]],
/// converting to the cache's type; cache float [lanes, heads, context, head_dim]: what a head reads lies
/// together. Returns the cache after the update, in the same storage. Rows whose lane or position is out of
/// range are not stored.
Tensor kv_store(Tensor cache, Tensor x, Tensor positions, Tensor lanes);

struct StoredRows {
  Tensor q;             ///< [tokens, q columns] of the rows' type, rotated
  Tensor keys, values;  ///< the caches after the update
};
/// What attention over a cache needs of its rows: rotates q and k, and stores k and v; rope and kv_store of
/// the columns q, k and v of qkv [tokens, q columns + 2 · kv_heads·head_dim]. The other operands are as rope
/// and kv_store have them; both caches have one type.
StoredRows rope_and_store(Tensor qkv, Tensor positions, Tensor lanes, Tensor table, Tensor keys,
                          Tensor values, RopePairing pairing);

struct AttentionOptions {
  uint32_t heads = 1;
  uint32_t kv_heads = 1;  ///< divides heads; query head h uses key head h / (heads / kv_heads)
  float scale = 1.0f;     ///< of the scores, 1/√head_dim
  bool causal = false;    ///< row i of a sequence sees its keys 0 … i
  uint32_t sequence_rows =
      0;  ///< rows of one sequence; rows see only keys of their own; 0: all rows are one sequence
};

/// Scaled dot-product attention; q [rows, heads·head_dim], k and v [rows, kv_heads·head_dim], one float type;
/// head_dim ≤ 128. Scores, softmax and sums are f32 and streamed: no [rows, rows] matrix exists. Source: Dao
/// et al. 2022, algorithm 1.
Tensor attention(Tensor q, Tensor k, Tensor v, const AttentionOptions& options);

/// The same over a cache: row r of q sees keys 0 … positions[r] of lane lanes[r]; caches [lanes,
/// kv_heads, context, head_dim], both of one float type; options.causal and sequence_rows are not used.
Tensor cached_attention(Tensor q, Tensor k_cache, Tensor v_cache, Tensor positions, Tensor lanes,
                        const AttentionOptions& options);

// ---- gradients
// ---------------------------------------------------------------------------------------------------

/// dy · weight, the gradient of linear's x: dy [tokens, out] float, weight [out, in] in any weight type as
/// stored → [tokens, in]. Accumulates in f32 along `out`, in the order of the weight's rows.
Tensor linear_transposed(Tensor dy, Tensor weight);

/// dyᵀ · x, the gradient of linear's weight: dy [tokens, out], x [tokens, in], both of one float type → f32
/// [out, in]. Accumulates along the tokens in their order; those that aren't live don't count.
Tensor linear_weight_gradient(Tensor dy, Tensor x);

/// The sums of all columns, in f32 and an order that depends on shape and device only: x [rows, cols] float →
/// f32 [cols]. Rows that aren't live don't count. The gradient of what is added to every row.
Tensor column_sums(Tensor x);

/// The gradient of rows that repeat down x [rows, cols]: y[r] = x[r] + x[r + n] + x[r + 2n] + …, n being the
/// rows of the float type `result`, a divisor of x's rows. Sums are as in column_sums, rounded to the
/// result's type once. x itself where it is of that type already.
Tensor sum_repeats(Tensor x, const TensorType& result);

/// Zeros of a float type.
Tensor zeros(Graph& graph, const TensorType& type);

/// y[r] = Σ x[i] over the rows i with index[i] = r, in ascending order; x [n, cols] float, index i32 [n] →
/// the float type `result`, of x's columns. An index outside of the result's rows is left out. Sums are f32;
/// a result of 16 bits is rounded after every 8192 rows of x at the latest. The gradient of a gather.
Tensor scatter_add_rows(Tensor x, Tensor index, const TensorType& result);

// dy is the gradient of the named operator's result; each gives that of an operand, in the operand's type.

/// dy · σ · (1 + 1.702 · x · (1 − σ)) with σ = sigmoid(1.702 · x).
Tensor quick_gelu_gradient(Tensor x, Tensor dy);

/// dy · (Φ(x) + x · φ(x)), the normal distribution and its density.
Tensor gelu_erf_gradient(Tensor x, Tensor dy);

struct SiluMulGradients {
  Tensor gate;  ///< dy · up · σ · (1 + gate · (1 − σ)) with σ = sigmoid(gate)
  Tensor up;    ///< dy · silu(gate)
};
SiluMulGradients silu_mul_gradient(Tensor gate, Tensor up, Tensor dy);

enum class NormKind { kRms, kLayer };

struct NormOptions {
  NormKind kind = NormKind::kRms;
  float eps = 0;
};

/// Of x: scale · (g − mean(g) − n · mean(g · n)) with g = dy · weight, n = (x − mean(x)) · scale and
/// scale = 1 / √(var(x) + eps), by row; the means of x and g are 0 in rms_norm. weight f32 [cols].
Tensor norm_gradient(Tensor x, Tensor weight, Tensor dy, const NormOptions& norm);

/// Of the weight: the sums of the columns of dy · n, in f32 and a fixed order → f32 [cols].
Tensor norm_weight_gradient(Tensor x, Tensor dy, const NormOptions& norm);

}  // namespace lapilli::ops
