// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/lower.h"

#include "engine/base/bytes.h"

#include <algorithm>
#include <sstream>

namespace lapilli {
namespace {

/// Nodes that contribute to something the caller can see.
std::vector<bool> used_nodes(const Graph& graph) {
  std::vector<bool> tensor_used(graph.num_tensors(), false);
  std::vector<bool> node_used(graph.nodes().size(), false);
  for (size_t index = graph.nodes().size(); index-- > 0;) {
    const Node& node = graph.nodes()[index];
    node_used[index] = std::any_of(node.outputs.begin(), node.outputs.end(), [&](TensorId id) {
      return tensor_used[id] || graph.info(id).is_output || graph.info(graph.info(id).storage).is_external();
    });
    if (!node_used[index]) continue;
    for (const TensorId id : node.inputs) tensor_used[id] = true;
  }
  return node_used;
}

/// Parameters and addresses.
uint64_t pushed_bytes(const Dispatch& dispatch) {
  constexpr uint64_t kAddressBytes = sizeof(uint64_t);
  const uint64_t own = dispatch.params.bytes().size();
  if (dispatch.addressed_bindings == 0) return own;
  return align_up(own, kAddressBytes) + dispatch.addressed_bindings * kAddressBytes;
}

class Collector final : public DispatchList {
 public:
  explicit Collector(LoweredGraph& lowered) : lowered_(lowered) {}
  void enter(std::string scope) { scope_ = std::move(scope); }

  void add(Dispatch dispatch) override {
    LAPILLI_ASSERT(dispatch.shader != nullptr);
    LAPILLI_ASSERT(pushed_bytes(dispatch) == dispatch.shader->params_bytes);
    LAPILLI_ASSERT(dispatch.constants.empty() ||
                   dispatch.constants.size() == dispatch.shader->tunables.size());
    const auto& bindings = dispatch.shader->bindings;
    const auto own = std::count_if(bindings.begin(), bindings.end(),
                                   [](const ShaderBinding& b) { return b.binding != kLiveRowsBinding; });
    LAPILLI_ASSERT(dispatch.buffers.size() == static_cast<size_t>(own));
    lowered_.dispatches.push_back(std::move(dispatch));
    lowered_.scopes.push_back(scope_);
  }

  BufferRef scratch(uint64_t size_bytes) override {
    const auto id = static_cast<TensorId>(lowered_.tensors.size());
    lowered_.tensors.push_back(
        {.size_bytes = size_bytes, .storage = id, .external = false, .name = "scratch"});
    return {id, 0, size_bytes};
  }

 private:
  LoweredGraph& lowered_;
  std::string scope_;
};

}  // namespace

LoweredGraph lower(const Graph& graph, const DeviceCaps& caps) {
  LoweredGraph lowered;
  for (TensorId id = 0; id < graph.num_tensors(); ++id) {
    const TensorInfo& info = graph.info(id);
    lowered.tensors.push_back({.size_bytes = info.type.size_bytes(),
                               .storage = info.storage,
                               .external = info.is_external(),
                               .name = info.name});
  }
  if (graph.live_rows()) {
    lowered.live_rows = graph.live_rows().id();
    lowered.has_live_rows = true;
  }
  Collector collector(lowered);
  const auto used = used_nodes(graph);
  std::vector<TensorType> in;
  std::vector<TensorType> out;
  for (size_t index = 0; index < graph.nodes().size(); ++index) {
    if (!used[index]) continue;
    const Node& node = graph.nodes()[index];
    in.clear();
    out.clear();
    for (const TensorId id : node.inputs) in.push_back(graph.info(id).type);
    for (const TensorId id : node.outputs) out.push_back(graph.info(id).type);
    collector.enter(node.scope.empty() ? std::string(node.op->name())
                                       : text(node.scope, '/', node.op->name()));
    try {
      node.op->lower({in, out, node.inputs, node.outputs, caps}, collector);
    } catch (const Error& error) {
      throw error.within(text(node.scope, '/', node.op->name()));
    }
  }
  return lowered;
}

std::string LoweredGraph::dump() const {
  std::ostringstream out;
  for (size_t index = 0; index < dispatches.size(); ++index) {
    const Dispatch& dispatch = dispatches[index];
    out << index << ": " << dispatch.shader->name << " groups " << dispatch.groups[0] << 'x'
        << dispatch.groups[1] << 'x' << dispatch.groups[2] << (dispatch.live_rows ? " live" : "") << " (";
    for (size_t buffer = 0; buffer < dispatch.buffers.size(); ++buffer) {
      const BufferRef& ref = dispatch.buffers[buffer];
      out << (buffer ? ", " : "") << '%' << ref.tensor;
      if (!tensors[ref.tensor].name.empty()) out << ' ' << tensors[ref.tensor].name;
      if (ref.offset_bytes) out << " + " << ref.offset_bytes;
    }
    out << ")  # " << scopes[index] << '\n';
  }
  return out.str();
}

}  // namespace lapilli
