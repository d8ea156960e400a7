// SPDX-License-Identifier: Apache-2.0
#include "training/ranks_mpi.h"

#include "engine/base/error.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <mpi.h>

namespace lapilli::training {
namespace {

void require(int result, const char* what) {
  if (result != MPI_SUCCESS)
    throw Error(ErrorCode::kInternal, text("MPI could not ", what, " (its code is ", result, ')'));
}

/// Returns when all ranks are here. MPI's own waiting takes a whole processor, which the rank that is waited
/// for may need: where a processor computes, or while one rank looks at the data.
void meet() {
  using std::chrono::steady_clock;
  constexpr auto kSpin = std::chrono::microseconds(100), kSleep = std::chrono::microseconds(200);
  MPI_Request request = MPI_REQUEST_NULL;
  require(MPI_Ibarrier(MPI_COMM_WORLD, &request), "wait for the other ranks");
  const steady_clock::time_point start = steady_clock::now();
  for (int here = 0;;) {
    require(MPI_Test(&request, &here, MPI_STATUS_IGNORE), "wait for the other ranks");
    if (here != 0) return;
    if (steady_clock::now() - start > kSpin) std::this_thread::sleep_for(kSleep);
  }
}

class MpiRanks final : public Ranks {
 public:
  MpiRanks() {
    int provided = 0;
    require(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "start");
    // Failures come back as values; what is left to do about one is abort().
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    require(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "tell the rank");
    require(MPI_Comm_size(MPI_COMM_WORLD, &size_), "tell the number of ranks");
    MPI_Comm machine = MPI_COMM_NULL;
    require(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine),
            "find the ranks of this machine");
    require(MPI_Comm_rank(machine, &local_rank_), "tell the rank on this machine");
    require(MPI_Comm_size(machine, &local_size_), "tell the number of ranks on this machine");
    MPI_Comm_free(&machine);
  }
  ~MpiRanks() override {
    // Ends wait for each other with MPI's own waiting. A rank that failed doesn't come here.
    try {
      meet();
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): there is nobody left to meet
    }
    MPI_Finalize();
  }

  [[nodiscard]] uint32_t rank() const override { return static_cast<uint32_t>(rank_); }
  [[nodiscard]] uint32_t size() const override { return static_cast<uint32_t>(size_); }
  [[nodiscard]] uint32_t local_rank() const override { return static_cast<uint32_t>(local_rank_); }
  [[nodiscard]] uint32_t local_size() const override { return static_cast<uint32_t>(local_size_); }

  void sum(std::span<float> values) override {
    meet();
    in_pieces(values, [](std::span<float> piece) {
      require(MPI_Allreduce(MPI_IN_PLACE, piece.data(), static_cast<int>(piece.size()), MPI_FLOAT, MPI_SUM,
                            MPI_COMM_WORLD),
              "add the ranks' values");
    });
  }
  [[nodiscard]] double sum(double value) override {
    meet();
    require(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD),
            "add the ranks' values");
    return value;
  }
  [[nodiscard]] uint64_t least(uint64_t value) override {
    meet();
    require(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD),
            "compare the ranks' values");
    return value;
  }
  void share(std::span<std::byte> bytes) override {
    meet();
    in_pieces(bytes, [](std::span<std::byte> piece) {
      require(MPI_Bcast(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, 0, MPI_COMM_WORLD),
              "give rank 0's values to all");
    });
  }
  [[noreturn]] void abort(int exit_code) override {
    MPI_Abort(MPI_COMM_WORLD, exit_code);
    std::_Exit(exit_code);
  }

 private:
  /// MPI counts in int.
  template <class Value, class Do>
  static void in_pieces(std::span<Value> values, Do act) {
    constexpr size_t kMost = size_t{1} << 26;
    for (; !values.empty(); values = values.subspan(std::min(kMost, values.size())))
      act(values.first(std::min(kMost, values.size())));
  }

  int rank_ = 0;
  int size_ = 1;
  int local_rank_ = 0;
  int local_size_ = 1;
};

}  // namespace

std::unique_ptr<Ranks> open_mpi_ranks() {
  return std::make_unique<MpiRanks>();
}

}  // namespace lapilli::training
