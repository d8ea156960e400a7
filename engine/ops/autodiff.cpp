// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/autodiff.h"

#include "engine/ops/ops.h"
#include "engine/ops/training.h"

#include <algorithm>
#include <map>

namespace lapilli::ops {
namespace {

/// Tensors that depend on a wanted one, itself included.
std::vector<bool> dependents(const Graph& graph, std::span<const Tensor> wanted) {
  std::vector<bool> depends(graph.num_tensors(), false);
  for (const Tensor& tensor : wanted) depends[tensor.id()] = true;
  for (const Node& node : graph.nodes()) {
    const bool any =
        std::any_of(node.inputs.begin(), node.inputs.end(), [&](TensorId id) { return depends[id]; });
    if (!any) continue;
    for (const TensorId id : node.outputs) depends[id] = true;
  }
  return depends;
}

std::vector<Tensor> handles(Graph& graph, const std::vector<TensorId>& ids) {
  std::vector<Tensor> result;
  for (const TensorId id : ids) result.push_back(graph.tensor(id));
  return result;
}

class Tape {
 public:
  Tape(Graph& graph, std::span<const Tensor> wanted)
      : graph_(graph),
        depends_(dependents(graph, wanted)),
        gradients_(graph.num_tensors()),
        length_(graph.nodes().size()) {}

  void add_up(const GradientSum& gradient) { sums_[gradient.tensor.id()] = gradient.sum; }

  void seed(const Seed& seed) {
    const TensorType &want = seed.tensor.type(), &have = seed.gradient.type();
    if (want.shape != have.shape || want.dtype != have.dtype) {
      throw Error(ErrorCode::kShape,
                  text("gradients: the tensor is ", want, ", its gradient ", have, "; they must agree"));
    }
    add(seed.tensor.id(), seed.gradient);
  }

  void play_back() {
    for (size_t index = length_; index-- > 0;) pass(index);
  }

  [[nodiscard]] Tensor gradient(Tensor tensor) const { return gradients_[tensor.id()]; }

 private:
  void add(TensorId id, Tensor gradient) {
    const auto state = sums_.find(id);
    if (state != sums_.end()) {
      state->second = accumulate(state->second, gradient);
      return;
    }
    Tensor& sum = gradients_[id];
    sum = sum ? ops::add(sum, gradient) : gradient;
  }

  void pass(size_t index) {
    // A copy: nodes are added meanwhile.
    const Node node = graph_.nodes()[index];
    const std::vector<Tensor> in = handles(graph_, node.inputs);
    const std::vector<Tensor> out = handles(graph_, node.outputs);
    std::vector<Tensor> flowing;
    for (const Tensor& tensor : out) flowing.push_back(gradients_[tensor.id()]);
    std::vector<bool> wanted;
    for (const Tensor& tensor : in) wanted.push_back(depends_[tensor.id()]);
    const bool reached = std::any_of(flowing.begin(), flowing.end(), [](const Tensor& t) { return bool{t}; });
    if (!reached || std::find(wanted.begin(), wanted.end(), true) == wanted.end()) return;

    if (node.recomputed != 0) compute_again(node.recomputed);
    const Graph::Scope within(graph_, text("gradient of ", node.scope));
    const std::vector<Tensor> results =
        node.op->vjp({graph_, values(node, in), values(node, out), flowing, wanted});
    LAPILLI_ASSERT(results.size() == in.size());
    for (size_t input = 0; input < in.size(); ++input) {
      if (!results[input]) continue;
      LAPILLI_ASSERT(wanted[input] && results[input].type().shape == in[input].type().shape);
      add(in[input].id(), results[input]);
    }
  }

  /// Adds the nodes of a part once more, the first time its values are needed.
  void compute_again(uint32_t part) {
    if (part == part_) return;
    part_ = part;
    again_.clear();
    for (size_t index = 0; index < length_; ++index) {
      const Node node = graph_.nodes()[index];
      if (node.recomputed != part) continue;
      const Graph::Scope within(graph_, text("again ", node.scope));
      const std::vector<Tensor> results =
          graph_.apply_again(*node.op, values(node, handles(graph_, node.inputs)));
      for (size_t output = 0; output < results.size(); ++output)
        again_[node.outputs[output]] = results[output];
    }
  }

  /// What a node of a part that was computed again sees.
  [[nodiscard]] std::vector<Tensor> values(const Node& node, std::vector<Tensor> tensors) const {
    if (node.recomputed == 0) return tensors;
    for (Tensor& tensor : tensors) {
      const auto found = again_.find(tensor.id());
      if (found != again_.end()) tensor = found->second;
    }
    return tensors;
  }

  Graph& graph_;
  std::vector<bool> depends_;
  std::vector<Tensor> gradients_;    // by tensor; those added later have none
  std::map<TensorId, Tensor> sums_;  // of tensors whose gradients are added up
  size_t length_;
  uint32_t part_ = 0;                 // the part computed again last
  std::map<TensorId, Tensor> again_;  // its values, by the first ones
};

}  // namespace

std::vector<Tensor> gradients(Graph& graph, std::span<const Seed> seeds, std::span<const Tensor> wanted) {
  Tape tape(graph, wanted);
  for (const Seed& seed : seeds) tape.seed(seed);
  tape.play_back();
  std::vector<Tensor> result;
  for (const Tensor& tensor : wanted) result.push_back(tape.gradient(tensor));
  return result;
}

void accumulate_gradients(Graph& graph, std::span<const Seed> seeds, std::span<const GradientSum> sums) {
  std::vector<Tensor> wanted;
  for (const GradientSum& sum : sums) wanted.push_back(sum.tensor);
  Tape tape(graph, wanted);
  for (const GradientSum& sum : sums) {
    LAPILLI_ASSERT(graph.info(sum.tensor.id()).kind != TensorKind::kIntermediate);
    tape.add_up(sum);
  }
  for (const Seed& seed : seeds) tape.seed(seed);
  tape.play_back();
}

}  // namespace lapilli::ops
