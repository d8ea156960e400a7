// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

/// The launches that losses over a vocabulary are made of.
namespace lapilli::ops {

/// Rows of logits with their labels.
struct LabelledRows {
  DType dtype;
  uint32_t rows;
  uint32_t vocab;
  BufferRef logits;
  BufferRef labels;
};

/// losses[row] = −log softmax(logits[row])[label]; one row must be bindable.
void add_row_losses(const LabelledRows& in, BufferRef losses, const DeviceCaps& caps, DispatchList& out);

/// gradient[row] = upstream · scale · (softmax(logits[row]) − onehot(label)) in the logits' type; may be
/// their storage.
void add_row_gradients(const LabelledRows& in, BufferRef scale, BufferRef upstream, BufferRef gradient,
                       const DeviceCaps& caps, DispatchList& out);

/// result = scale · Σ values, f32.
void add_scaled_sum(BufferRef values, BufferRef scale, BufferRef result, const DeviceCaps& caps,
                    DispatchList& out);

/// Throws kShape unless labels is i32 [rows] and scale f32 [1].
void require_labels(std::string_view op, uint64_t rows, const TensorType& labels, const TensorType& scale);

/// Throws kUnsupported where gradients flow to what has none: from row losses, into the scale.
void refuse_other_gradients(std::string_view op, const VjpArgs& args, size_t scale_input);

}  // namespace lapilli::ops
