// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/pickle_values.h"

namespace lapilli {

/// The stack machine of pickle protocol 2, reduced to what state dictionaries use.
class PickleMachine {
 public:
  explicit PickleMachine(Bytes pickle) : reader_(pickle) {}

  /// Runs to STOP and gives the one value left; throws kBadFile, place = offset of the operation.
  PickleId run();
  [[nodiscard]] PickleHeap& heap() { return heap_; }

 private:
  bool step(uint8_t operation);
  bool push_constant(uint8_t operation);
  bool build_container(uint8_t operation);
  bool use_memo(uint8_t operation);
  bool call(uint8_t operation);

  void push(PickleId id);
  void push_value(const PickleValue& value) { push(add_value(heap_, value)); }
  void push_integer(int64_t integer) { push_value({.kind = PickleKind::kInteger, .integer = integer}); }
  void push_text(PickleKind kind, Bytes bytes);
  PickleId pop();
  /// Everything above the innermost mark, which is removed too.
  std::vector<PickleId> pop_to_mark();
  std::vector<PickleId> pop_count(size_t count);
  PickleId top();
  /// The lowest stack position that may be popped: values below belong to an outer mark.
  [[nodiscard]] size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  std::string_view read_line(std::string_view what);
  int64_t read_long();
  void memorize(size_t index);
  void push_memo(size_t index);
  void append(const std::vector<PickleId>& items);
  void set_items(const std::vector<PickleId>& items);
  void build();

  ByteReader reader_;
  PickleHeap heap_;
  std::vector<PickleId> stack_;
  std::vector<size_t> marks_;
  std::vector<PickleId> memo_;
};

}  // namespace lapilli
