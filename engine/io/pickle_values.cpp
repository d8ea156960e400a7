// SPDX-License-Identifier: Apache-2.0
#include "engine/io/pickle_values.h"

#include "engine/io/safetensors_types.h"

#include <algorithm>
#include <array>

namespace lapilli {
namespace {

constexpr size_t kMaxValues = 1'000'000;
constexpr size_t kMaxItems = 4'000'000;
constexpr size_t kMaxTensors = 65536;
constexpr uint8_t kMaxDepth = 16;
constexpr size_t kMaxKeyBytes = 20;

struct KnownGlobal {
  std::string_view module;
  std::string_view name;
  PickleGlobal global;
  StoredType type = {};
};

constexpr std::array<KnownGlobal, 14> kKnownGlobals = {{
    {"collections", "OrderedDict", PickleGlobal::kOrderedDict},
    {"torch._utils", "_rebuild_tensor_v2", PickleGlobal::kRebuildTensor},
    {"torch._utils", "_rebuild_parameter", PickleGlobal::kRebuildParameter},
    {"torch", "Size", PickleGlobal::kSize},
    {"torch", "FloatStorage", PickleGlobal::kStorageType, {"f32", 1, 4, DType::f32}},
    {"torch", "HalfStorage", PickleGlobal::kStorageType, {"f16", 1, 2, DType::f16}},
    {"torch", "BFloat16Storage", PickleGlobal::kStorageType, {"bf16", 1, 2, DType::bf16}},
    {"torch", "DoubleStorage", PickleGlobal::kStorageType, kStoredF64},
    {"torch", "LongStorage", PickleGlobal::kStorageType, kStoredI64},
    {"torch", "IntStorage", PickleGlobal::kStorageType, {"i32", 1, 4, DType::i32}},
    {"torch", "ShortStorage", PickleGlobal::kStorageType, kStoredI16},
    {"torch", "CharStorage", PickleGlobal::kStorageType, kStoredI8},
    {"torch", "ByteStorage", PickleGlobal::kStorageType, kStoredU8},
    {"torch", "BoolStorage", PickleGlobal::kStorageType, kStoredBool},
}};

[[noreturn]] void refuse(std::string message) {
  throw Error(ErrorCode::kBadFile, std::move(message));
}

/// At most 60 bytes of a text from the file, control characters and non-ASCII replaced.
std::string shown(std::string_view from) {
  std::string result(from.substr(0, 60));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < 0x20 || c == 0x7f; }, '?');
  return result;
}

void require_kind(const PickleHeap& heap, PickleId id, PickleKind kind, std::string_view what) {
  if (heap.at(id).kind != kind) {
    refuse(text(what, " is ", describe(heap.at(id).kind), ", ", describe(kind), " is expected"));
  }
}

uint64_t read_count(const PickleHeap& heap, PickleId id, std::string_view what) {
  require_kind(heap, id, PickleKind::kInteger, what);
  const int64_t value = heap.at(id).integer;
  if (value < 0) refuse(text(what, " is ", value, ", it must not be negative"));
  return static_cast<uint64_t>(value);
}

std::vector<uint64_t> read_counts(const PickleHeap& heap, PickleId id, std::string_view what) {
  require_kind(heap, id, PickleKind::kTuple, what);
  const auto& items = heap.items_of(id);
  if (items.size() > kMaxTensorRank) {
    refuse(text(what, " has ", items.size(), " entries, at most ", kMaxTensorRank, " are supported"));
  }
  std::vector<uint64_t> counts;
  for (const PickleId item : items) counts.push_back(read_count(heap, item, what));
  return counts;
}

/// The last element reached, relative to the offset; nothing when it does not fit 64 bits.
std::optional<uint64_t> last_element(const PickledTensor& tensor) {
  uint64_t last = 0;
  for (size_t d = 0; d < tensor.shape.size(); ++d) {
    const auto step = checked_mul(tensor.shape[d] - 1, tensor.strides[d]);
    const auto sum = step ? checked_add(last, *step) : std::nullopt;
    if (!sum) return std::nullopt;
    last = *sum;
  }
  return last;
}

void require_inside(const PickledTensor& tensor, const PickledStorage& storage) {
  const auto elements = element_count(tensor.shape);
  if (elements && *elements == 0) return;
  const auto last = elements ? last_element(tensor) : std::nullopt;
  const auto index = last ? checked_add(*last, tensor.offset) : std::nullopt;
  if (!index || *index >= storage.elements) {
    refuse(text("a tensor of shape ", shape_text(tensor.shape), " with strides ", shape_text(tensor.strides),
                " from element ", tensor.offset, " on reaches outside its storage ", storage.key, " of ",
                storage.elements, " elements"));
  }
}

PickleId make_ordered_dict(PickleHeap& heap, const std::vector<PickleId>& arguments) {
  if (arguments.size() > 1) refuse(text("OrderedDict is called with ", arguments.size(), " arguments"));
  const PickleId dict = add_container(heap, PickleKind::kDict, {});
  heap.values[dict].ordered = true;
  if (arguments.empty()) return dict;
  require_kind(heap, arguments[0], PickleKind::kList, "the argument of OrderedDict");
  const size_t count = heap.items_of(arguments[0]).size();
  for (size_t i = 0; i < count; ++i) {
    const PickleId pair = heap.items_of(arguments[0])[i];
    const PickleKind kind = heap.at(pair).kind;
    if ((kind != PickleKind::kTuple && kind != PickleKind::kList) || heap.items_of(pair).size() != 2) {
      refuse("OrderedDict is called with something else than pairs");
    }
    const PickleId key = heap.items_of(pair)[0];
    const PickleId value = heap.items_of(pair)[1];
    require_kind(heap, key, PickleKind::kText, "a dictionary's key");
    add_item(heap, dict, key);
    add_item(heap, dict, value);
  }
  return dict;
}

/// (storage, offset, shape, strides, requires_grad, hooks[, metadata])
PickleId rebuild_tensor(PickleHeap& heap, const std::vector<PickleId>& arguments) {
  if (arguments.size() != 6 && arguments.size() != 7) {
    refuse(text("_rebuild_tensor_v2 is called with ", arguments.size(), " arguments, it takes 6 or 7"));
  }
  require_kind(heap, arguments[0], PickleKind::kStorage, "a tensor's storage");
  require_kind(heap, arguments[4], PickleKind::kBool, "a tensor's requires_grad");
  require_kind(heap, arguments[5], PickleKind::kDict, "a tensor's hooks");
  PickledTensor tensor;
  tensor.storage = heap.at(arguments[0]).index;
  tensor.offset = read_count(heap, arguments[1], "a tensor's offset");
  tensor.shape = read_counts(heap, arguments[2], "a tensor's shape");
  tensor.strides = read_counts(heap, arguments[3], "a tensor's strides");
  if (tensor.shape.size() != tensor.strides.size()) {
    refuse(text("a tensor has ", tensor.shape.size(), " dimensions and ", tensor.strides.size(), " strides"));
  }
  require_inside(tensor, heap.weights.storages[tensor.storage]);
  if (heap.weights.tensors.size() >= kMaxTensors) refuse(text("holds more than ", kMaxTensors, " tensors"));
  heap.weights.tensors.push_back(std::move(tensor));
  return add_value(
      heap, {.kind = PickleKind::kTensor, .index = static_cast<uint32_t>(heap.weights.tensors.size() - 1)});
}

/// (tensor, requires_grad, hooks)
PickleId rebuild_parameter(const PickleHeap& heap, const std::vector<PickleId>& arguments) {
  if (arguments.size() != 3) {
    refuse(text("_rebuild_parameter is called with ", arguments.size(), " arguments, it takes 3"));
  }
  require_kind(heap, arguments[0], PickleKind::kTensor, "a parameter's value");
  require_kind(heap, arguments[1], PickleKind::kBool, "a parameter's requires_grad");
  require_kind(heap, arguments[2], PickleKind::kDict, "a parameter's hooks");
  return arguments[0];
}

bool is_plain_key(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyBytes) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

}  // namespace

std::string_view describe(PickleKind kind) {
  switch (kind) {
    case PickleKind::kNone:
      return "None";
    case PickleKind::kBool:
      return "a truth value";
    case PickleKind::kInteger:
      return "an integer";
    case PickleKind::kFloat:
      return "a float";
    case PickleKind::kText:
      return "a text";
    case PickleKind::kByteText:
      return "a byte text";
    case PickleKind::kTuple:
      return "a tuple";
    case PickleKind::kList:
      return "a list";
    case PickleKind::kDict:
      return "a dictionary";
    case PickleKind::kGlobal:
      return "a name";
    case PickleKind::kStorage:
      return "a storage";
    case PickleKind::kTensor:
      return "a tensor";
  }
  return "";
}

PickleId add_value(PickleHeap& heap, const PickleValue& value) {
  if (heap.values.size() >= kMaxValues) refuse(text("the pickle holds more than ", kMaxValues, " values"));
  heap.values.push_back(value);
  return static_cast<PickleId>(heap.values.size() - 1);
}

PickleId add_container(PickleHeap& heap, PickleKind kind, std::vector<PickleId> items) {
  const auto id =
      add_value(heap, {.kind = kind, .depth = 1, .index = static_cast<uint32_t>(heap.items.size())});
  heap.items.emplace_back();
  for (const PickleId item : items) add_item(heap, id, item);
  return id;
}

void add_item(PickleHeap& heap, PickleId container, PickleId item) {
  PickleValue& value = heap.values[container];
  const int depth = heap.values[item].depth + 1;
  if (depth > kMaxDepth) refuse(text("the pickle is nested deeper than ", int{kMaxDepth}, " levels"));
  if (++heap.item_count > kMaxItems)
    refuse(text("the pickle's containers hold more than ", kMaxItems, " items"));
  value.depth = std::max(value.depth, static_cast<uint8_t>(depth));
  heap.items[value.index].push_back(item);
}

PickleId resolve_global(PickleHeap& heap, std::string_view module, std::string_view name) {
  for (const KnownGlobal& known : kKnownGlobals) {
    if (known.module != module || known.name != name) continue;
    PickleValue value = {.kind = PickleKind::kGlobal, .global = known.global};
    if (known.global == PickleGlobal::kStorageType) {
      value.index = static_cast<uint32_t>(heap.storage_types.size());
      heap.storage_types.push_back(known.type);
    }
    return add_value(heap, value);
  }
  refuse(text(
      "the pickle asks for ", shown(module), ".", shown(name),
      ", which weights don't need and which is never run; save the state_dict() alone, or use safetensors"));
}

PickleId resolve_storage(PickleHeap& heap, PickleId tuple) {
  require_kind(heap, tuple, PickleKind::kTuple, "a persistent id");
  const auto& items = heap.items_of(tuple);
  if (items.size() != 5) refuse(text("a persistent id has ", items.size(), " parts, 5 are expected"));
  require_kind(heap, items[0], PickleKind::kText, "a persistent id's first part");
  if (heap.text_of(items[0]) != "storage") {
    refuse(text("a persistent id is of the kind \"", shown(heap.text_of(items[0])), "\", not \"storage\""));
  }
  require_kind(heap, items[1], PickleKind::kGlobal, "a storage's type");
  if (heap.at(items[1]).global != PickleGlobal::kStorageType)
    refuse("a storage's type is not a storage class");
  require_kind(heap, items[2], PickleKind::kText, "a storage's key");
  require_kind(heap, items[3], PickleKind::kText, "a storage's location");
  PickledStorage storage = {std::string(heap.text_of(items[2])), heap.storage_types[heap.at(items[1]).index],
                            read_count(heap, items[4], "a storage's size")};
  if (!is_plain_key(storage.key)) {
    refuse(text("the storage key \"", shown(storage.key), "\" is not a plain name of at most ", kMaxKeyBytes,
                " letters and digits"));
  }

  const auto [known, fresh] =
      heap.storage_index.try_emplace(storage.key, static_cast<uint32_t>(heap.weights.storages.size()));
  if (fresh) {
    heap.weights.storages.push_back(std::move(storage));
  } else if (const PickledStorage& other = heap.weights.storages[known->second];
             other.type.name != storage.type.name || other.elements != storage.elements) {
    refuse(text("storage ", storage.key, " is ", storage.elements, " × ", storage.type.name, " here and ",
                other.elements, " × ", other.type.name, " before"));
  }
  return add_value(heap, {.kind = PickleKind::kStorage, .index = known->second});
}

PickleId apply_global(PickleHeap& heap, PickleId callable, PickleId arguments) {
  require_kind(heap, callable, PickleKind::kGlobal, "what is called");
  require_kind(heap, arguments, PickleKind::kTuple, "the arguments of a call");
  const std::vector<PickleId> items = heap.items_of(arguments);
  switch (heap.at(callable).global) {
    case PickleGlobal::kOrderedDict:
      return make_ordered_dict(heap, items);
    case PickleGlobal::kRebuildTensor:
      return rebuild_tensor(heap, items);
    case PickleGlobal::kRebuildParameter:
      return rebuild_parameter(heap, items);
    case PickleGlobal::kSize:
      if (items.size() != 1)
        refuse(text("torch.Size is called with ", items.size(), " arguments, it takes 1"));
      require_kind(heap, items[0], PickleKind::kTuple, "the argument of torch.Size");
      return items[0];
    case PickleGlobal::kStorageType:
      break;
  }
  refuse("a storage class is called as a function");
}

}  // namespace lapilli
