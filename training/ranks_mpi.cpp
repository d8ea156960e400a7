// SPDX-License-Identifier: Apache-2.0
#include "training/ranks_mpi.h"

#include "engine/base/error.h"

#include <algorithm>
#include <cstdlib>

#include <mpi.h>

namespace lapilli::training {
namespace {

void require(int result, const char* what) {
  if (result != MPI_SUCCESS)
    throw Error(ErrorCode::kInternal, text("MPI could not ", what, " (its code is ", result, ')'));
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
  ~MpiRanks() override { MPI_Finalize(); }

  [[nodiscard]] uint32_t rank() const override { return static_cast<uint32_t>(rank_); }
  [[nodiscard]] uint32_t size() const override { return static_cast<uint32_t>(size_); }
  [[nodiscard]] uint32_t local_rank() const override { return static_cast<uint32_t>(local_rank_); }
  [[nodiscard]] uint32_t local_size() const override { return static_cast<uint32_t>(local_size_); }

  void sum(std::span<float> values) override {
    in_pieces(values, [](std::span<float> piece) {
      require(MPI_Allreduce(MPI_IN_PLACE, piece.data(), static_cast<int>(piece.size()), MPI_FLOAT, MPI_SUM,
                            MPI_COMM_WORLD),
              "add the ranks' values");
    });
  }
  [[nodiscard]] double sum(double value) override {
    require(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD),
            "add the ranks' values");
    return value;
  }
  [[nodiscard]] uint64_t least(uint64_t value) override {
    require(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD),
            "compare the ranks' values");
    return value;
  }
  void share(std::span<std::byte> bytes) override {
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
