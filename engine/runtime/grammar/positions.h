// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/grammar.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lapilli {

/// Where texts of a grammar can be, as numbers, made as they are reached and kept: reading a byte again is a
/// look into a table. A position is every way in which the text so far can be read, at once.
class Positions {
 public:
  using Id = int32_t;
  static constexpr Id kNone = -1;  ///< no text of the grammar begins so

  /// The grammar must outlive it.
  explicit Positions(const Grammar& grammar);

  [[nodiscard]] Id start() const { return start_; }
  /// Throws kInvalidArgument when the text can be read in more than 4096 ways.
  [[nodiscard]] Id next(Id position, uint8_t byte);
  /// The text is complete there.
  [[nodiscard]] bool may_end(Id position) const { return positions_[position].may_end; }
  /// The text is complete, and nothing can follow.
  [[nodiscard]] bool must_end(Id position) const {
    return may_end(position) && positions_[position].num_readings == 0;
  }
  /// Bytes that are missing, at least.
  [[nodiscard]] uint32_t least_bytes(Id position) const { return positions_[position].least_bytes; }
  /// About the memory it takes, which grows with every position that is reached first.
  [[nodiscard]] size_t size_bytes() const;

 private:
  /// One way to read the text so far: a state, the states to which the rules around it return, and the flags.
  struct Reading {
    uint32_t state, stack, flags;
    auto operator<=>(const Reading&) const = default;
  };
  struct ReadingHash {
    size_t operator()(const Reading& reading) const;
  };
  struct Position {
    size_t first_reading;
    uint32_t num_readings;
    uint32_t least_bytes;
    bool may_end;
  };
  struct StackNode {
    uint32_t state, below;
    uint32_t least_bytes;  ///< to the end of the text, from `state` on
  };
  using FlagSet = std::vector<uint64_t>;

  [[nodiscard]] Id position_of(std::vector<Reading> begin);
  void follow(const Reading& reading, const Grammar::Edge& edge, std::vector<Reading>& to);
  void follow_end(const Reading& reading, std::vector<Reading>& to) const;
  [[nodiscard]] uint32_t push(uint32_t stack, uint32_t state);
  [[nodiscard]] uint32_t flags_id(FlagSet set);
  [[nodiscard]] bool does_nothing_more(uint32_t state) const;

  const Grammar& grammar_;
  std::vector<Position> positions_;
  std::vector<Reading> readings_;
  std::vector<Id> next_;  // [positions, byte classes]
  std::unordered_multimap<size_t, Id> by_hash_;
  std::vector<StackNode> stacks_;  // 0: empty
  std::unordered_map<uint64_t, uint32_t> stack_ids_;
  std::map<FlagSet, uint32_t> flag_ids_;
  std::vector<const FlagSet*> flag_sets_;  // keys of flag_ids_; 0: none set
  std::unordered_set<Reading, ReadingHash> seen_;
  Id start_;
};

}  // namespace lapilli
