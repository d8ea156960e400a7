// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"
#include "training/checkpoint.h"

namespace lapilli::training {

/// Which of a checkpoint's weights count.
enum class LearnedParts { kAll, kProjector };

/// The model a run started from, with what the run learned: whole weights are the checkpoint's (matrices in
/// f32), those with low-rank factors are merged in f32 while they are read, the others stay the base's. The
/// checkpoint's file stays open with the model. Fails with kBadFile where the checkpoint has a weight that
/// the model has not, or of another shape.
[[nodiscard]] Result<LoadedModel> trained_model(LoadedModel base, const Checkpoint& checkpoint,
                                                LearnedParts parts = LearnedParts::kAll,
                                                DType activation = DType::f32);

}  // namespace lapilli::training
