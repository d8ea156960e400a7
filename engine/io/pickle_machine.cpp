// SPDX-License-Identifier: Apache-2.0
#include "engine/io/pickle_machine.h"

#include <array>
#include <cstring>

namespace lapilli {
namespace {

constexpr size_t kMaxOperations = 4'000'000;
constexpr size_t kMaxStack = 65536;
constexpr size_t kMaxMemo = 1'000'000;
/// The pickler numbers its memo without gaps; the slack only forgives an optimiser's leftovers.
constexpr size_t kMemoSlack = 16;
constexpr uint32_t kMaxTextBytes = 65536;
constexpr uint8_t kMaxLong1Bytes = 8;
constexpr uint8_t kProtocol = 2;

[[noreturn]] void refuse(std::string message) {
  throw Error(ErrorCode::kBadFile, std::move(message));
}

}  // namespace

PickleId PickleMachine::run() {
  if (reader_.read<uint8_t>("pickle") != 0x80 || reader_.read<uint8_t>("pickle") != kProtocol) {
    refuse(text("is not a pickle of protocol ", int{kProtocol},
                "; save the file with torch.save and its defaults"));
  }
  for (size_t count = 0; count < kMaxOperations; ++count) {
    const uint64_t offset = reader_.offset();
    try {
      if (!step(reader_.read<uint8_t>("pickle operation"))) break;
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), text("offset ", offset));
    }
    if (count + 1 == kMaxOperations) refuse(text("has more than ", kMaxOperations, " operations"));
  }
  if (stack_.size() != 1 || !marks_.empty()) {
    refuse(text("ends with ", stack_.size(), " values instead of one"));
  }
  if (reader_.remaining() != 0) refuse(text("goes on for ", reader_.remaining(), " bytes after its end"));
  return stack_[0];
}

bool PickleMachine::step(uint8_t operation) {
  if (operation == '.') return false;
  if (push_constant(operation) || build_container(operation) || use_memo(operation) || call(operation))
    return true;
  constexpr std::array<char, 17> kDigits = {"0123456789abcdef"};
  refuse(text("the pickle operation 0x", kDigits[operation >> 4], kDigits[operation & 15],
              " does not occur in weights; the file is damaged or not a state_dict"));
}

bool PickleMachine::push_constant(uint8_t operation) {
  switch (operation) {
    case 'N':
      push_value({});
      return true;
    case 0x88:
    case 0x89:
      push_value({.kind = PickleKind::kBool, .integer = operation == 0x88});
      return true;
    case 'J':
      push_integer(reader_.read<int32_t>("integer"));
      return true;
    case 'K':
      push_integer(reader_.read<uint8_t>("integer"));
      return true;
    case 'M':
      push_integer(reader_.read<uint16_t>("integer"));
      return true;
    case 0x8a:
      push_integer(read_long());
      return true;
    case 'G':
      (void)reader_.take(8, "float");
      push_value({.kind = PickleKind::kFloat});
      return true;
    case 'X': {
      const auto size = reader_.read<uint32_t>("text size");
      if (size > kMaxTextBytes)
        refuse(text("holds a text of ", size, " bytes, at most ", kMaxTextBytes, " are accepted"));
      push_text(PickleKind::kText, reader_.take(size, "text"));
      return true;
    }
    case 'U':
      push_text(PickleKind::kByteText, reader_.take(reader_.read<uint8_t>("text size"), "text"));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::build_container(uint8_t operation) {
  switch (operation) {
    case '(':
      if (marks_.size() >= kMaxStack) refuse(text("has more than ", kMaxStack, " open marks"));
      marks_.push_back(stack_.size());
      return true;
    case ')':
      push(add_container(heap_, PickleKind::kTuple, {}));
      return true;
    case 't':
      push(add_container(heap_, PickleKind::kTuple, pop_to_mark()));
      return true;
    case 0x85:
    case 0x86:
    case 0x87:
      push(add_container(heap_, PickleKind::kTuple, pop_count(operation - 0x84u)));
      return true;
    case ']':
      push(add_container(heap_, PickleKind::kList, {}));
      return true;
    case 'a':
      append(pop_count(1));
      return true;
    case 'e':
      append(pop_to_mark());
      return true;
    case '}':
      push(add_container(heap_, PickleKind::kDict, {}));
      return true;
    case 's':
      set_items(pop_count(2));
      return true;
    case 'u':
      set_items(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::use_memo(uint8_t operation) {
  switch (operation) {
    case 'q':
      memorize(reader_.read<uint8_t>("memo index"));
      return true;
    case 'r':
      memorize(reader_.read<uint32_t>("memo index"));
      return true;
    case 'h':
      push_memo(reader_.read<uint8_t>("memo index"));
      return true;
    case 'j':
      push_memo(reader_.read<uint32_t>("memo index"));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::call(uint8_t operation) {
  switch (operation) {
    case 'c': {
      const std::string_view module = read_line("module name");
      const std::string_view name = read_line("symbol name");
      push(resolve_global(heap_, module, name));
      return true;
    }
    case 'Q':
      push(resolve_storage(heap_, pop()));
      return true;
    case 'R': {
      const PickleId arguments = pop();
      push(apply_global(heap_, pop(), arguments));
      return true;
    }
    case 'b':
      build();
      return true;
    default:
      return false;
  }
}

void PickleMachine::push(PickleId id) {
  if (stack_.size() >= kMaxStack) refuse(text("needs a stack of more than ", kMaxStack, " values"));
  stack_.push_back(id);
}

void PickleMachine::push_text(PickleKind kind, Bytes bytes) {
  heap_.texts.push_back(as_string_view(bytes));
  push_value({.kind = kind, .index = static_cast<uint32_t>(heap_.texts.size() - 1)});
}

PickleId PickleMachine::pop() {
  const PickleId id = top();
  stack_.pop_back();
  return id;
}

PickleId PickleMachine::top() {
  if (stack_.size() <= floor()) refuse("takes a value from an empty stack");
  return stack_.back();
}

std::vector<PickleId> PickleMachine::pop_to_mark() {
  if (marks_.empty()) refuse("closes a mark that was not opened");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<PickleId> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

std::vector<PickleId> PickleMachine::pop_count(size_t count) {
  if (stack_.size() - floor() < count) refuse("takes a value from an empty stack");
  const auto begin = stack_.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<PickleId> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  return items;
}

std::string_view PickleMachine::read_line(std::string_view what) {
  constexpr size_t kMaxLineBytes = 256;
  ByteReader ahead = reader_;
  size_t length = 0;
  while (ahead.remaining() > 0 && length <= kMaxLineBytes) {
    if (ahead.read<char>(what) == '\n') {
      const auto line = as_string_view(reader_.take(length, what));
      (void)reader_.take(1, what);
      return line;
    }
    ++length;
  }
  refuse(text("the ", what, " has no end within ", kMaxLineBytes, " bytes"));
}

int64_t PickleMachine::read_long() {
  const auto size = reader_.read<uint8_t>("integer size");
  if (size > kMaxLong1Bytes) {
    refuse(text("holds an integer of ", int{size}, " bytes, at most ", int{kMaxLong1Bytes}, " are accepted"));
  }
  const Bytes bytes = reader_.take(size, "integer");
  const bool negative = size > 0 && (bytes.back() & std::byte{0x80}) != std::byte{0};
  uint64_t value = negative ? ~uint64_t{0} : 0;
  std::memcpy(&value, bytes.data(), size);
  return static_cast<int64_t>(value);
}

void PickleMachine::memorize(size_t index) {
  if (index >= kMaxMemo || index > memo_.size() + kMemoSlack) {
    refuse(text("memo index ", index, " is far above the ", memo_.size(), " entries there are"));
  }
  const PickleId value = top();
  // An id no value can have marks the entries that were skipped.
  if (index >= memo_.size()) memo_.resize(index + 1, UINT32_MAX);
  memo_[index] = value;
}

void PickleMachine::push_memo(size_t index) {
  if (index >= memo_.size() || memo_[index] == UINT32_MAX) {
    refuse(text("reads memo entry ", index, ", which was not written"));
  }
  push(memo_[index]);
}

void PickleMachine::append(const std::vector<PickleId>& items) {
  const PickleId list = top();
  if (heap_.at(list).kind != PickleKind::kList) {
    refuse(text("appends to ", describe(heap_.at(list).kind), ", only a list can be appended to"));
  }
  for (const PickleId item : items) add_item(heap_, list, item);
}

void PickleMachine::set_items(const std::vector<PickleId>& items) {
  const PickleId dict = top();
  if (heap_.at(dict).kind != PickleKind::kDict) {
    refuse(text("sets an item of ", describe(heap_.at(dict).kind), ", only a dictionary has items"));
  }
  if (items.size() % 2 != 0) refuse("sets a dictionary's key without a value");
  for (size_t i = 0; i < items.size(); ++i) {
    if (i % 2 == 0 && heap_.at(items[i]).kind != PickleKind::kText) {
      refuse(text("uses ", describe(heap_.at(items[i]).kind), " as a dictionary's key, weights have texts"));
    }
    add_item(heap_, dict, items[i]);
  }
}

void PickleMachine::build() {
  (void)pop();  // the attributes (_metadata: module versions) say nothing about the weights
  const PickleValue& target = heap_.at(top());
  if (target.kind != PickleKind::kDict || !target.ordered) {
    refuse(text("sets attributes of ", describe(target.kind), ", only an OrderedDict may have them"));
  }
}

}  // namespace lapilli
