// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/recipe.h"
#include "training/run_origin.h"
#include "training/sampler.h"
#include "training/session.h"

#include <filesystem>
#include <optional>

namespace lapilli::training {

/// Where a run stands between two updates, besides the parameters and their moments.
struct Progression {
  uint64_t updates = 0;  ///< finished ones
  uint64_t applied = 0;  ///< of them, those that changed the parameters
  DataPosition data;
  double loss_scale = 1;
  uint64_t clean_updates = 0;  ///< since the loss scale last changed
  double seconds = 0;          ///< of work, over all sessions
  double loss_mean = 0;        ///< as DivergenceWatch has it
  uint64_t losses_seen = 0;    ///< in that mean
  uint64_t measured_at = 0;    ///< updates after which the run was validated as its last; 0: not yet
  RunOrigin origin;
};

struct Checkpoint {
  std::filesystem::path folder;
  Progression progression;
  Recipe recipe;
};

/// Writes OUTPUT/checkpoint-N: the parameters with both moments as f32 safetensors and the rest as JSON. The
/// folder appears whole or not at all; of older ones, the last `keep − 1` stay. Fails with kIo (disk full and
/// the like); what was there before is then untouched.
[[nodiscard]] Result<std::filesystem::path> save_checkpoint(const std::filesystem::path& output,
                                                            Session& session, const Progression& progression,
                                                            const Recipe& recipe, size_t keep = 2);

/// The newest checkpoint in `output`; nothing when there is none. Fails with what damage to it gives.
[[nodiscard]] Result<std::optional<Checkpoint>> newest_checkpoint(const std::filesystem::path& output);

/// Renames a checkpoint whose parameters give no numbers any more to "broken-checkpoint-N", so that a run
/// goes on from the one before. Fails with kIo.
[[nodiscard]] Result<std::filesystem::path> set_broken_aside(const Checkpoint& checkpoint);

/// Removes what an interrupted save left in `output`; for the run that saves there, since a save of another
/// one that is under way goes as well.
void remove_unfinished(const std::filesystem::path& output);

/// The checkpoint in a folder "checkpoint-N". Fails with kNotFound and kBadFile.
[[nodiscard]] Result<Checkpoint> open_checkpoint(const std::filesystem::path& folder);

/// Where a checkpoint keeps parameters and moments, under the names of training_graphs.h.
[[nodiscard]] std::filesystem::path parameter_file(const Checkpoint& checkpoint);

/// Gives a session the checkpoint's parameters and moments. Fails with kBadFile where either has others.
[[nodiscard]] Result<void> restore(const Checkpoint& checkpoint, Session& session);

}  // namespace lapilli::training
