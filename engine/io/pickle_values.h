// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/pickle_reader.h"

#include <unordered_map>

namespace lapilli {

/// What a value on the pickle machine's stack can be.
enum class PickleKind : uint8_t {
  kNone,
  kBool,
  kInteger,
  kFloat,
  kText,
  kByteText,
  kTuple,
  kList,
  kDict,  ///< items alternate key, value
  kGlobal,
  kStorage,
  kTensor,
};

/// The names a state dictionary may refer to.
enum class PickleGlobal : uint8_t {
  kOrderedDict,
  kRebuildTensor,
  kRebuildParameter,
  kSize,
  kStorageType,
};

using PickleId = uint32_t;

/// Plain and small: containers hold ids into the heap, so that no value owns another and destroying never
/// recurses.
struct PickleValue {
  PickleKind kind = PickleKind::kNone;
  uint8_t depth = 0;      ///< of nested containers, 0 for scalars
  bool ordered = false;   ///< kDict: an OrderedDict
  PickleGlobal global{};  ///< kGlobal
  uint32_t index = 0;     ///< containers, texts, storages, tensors: position in the heap's list of them
  int64_t integer = 0;    ///< kBool, kInteger
};

/// All values of one pickle.
struct PickleHeap {
  std::vector<PickleValue> values;
  std::vector<std::vector<PickleId>> items;
  size_t item_count = 0;
  std::vector<std::string_view> texts;  ///< views into the pickle
  std::vector<StoredType> storage_types;
  std::unordered_map<std::string, uint32_t> storage_index;  ///< key → position in weights.storages
  PickledWeights weights;                                   ///< storages and, still nameless, tensors

  [[nodiscard]] const PickleValue& at(PickleId id) const { return values[id]; }
  [[nodiscard]] const std::vector<PickleId>& items_of(PickleId id) const { return items[values[id].index]; }
  [[nodiscard]] std::string_view text_of(PickleId id) const { return texts[values[id].index]; }
};

/// "a dictionary", for messages.
[[nodiscard]] std::string_view describe(PickleKind kind);

/// Adds a value; throws kBadFile past the limit of values.
PickleId add_value(PickleHeap& heap, const PickleValue& value);
PickleId add_container(PickleHeap& heap, PickleKind kind, std::vector<PickleId> items);
/// Appends to a container; throws kBadFile past the limits of nesting and items.
void add_item(PickleHeap& heap, PickleId container, PickleId item);

/// The value of a GLOBAL operation; throws kBadFile, naming the symbol, for all but the known ones.
PickleId resolve_global(PickleHeap& heap, std::string_view module, std::string_view name);

/// The value of a persistent id, ('storage', type, key, location, elements).
PickleId resolve_storage(PickleHeap& heap, PickleId tuple);

/// What "calling" a known name with a tuple of arguments means.
PickleId apply_global(PickleHeap& heap, PickleId callable, PickleId arguments);

}  // namespace lapilli
