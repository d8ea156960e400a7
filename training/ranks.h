// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"

#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace lapilli::training {

/// The processes that train one model together, each on a device of its own. All of them call the same
/// functions in the same order; a call returns when all have made it. Used by one thread.
class Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks() = default;

  [[nodiscard]] virtual uint32_t rank() const = 0;  ///< 0 … size − 1; 0 writes and prints
  [[nodiscard]] virtual uint32_t size() const = 0;
  [[nodiscard]] virtual uint32_t local_rank() const = 0;  ///< among those of one machine
  [[nodiscard]] virtual uint32_t local_size() const = 0;  ///< how many there are on this machine

  /// Sums of all ranks' values, the same bits everywhere.
  virtual void sum(std::span<float> values) = 0;
  [[nodiscard]] virtual double sum(double value) = 0;
  [[nodiscard]] virtual uint64_t least(uint64_t value) = 0;
  /// Gives rank 0's bytes to all.
  virtual void share(std::span<std::byte> bytes) = 0;
  /// Ends all processes at once, whatever they are doing.
  [[noreturn]] virtual void abort(int exit_code) = 0;

  [[nodiscard]] bool alone() const { return size() == 1; }
  [[nodiscard]] bool any(bool value) { return sum(value ? 1.0 : 0.0) > 0; }
  template <class Value>
  void share_value(Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    share(std::as_writable_bytes(std::span(&value, 1)));
  }
};

/// A process by itself.
class OneRank final : public Ranks {
 public:
  [[nodiscard]] uint32_t rank() const override { return 0; }
  [[nodiscard]] uint32_t size() const override { return 1; }
  [[nodiscard]] uint32_t local_rank() const override { return 0; }
  [[nodiscard]] uint32_t local_size() const override { return 1; }
  void sum(std::span<float> /*values*/) override {}
  [[nodiscard]] double sum(double value) override { return value; }
  [[nodiscard]] uint64_t least(uint64_t value) override { return value; }
  void share(std::span<std::byte> /*bytes*/) override {}
  [[noreturn]] void abort(int exit_code) override;
};

/// The ranks that mpirun or srun started this process among; one alone where none did. Called once a process,
/// before other threads use MPI. Throws kUnsupported where several were started and the program was built
/// without MPI: each would train for itself.
[[nodiscard]] std::unique_ptr<Ranks> open_ranks();

}  // namespace lapilli::training
