// SPDX-License-Identifier: Apache-2.0
#include "engine/io/pickle_reader.h"

#include "engine/io/pickle_machine.h"
#include "engine/io/safetensors_types.h"

#include <unordered_set>

namespace lapilli {
namespace {

constexpr size_t kMaxPickleBytes = size_t{64} << 20;
constexpr int kMaxWrapperDepth = 4;

[[noreturn]] void refuse(std::string message) {
  throw Error(ErrorCode::kBadFile, std::move(message));
}

/// Collects the tensors of a dictionary, entering the wrappers that training scripts put around it.
class Collector {
 public:
  explicit Collector(PickleHeap& heap) : heap_(heap) {}

  PickledWeights collect(PickleId root) {
    visit(root, 0);
    return {std::move(heap_.weights.storages), std::move(tensors_)};
  }

 private:
  void visit(PickleId dict, int depth) {
    if (heap_.at(dict).kind != PickleKind::kDict) {
      refuse(text("holds ", describe(heap_.at(dict).kind), ", a dictionary of tensors is expected"));
    }
    const auto& items = heap_.items_of(dict);
    for (size_t i = 0; i < items.size(); i += 2) visit_item(heap_.text_of(items[i]), items[i + 1], depth);
  }

  void visit_item(std::string_view name, PickleId value, int depth) {
    switch (heap_.at(value).kind) {
      case PickleKind::kTensor:
        return add(name, value);
      case PickleKind::kDict:
        if (!keys_.insert(std::string(name)).second) refuse(text("has the dictionary \"", name, "\" twice"));
        if ((name != "state_dict" && name != "model") || depth >= kMaxWrapperDepth) {
          refuse(text("holds a dictionary under \"", name,
                      "\"; tensors are expected there, or the name state_dict"));
        }
        return visit(value, depth + 1);
      case PickleKind::kNone:
      case PickleKind::kBool:
      case PickleKind::kInteger:
      case PickleKind::kFloat:
      case PickleKind::kText:
      case PickleKind::kByteText:
        return;
      default:
        refuse(text("holds ", describe(heap_.at(value).kind), " under \"", name, "\", a tensor is expected"));
    }
  }

  void add(std::string_view name, PickleId value) {
    if (!is_usable_tensor_name(name)) {
      refuse(text("has a tensor name of ", name.size(), " bytes that is empty, longer than ",
                  kMaxTensorNameBytes, " or holds control characters"));
    }
    if (!names_.insert(std::string(name)).second) refuse(text("has the tensor \"", name, "\" twice"));
    tensors_.push_back(heap_.weights.tensors[heap_.at(value).index]);
    tensors_.back().name = name;
  }

  PickleHeap& heap_;
  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> keys_;
  std::vector<PickledTensor> tensors_;
};

}  // namespace

Result<PickledWeights> read_state_dict(Bytes pickle) {
  if (pickle.size() > kMaxPickleBytes) {
    return Error(ErrorCode::kBadFile, text("the pickle has ", pickle.size(), " bytes, at most ",
                                           kMaxPickleBytes, " are accepted"));
  }
  return try_result([&] {
    PickleMachine machine(pickle);
    const PickleId root = machine.run();
    return Collector(machine.heap()).collect(root);
  });
}

}  // namespace lapilli
