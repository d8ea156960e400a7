// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/dataset.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace lapilli::training {

/// A permutation of 0 … n−1.
using Permutation = std::function<std::vector<uint32_t>(size_t n)>;

/// How an update's records are dealt out: `batch` at a time to each of `world` devices or accumulation steps.
struct BatchShape {
  size_t batch = 1;
  size_t world = 1;
};

/// The original's get_modality_length_grouped_indices: updates of one modality each, records of like length
/// together. `lengths` are positive with a picture, negative without, never 0. `permutation` is asked for the
/// records with pictures, those without, and the updates, in this order; for all records alone when they are
/// of one kind. Precondition: shape is not 0.
[[nodiscard]] std::vector<uint32_t> group_by_modality(std::span<const int32_t> lengths, BatchShape shape,
                                                      const Permutation& permutation);

/// A shuffle that depends on nothing but its arguments, the same on every machine: Fisher–Yates from the end,
/// `j = draw(i + 1)`, swap(i, j), over std::mt19937_64 started with seed_seq{low and high words of seed, low
/// and high words of epoch, stream}; draw(n) is the generator's value modulo n, values that would favour
/// small results thrown away.
[[nodiscard]] std::vector<uint32_t> shuffled(size_t n, uint64_t seed, uint64_t epoch, uint32_t stream);

/// The original's modality_lengths: words of all turns, negative for records without pictures; at least 1.
/// Fails as Dataset::record does, with kStopped on request.
[[nodiscard]] Result<std::vector<int32_t>> modality_lengths(const Dataset& dataset,
                                                            std::stop_token stop = {});

/// Which records are learned and which only measured, both in ascending order.
struct DataSplit {
  std::vector<uint32_t> training;
  std::vector<uint32_t> validation;
};

/// Takes ⌊n·share⌋ records out for validation, one at least unless the share is 0, the first of `shuffled`
/// under a stream of its own; the same ones whatever the epoch. At least one is left to learn.
[[nodiscard]] DataSplit split_data(size_t n, double share, uint64_t seed);

struct SamplerOptions {
  bool shuffle = true;            ///< off: the data's own order, whatever group_by_modality says
  bool group_by_modality = true;  ///< off: a plain shuffle
  uint64_t seed = 42;
  BatchShape shape = {};  ///< micro batch; devices times accumulation steps
};

/// Where in the data a run stands; all there is to save.
struct DataPosition {
  uint64_t epoch = 0;
  uint64_t position = 0;  ///< records of this epoch that were taken
  bool operator==(const DataPosition&) const = default;
};

/// Deals the records of one epoch after the other. Two samplers with the same options, lengths and position
/// go on alike.
class Sampler {
 public:
  /// Precondition: lengths is not empty and has no 0, shape is not 0.
  Sampler(std::vector<int32_t> lengths, const SamplerOptions& options, DataPosition start = {});

  /// The next record's index; after the last one a new epoch begins.
  [[nodiscard]] uint32_t next();

  /// The records of the next update, world·batch of them, chunk after chunk: chunk j goes to device j mod
  /// devices at accumulation step j div devices. Fewer at an epoch's end; never over it. As the original
  /// deals `batch` at a time, a short update's chunks are filled in order.
  [[nodiscard]] std::vector<uint32_t> next_update();

  [[nodiscard]] DataPosition position() const { return position_; }
  [[nodiscard]] size_t records() const { return lengths_.size(); }
  [[nodiscard]] size_t updates_per_epoch() const;

 private:
  void begin_epoch();

  std::vector<int32_t> lengths_;
  SamplerOptions options_;
  DataPosition position_;
  std::vector<uint32_t> order_;
};

}  // namespace lapilli::training
