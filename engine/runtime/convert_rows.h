// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/weights.h"
#include "engine/io/gguf.h"

namespace lapilli {

struct ConvertRowsOptions {
  DType dtype = DType::f32;
  /// Rows of one attention head that are to go from halves order to interleaved order; 0: rows stay in place.
  uint32_t interleaved_head = 0;
  unsigned num_threads = 1;
};

/// Gives a weight's rows, stored as options.dtype, to the sink; a few million elements are in memory at a
/// time. Quantised weights of another type are taken by their dequantised values. Fails with kBadFile for
/// values that are not finite, and with what source and sink return.
[[nodiscard]] Result<void> convert_rows(const WeightSource& source, const ConvertRowsOptions& options,
                                        const GgufSink& sink);

}  // namespace lapilli
