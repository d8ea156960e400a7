// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"

#include <algorithm>
#include <sstream>
#include <utility>

namespace lapilli {

const TensorType& Tensor::type() const {
  LAPILLI_ASSERT(graph_ != nullptr);
  return graph_->info(id_).type;
}

Tensor Graph::external(std::string name, TensorType type, TensorKind kind) {
  require_unused(name);
  const auto id = static_cast<TensorId>(tensors_.size());
  tensors_.push_back(
      {.type = type, .kind = kind, .name = std::move(name), .storage = id, .is_output = false});
  return Tensor(this, id);
}

Tensor Graph::input(std::string name, TensorType type) {
  return external(std::move(name), type, TensorKind::kInput);
}
Tensor Graph::weight(std::string name, TensorType type) {
  return external(std::move(name), type, TensorKind::kWeight);
}
Tensor Graph::state(std::string name, TensorType type) {
  return external(std::move(name), type, TensorKind::kState);
}

void Graph::require_unused(const std::string& name) const {
  LAPILLI_ASSERT(!name.empty());
  LAPILLI_ASSERT(
      std::none_of(tensors_.begin(), tensors_.end(), [&](const TensorInfo& t) { return t.name == name; }));
}

std::vector<Tensor> Graph::apply(std::unique_ptr<const Op> op, std::span<const Tensor> inputs) {
  ops_.push_back(std::move(op));
  return apply_again(*ops_.back(), inputs);
}

std::vector<Tensor> Graph::apply_again(const Op& op, std::span<const Tensor> inputs) {
  Node node{.op = &op, .inputs = {}, .outputs = {}, .scope = scope_, .recomputed = recomputed_};
  std::vector<TensorType> in_types;
  for (const Tensor& input : inputs) {
    LAPILLI_ASSERT(input.graph_ == this);
    node.inputs.push_back(input.id());
    in_types.push_back(input.type());
  }
  std::vector<TensorType> out_types;
  try {
    out_types = node.op->infer(in_types);
  } catch (const Error& error) {
    throw error.within(scope_.empty() ? node.op->name() : std::string_view(scope_));
  }
  std::vector<Tensor> results;
  for (size_t index = 0; index < out_types.size(); ++index) {
    const auto id = static_cast<TensorId>(tensors_.size());
    const auto aliased = node.op->alias(index);
    const TensorId storage = aliased ? tensors_[node.inputs[*aliased]].storage : id;
    tensors_.push_back({.type = out_types[index],
                        .kind = TensorKind::kIntermediate,
                        .name = {},
                        .storage = storage,
                        .is_output = false});
    node.outputs.push_back(id);
    results.push_back(Tensor(this, id));
  }
  nodes_.push_back(std::move(node));
  return results;
}

Tensor Graph::apply_one(std::unique_ptr<const Op> op, std::initializer_list<Tensor> inputs) {
  auto results = apply(std::move(op), std::span(inputs.begin(), inputs.size()));
  LAPILLI_ASSERT(results.size() == 1);
  return results.front();
}

void Graph::output(std::string name, Tensor tensor) {
  require_unused(name);
  TensorInfo& info = tensors_[tensor.id()];
  // A view of other storage cannot be supplied by the caller; apply a copy to it first.
  LAPILLI_ASSERT(info.kind == TensorKind::kIntermediate && info.storage == tensor.id());
  info.name = std::move(name);
  info.is_output = true;
}

void Graph::set_live_rows(Tensor count) {
  LAPILLI_ASSERT(info(count.id()).kind == TensorKind::kInput && count.type().dtype == DType::i32);
  live_rows_ = count;
}

Graph::Scope::Scope(Graph& graph, std::string_view name)
    : graph_(graph), length_before_(graph.scope_.size()) {
  if (!graph_.scope_.empty()) graph_.scope_ += '/';
  graph_.scope_ += name;
}

Graph::Scope::~Scope() {
  graph_.scope_.resize(length_before_);
}

Graph::Recomputed::Recomputed(Graph& graph) : graph_(graph) {
  LAPILLI_ASSERT(graph_.recomputed_ == 0);
  graph_.recomputed_ = ++graph_.num_recomputed_;
}

Graph::Recomputed::~Recomputed() {
  graph_.recomputed_ = 0;
}

std::string Graph::dump() const {
  std::ostringstream out;
  const auto describe = [&](TensorId id) -> std::ostream& {
    const TensorInfo& info = tensors_[id];
    out << '%' << id;
    if (!info.name.empty()) out << ' ' << info.name;
    return out << ": " << info.type;
  };
  for (const Node& node : nodes_) {
    for (size_t index = 0; index < node.outputs.size(); ++index) {
      if (index) out << ", ";
      describe(node.outputs[index]);
      const TensorInfo& info = tensors_[node.outputs[index]];
      if (info.storage != node.outputs[index]) out << " in %" << info.storage;
    }
    out << " = " << node.op->name() << '(';
    for (size_t index = 0; index < node.inputs.size(); ++index) {
      if (index) out << ", ";
      describe(node.inputs[index]);
    }
    out << ')';
    if (!node.scope.empty()) out << "  # " << node.scope;
    out << '\n';
  }
  return out.str();
}

}  // namespace lapilli
