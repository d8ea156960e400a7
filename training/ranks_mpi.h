// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/ranks.h"

namespace lapilli::training {

/// All processes of the MPI job this one belongs to; MPI ends with the object. Throws kInternal where MPI
/// refuses. Only in builds with MPI.
[[nodiscard]] std::unique_ptr<Ranks> open_mpi_ranks();

}  // namespace lapilli::training
