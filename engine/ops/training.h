// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <span>

/// Operators of training only: losses, and what an optimiser does to its states. The rules of ops.h apply;
/// all rows are live.
namespace lapilli::ops {

// ---- losses
// ------------------------------------------------------------------------------------------------------

struct CrossEntropy {
  Tensor loss;        ///< f32 [1]: scale · Σ row_losses
  Tensor row_losses;  ///< f32 [rows]: −log softmax(logits)[label], 0 of ignored rows; has no gradient
};

/// Cross entropy of logits float [rows, vocab] with labels i32 [rows]; scale f32 [1], which has no gradient,
/// is 1/targets for the mean. A negative label ignores its row; one that is not below vocab makes the loss
/// and its gradients NaN, so that a wrong mask is not silent. Exponentials and sums are f32.
CrossEntropy cross_entropy(Tensor logits, Tensor labels, Tensor scale);

/// cross_entropy(linear(x, weight), labels, scale) with logits in f32 that never exist all at once: x [rows,
/// dim] float, weight [vocab, dim] in any weight type. Forward and backward go through chunks of `chunk_rows`
/// rows, a multiple of 128; 0: about 64 MiB of logits. Its gradients compute them again; those of the weight
/// are added up chunk by chunk.
CrossEntropy linear_cross_entropy(Tensor x, Tensor weight, Tensor labels, Tensor scale,
                                  uint32_t chunk_rows = 0);

// ---- sums and states
// -------------------------------------------------------------------------------------------

/// sum + x, in sum's storage: sum f32, x float of its shape. Returns the sum after the update. An x that is
/// made for this alone, by linear_weight_gradient or scatter_add_rows, is added where it is made and takes no
/// storage.
Tensor accumulate(Tensor sum, Tensor x);

/// A float state with `value` everywhere, in its storage. Returns the state after the update.
Tensor fill(Tensor state, float value);

/// Σ x² → f32 [1], in two stages; the order of additions depends on the device only.
Tensor sum_of_squares(Tensor x);

/// √(Σ x²) over the elements of all tensors, which are float of any shape → f32 [1].
Tensor global_norm(std::span<const Tensor> tensors);

// ---- optimiser
// ---------------------------------------------------------------------------------------------------

/// What adamw reads in its settings, f32 in this order.
struct AdamwSettings {
  float learning_rate;
  float complement1;  ///< 1 − beta1 as rounded from double: 1 − 0.999f would be wrong in the fifth digit
  float complement2;  ///< 1 − beta2
  float epsilon;
  float weight_decay;
  float correction1;      ///< 1 − beta1ᵗ for step t = 1, 2, …
  float correction2;      ///< 1 − beta2ᵗ
  float gradient_factor;  ///< clipping / loss scale; 0 or not finite: the step changes nothing
};
inline constexpr uint32_t kNumAdamwSettings = sizeof(AdamwSettings) / sizeof(float);

/// The states of one parameter, f32 of its shape, and a copy of it for computing.
struct AdamwStates {
  Tensor parameter;
  Tensor first_moment;
  Tensor second_moment;
  Tensor copy = {};  ///< f16 or bf16, written with the parameter rounded to nearest even; absent: none
};

/// One step of AdamW in the storage of its states; gradient f32 of the parameter's shape, settings f32
/// [kNumAdamwSettings]. Returns the states after the step.
/// Source: Loshchilov and Hutter 2019; the order of operations of torch.optim.AdamW.
AdamwStates adamw(const AdamwStates& states, Tensor gradient, Tensor settings);

}  // namespace lapilli::ops
