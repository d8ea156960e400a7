// SPDX-License-Identifier: Apache-2.0
#include "training/ranks.h"

#include "engine/base/error.h"
#include "training/ranks_mpi.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace lapilli::training {
namespace {

/// Processes of the job that a launcher says it started; 0: there was none.
uint32_t launched_processes() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    const std::string_view digits = value;
    uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }
  return 0;
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
