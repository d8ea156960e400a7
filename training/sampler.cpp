// SPDX-License-Identifier: Apache-2.0
#include "training/sampler.h"

#include "training/text_rules.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace lapilli::training {
namespace {

using Indices = std::vector<uint32_t>;

/// split_to_even_chunks, chunk after chunk.
Indices dealt(const Indices& group, std::span<const int32_t> lengths, size_t world) {
  Indices result;
  result.reserve(group.size());
  if (group.size() % world != 0) {
    for (size_t chunk = 0; chunk < world; ++chunk) {
      for (size_t i = chunk; i < group.size(); i += world) result.push_back(group[i]);
    }
    return result;
  }
  constexpr int64_t kClosed = std::numeric_limits<int64_t>::max();
  std::vector<Indices> chunks(world);
  std::vector<int64_t> sums(world, 0);
  for (const uint32_t index : group) {
    const auto shortest = static_cast<size_t>(std::ranges::min_element(sums) - sums.begin());
    chunks[shortest].push_back(index);
    sums[shortest] =
        chunks[shortest].size() == group.size() / world ? kClosed : sums[shortest] + lengths[index];
  }
  for (const Indices& chunk : chunks) result.insert(result.end(), chunk.begin(), chunk.end());
  return result;
}

/// get_length_grouped_indices.
Indices group_by_length(std::span<const int32_t> lengths, BatchShape shape, const Permutation& permutation) {
  const Indices order = permutation(lengths.size());
  LAPILLI_ASSERT(order.size() == lengths.size());
  const size_t update = shape.batch * shape.world;
  Indices result;
  for (size_t at = 0; at < order.size(); at += update) {
    const auto first = order.begin() + static_cast<ptrdiff_t>(at);
    Indices group(first, first + static_cast<ptrdiff_t>(std::min(update, order.size() - at)));
    std::ranges::stable_sort(group, [&](uint32_t a, uint32_t b) { return lengths[a] > lengths[b]; });
    const Indices chunks = dealt(group, lengths, shape.world);
    result.insert(result.end(), chunks.begin(), chunks.end());
  }
  return result;
}

/// The records of one kind, grouped by length and cut into updates.
std::vector<Indices> updates_of(std::span<const int32_t> lengths, int32_t sign, BatchShape shape,
                                const Permutation& permutation) {
  Indices members;
  std::vector<int32_t> own_lengths;
  for (size_t i = 0; i < lengths.size(); ++i) {
    if ((lengths[i] > 0) != (sign > 0)) continue;
    members.push_back(static_cast<uint32_t>(i));
    own_lengths.push_back(lengths[i] * sign);
  }
  std::vector<Indices> updates;
  const Indices order = group_by_length(own_lengths, shape, permutation);
  for (size_t i = 0; i < order.size(); ++i) {
    if (i % (shape.batch * shape.world) == 0) updates.emplace_back();
    updates.back().push_back(members[order[i]]);
  }
  return updates;
}

}  // namespace

std::vector<uint32_t> group_by_modality(std::span<const int32_t> lengths, BatchShape shape,
                                        const Permutation& permutation) {
  LAPILLI_ASSERT(shape.batch > 0 && shape.world > 0);
  LAPILLI_ASSERT(std::ranges::find(lengths, 0) == lengths.end());
  const auto with_pictures = std::ranges::count_if(lengths, [](int32_t length) { return length > 0; });
  if (with_pictures == 0 || with_pictures == std::ssize(lengths)) {
    return group_by_length(lengths, shape, permutation);
  }
  std::vector<Indices> updates = updates_of(lengths, 1, shape, permutation);
  std::vector<Indices> texts = updates_of(lengths, -1, shape, permutation);
  Indices rest = std::move(updates.back());
  rest.insert(rest.end(), texts.back().begin(), texts.back().end());
  std::ranges::sort(rest);
  updates.pop_back();
  texts.pop_back();
  std::ranges::move(texts, std::back_inserter(updates));

  Indices result;
  const Indices order = permutation(updates.size());
  for (const uint32_t i : order) result.insert(result.end(), updates[i].begin(), updates[i].end());
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

std::vector<uint32_t> shuffled(size_t n, uint64_t seed, uint64_t epoch, uint32_t stream) {
  const auto low = [](uint64_t value) { return static_cast<uint32_t>(value); };
  std::seed_seq start{low(seed), low(seed >> 32), low(epoch), low(epoch >> 32), stream};
  std::mt19937_64 random(start);
  const auto draw = [&](uint64_t limit) {
    const uint64_t fair = std::mt19937_64::max() - std::mt19937_64::max() % limit;
    uint64_t value = random();
    while (value >= fair) value = random();
    return value % limit;
  };
  Indices order(n);
  std::iota(order.begin(), order.end(), 0u);
  for (size_t i = n; i > 1; --i) std::swap(order[i - 1], order[draw(i)]);
  return order;
}

DataSplit split_data(size_t n, double share, uint64_t seed) {
  constexpr uint32_t kStream = 0x76616c69;  // beyond those that an epoch's order uses
  Indices order = shuffled(n, seed, 0, kStream);
  const auto exact = static_cast<size_t>(static_cast<double>(n) * std::clamp(share, 0.0, 1.0));
  const size_t wanted = share > 0 ? std::max<size_t>(1, exact) : 0;
  const auto border = order.begin() + static_cast<ptrdiff_t>(n == 0 ? 0 : std::min(wanted, n - 1));
  DataSplit split{.training{border, order.end()}, .validation{order.begin(), border}};
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

Result<std::vector<int32_t>> modality_lengths(const Dataset& dataset, std::stop_token stop) {
  std::vector<int32_t> lengths;
  lengths.reserve(dataset.size());
  for (size_t i = 0; i < dataset.size(); ++i) {
    if (stop.stop_requested()) return Error(ErrorCode::kStopped, "stopped while the data was measured");
    const Result<Record> record = dataset.record(i);
    if (!record) return record.error();
    size_t words = 0;
    for (const Turn& turn : record->turns) words += count_words(turn.text);
    const auto length = static_cast<int32_t>(std::max<size_t>(words, 1));
    lengths.push_back(record->images.empty() ? -length : length);
  }
  return lengths;
}

Sampler::Sampler(std::vector<int32_t> lengths, const SamplerOptions& options, DataPosition start)
    : lengths_(std::move(lengths)), options_(options), position_(start) {
  LAPILLI_ASSERT(!lengths_.empty() && options.shape.batch > 0 && options.shape.world > 0);
  if (position_.position >= lengths_.size()) position_ = {position_.epoch + 1, 0};
  begin_epoch();
}

void Sampler::begin_epoch() {
  uint32_t stream = 0;
  const Permutation permutation = [&](size_t n) {
    return shuffled(n, options_.seed, position_.epoch, stream++);
  };
  if (!options_.shuffle) {
    order_.resize(lengths_.size());
    std::iota(order_.begin(), order_.end(), 0u);
  } else if (options_.group_by_modality) {
    order_ = group_by_modality(lengths_, options_.shape, permutation);
  } else {
    order_ = permutation(lengths_.size());
  }
}

uint32_t Sampler::next() {
  const uint32_t index = order_[position_.position++];
  if (position_.position == order_.size()) {
    position_ = {position_.epoch + 1, 0};
    begin_epoch();
  }
  return index;
}

std::vector<uint32_t> Sampler::next_update() {
  const size_t left = order_.size() - position_.position;
  std::vector<uint32_t> update(std::min(left, options_.shape.batch * options_.shape.world));
  for (uint32_t& index : update) index = next();
  return update;
}

size_t Sampler::updates_per_epoch() const {
  return divide_up(lengths_.size(), options_.shape.batch * options_.shape.world);
}

}  // namespace lapilli::training
