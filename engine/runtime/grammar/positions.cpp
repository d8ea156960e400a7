// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/positions.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr size_t kMostReadings = 4096;
constexpr size_t kMostKeptBytes = size_t{256} << 20;
constexpr size_t kNodeBytes = 48;  // of a map's entry, beside what it holds
constexpr Positions::Id kUnknown = -2;
constexpr uint32_t kMostBytes = std::numeric_limits<uint32_t>::max() - 1;

uint32_t sum(uint32_t a, uint32_t b) {
  return static_cast<uint32_t>(std::min<uint64_t>(uint64_t{a} + b, kMostBytes));
}

}  // namespace

size_t Positions::ReadingHash::operator()(const Reading& reading) const {
  uint64_t hash = reading.state;
  for (const uint32_t value : {reading.stack, reading.flags})
    hash = (hash ^ (hash >> 29) ^ value) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 32);
}

Positions::Positions(const Grammar& grammar) : grammar_(grammar) {
  stacks_.push_back({0, 0, 0});
  (void)flags_id(FlagSet((grammar.num_flags() + 63) / 64));
  start_ = position_of({{grammar.start(), 0, 0}});
}

size_t Positions::size_bytes() const {
  const size_t flag_bytes = flag_sets_.front()->size() * sizeof(uint64_t);
  return positions_.size() * (sizeof(Position) + kNodeBytes) + readings_.size() * sizeof(Reading) +
         next_.size() * sizeof(Id) + stacks_.size() * (sizeof(StackNode) + kNodeBytes) +
         flag_sets_.size() * (flag_bytes + 2 * kNodeBytes);
}

Positions::Id Positions::next(Id position, uint8_t byte) {
  const size_t entry =
      static_cast<size_t>(position) * grammar_.num_byte_classes() + grammar_.byte_class(byte);
  if (next_[entry] != kUnknown) return next_[entry];
  std::vector<Reading> begin;
  const Position from = positions_[position];
  for (size_t at = from.first_reading; at < from.first_reading + from.num_readings; ++at) {
    const Reading reading = readings_[at];
    for (const Grammar::Edge& edge : grammar_.edges(reading.state)) {
      if (edge.kind == Grammar::Edge::Kind::kByte && edge.first_byte <= byte && byte <= edge.last_byte)
        begin.push_back({edge.target, reading.stack, reading.flags});
    }
  }
  const Id result = begin.empty() ? kNone : position_of(std::move(begin));
  next_[entry] = result;
  return result;
}

/// A state at which a rule ends and does nothing else need not be returned to.
bool Positions::does_nothing_more(uint32_t state) const {
  return grammar_.ends(state) && grammar_.edges(state).empty();
}

uint32_t Positions::push(uint32_t stack, uint32_t state) {
  if (does_nothing_more(state)) return stack;
  const auto [found, is_new] =
      stack_ids_.emplace(uint64_t{stack} << 32 | state, static_cast<uint32_t>(stacks_.size()));
  if (is_new) stacks_.push_back({state, stack, sum(grammar_.least_bytes(state), stacks_[stack].least_bytes)});
  return found->second;
}

uint32_t Positions::flags_id(FlagSet set) {
  const auto [found, is_new] = flag_ids_.emplace(std::move(set), static_cast<uint32_t>(flag_sets_.size()));
  if (is_new) flag_sets_.push_back(&found->first);
  return found->second;
}

/// Adds where an edge leads without reading a byte.
void Positions::follow(const Reading& reading, const Grammar::Edge& edge, std::vector<Reading>& to) {
  switch (edge.kind) {
    case Grammar::Edge::Kind::kByte:
      return;
    case Grammar::Edge::Kind::kEmpty:
      to.push_back({edge.target, reading.stack, reading.flags});
      return;
    case Grammar::Edge::Kind::kRule:
      to.push_back({edge.index, push(reading.stack, edge.target), reading.flags});
      return;
    case Grammar::Edge::Kind::kOnce: {
      const uint64_t bit = uint64_t{1} << (edge.index % 64);
      if (((*flag_sets_[reading.flags])[edge.index / 64] & bit) != 0) return;
      FlagSet set = *flag_sets_[reading.flags];
      set[edge.index / 64] |= bit;
      to.push_back({edge.target, reading.stack, flags_id(std::move(set))});
      return;
    }
    case Grammar::Edge::Kind::kForget: {
      FlagSet set = *flag_sets_[reading.flags];
      for (uint32_t flag = edge.index; flag < edge.index + edge.count; ++flag)
        set[flag / 64] &= ~(uint64_t{1} << (flag % 64));
      to.push_back({edge.target, reading.stack, flags_id(std::move(set))});
      return;
    }
  }
}

/// Adds where a rule's end leads.
void Positions::follow_end(const Reading& reading, std::vector<Reading>& to) const {
  const StackNode& top = stacks_[reading.stack];
  to.push_back({top.state, top.below, reading.flags});
}

/// The position of texts that can be read in these ways, all rules around and below included.
Positions::Id Positions::position_of(std::vector<Reading> begin) {
  // One after the other: clear() takes its time for all that ever were seen at once.
  while (!seen_.empty()) seen_.erase(seen_.begin());
  std::vector<Reading> kept;  // those that can read a byte
  uint32_t least_bytes = kMostBytes;
  bool may_end = false;
  while (!begin.empty()) {
    const Reading reading = begin.back();
    begin.pop_back();
    if (!seen_.insert(reading).second) continue;
    if (seen_.size() > kMostReadings) {
      throw Error(ErrorCode::kInvalidArgument, text("the grammar can read one text in more than ",
                                                    kMostReadings, " ways: make its choices differ sooner"));
    }
    bool reads = false;
    for (const Grammar::Edge& edge : grammar_.edges(reading.state)) {
      reads |= edge.kind == Grammar::Edge::Kind::kByte;
      follow(reading, edge, begin);
    }
    if (reads) {
      kept.push_back(reading);
      least_bytes =
          std::min(least_bytes, sum(grammar_.least_bytes(reading.state), stacks_[reading.stack].least_bytes));
    }
    if (!grammar_.ends(reading.state)) continue;
    if (reading.stack == 0) may_end = true;
    if (reading.stack != 0) follow_end(reading, begin);
  }
  if (kept.empty() && !may_end) return kNone;
  std::sort(kept.begin(), kept.end());
  size_t hash = may_end;
  for (const Reading& reading : kept) hash = hash * 31 + ReadingHash()(reading);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto known = first; known != last; ++known) {
    const Position& same = positions_[known->second];
    if (same.may_end == may_end && same.num_readings == kept.size() &&
        std::equal(kept.begin(), kept.end(), readings_.begin() + static_cast<ptrdiff_t>(same.first_reading)))
      return known->second;
  }
  if (size_bytes() > kMostKeptBytes) {
    throw Error(ErrorCode::kInvalidArgument,
                "the grammar can be read in too many ways to be followed: make its choices differ sooner");
  }
  const auto id = static_cast<Id>(positions_.size());
  positions_.push_back(
      {readings_.size(), static_cast<uint32_t>(kept.size()), may_end ? 0 : least_bytes, may_end});
  readings_.insert(readings_.end(), kept.begin(), kept.end());
  next_.resize(next_.size() + grammar_.num_byte_classes(), kUnknown);
  by_hash_.emplace(hash, id);
  return id;
}

}  // namespace lapilli
