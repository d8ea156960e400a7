// SPDX-License-Identifier: Apache-2.0
#include "training/ranks.h"

#include "engine/base/error.h"
#include "training/ranks_mpi.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace lapilli::training {
namespace {

std::optional<uint32_t> number_in(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return std::nullopt;
  const std::string_view digits = value;
  uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Processes of the job that a launcher says it started; 0: there was none.
uint32_t launched_processes() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const auto number = number_in(name)) return *number;
  // PMIx tells a process its rank alone; Slurm, which starts processes so, tells their number. It does so
  // within an allocation too where it started none.
  if (std::getenv("PMIX_RANK") == nullptr) return 0;
  return number_in("SLURM_STEP_NUM_TASKS").value_or(0);
}

}  // namespace

void OneRank::abort(int exit_code) {
  std::_Exit(exit_code);
}

std::unique_ptr<Ranks> open_ranks() {
  const uint32_t processes = launched_processes();
  if (processes < 2) return std::make_unique<OneRank>();
#ifdef LAPILLI_HAVE_MPI
  return open_mpi_ranks();
#else
  throw Error(ErrorCode::kUnsupported,
              text(processes,
                   " processes were started to train together, this program was built without "
                   "MPI; install Open MPI (libopenmpi-dev) and build again, or start it without "
                   "mpirun"));
#endif
}

}  // namespace lapilli::training
