// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/sample.h"
#include "training/session.h"

#include <span>

namespace lapilli::training {

/// The smallest extent that programs are recorded for and that holds `count`: steps of a quarter of the power
/// of two below it, so that at most a fifth is padding, and 32 at least.
[[nodiscard]] uint32_t padded_extent(uint32_t count);

/// How a recipe's records become samples of a model.
[[nodiscard]] SampleOptions sample_options(const Recipe& recipe, const ModelConfig& config);

/// The extents that hold the samples: equal lengths for all, as long as the longest.
[[nodiscard]] MicroStepShape shape_of(std::span<const Sample> samples);

/// Rows whose next token is learned.
[[nodiscard]] uint64_t count_labels(const Sample& sample);

/// The samples side by side. Pictures take slots in the order of samples and their places. Precondition:
/// shape holds the samples.
[[nodiscard]] MicroBatch make_micro_batch(std::span<const Sample> samples, const MicroStepShape& shape,
                                          uint32_t image_rows);

}  // namespace lapilli::training
