// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "engine/graph/op.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

enum class TensorKind {
  kInput,         ///< written by the host before each run
  kWeight,        ///< constant while the program lives
  kState,         ///< kept between runs, updated in place
  kIntermediate,  ///< made and used within one run; placed by the planner unless it is an output
};

struct TensorInfo {
  TensorType type;
  TensorKind kind = TensorKind::kIntermediate;
  std::string name;      ///< of inputs, weights, states and outputs; unique among them
  TensorId storage = 0;  ///< the tensor whose storage this one shares; itself when it has its own
  bool is_output = false;

  /// The caller supplies the storage when the program is recorded.
  [[nodiscard]] bool is_external() const { return kind != TensorKind::kIntermediate || is_output; }
};

struct Node {
  const Op* op = nullptr;  ///< owned by the graph; nodes that compute the same again share it
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::string scope;        ///< "layer 3 / attention", for dumps and traces
  uint32_t recomputed = 0;  ///< the part whose values are computed again for its gradients; 0: they are kept
};

/// Operators applied to tensors, in the order they were added, which is an order they can run in.
///
/// Built once per program on one thread. Move-only; tensor handles point to the graph, so it must stay where
/// it is while handles are in use.
class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  Tensor input(std::string name, TensorType type);
  Tensor weight(std::string name, TensorType type);
  Tensor state(std::string name, TensorType type);

  /// Applies an operator. Throws what its infer() throws, with the scope as place.
  std::vector<Tensor> apply(std::unique_ptr<const Op> op, std::span<const Tensor> inputs);
  /// Adds a node that computes what another one does, from other inputs of the same types.
  std::vector<Tensor> apply_again(const Op& op, std::span<const Tensor> inputs);
  /// As apply, for operators with one output.
  Tensor apply_one(std::unique_ptr<const Op> op, std::initializer_list<Tensor> inputs);

  /// Makes a tensor readable after a run, under a name; its storage is then supplied by the caller.
  void output(std::string name, Tensor tensor);

  /// The i32 [1] input that says how many leading rows of `live_rows` tensors hold values.
  void set_live_rows(Tensor count);
  [[nodiscard]] Tensor live_rows() const { return live_rows_; }

  /// Says that gradients will be asked for: operators are kept apart where their gradients need what lies
  /// between.
  void set_differentiable() { differentiable_ = true; }
  [[nodiscard]] bool differentiable() const { return differentiable_; }

  /// Names what is added while the returned object lives.
  class Scope {
   public:
    Scope(Graph& graph, std::string_view name);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Graph& graph_;
    size_t length_before_;
  };

  /// What is added while the returned object lives is a part of which differentiation keeps only what other
  /// parts read: the rest is computed again when its gradients are. Trades time for memory; parts don't nest.
  class Recomputed {
   public:
    explicit Recomputed(Graph& graph);
    ~Recomputed();
    Recomputed(const Recomputed&) = delete;
    Recomputed& operator=(const Recomputed&) = delete;

   private:
    Graph& graph_;
  };

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] const TensorInfo& info(TensorId id) const { return tensors_[id]; }
  [[nodiscard]] size_t num_tensors() const { return tensors_.size(); }
  [[nodiscard]] Tensor tensor(TensorId id) { return Tensor(this, id); }

  /// One line a node: scope, operator, inputs and outputs with their types.
  [[nodiscard]] std::string dump() const;

 private:
  Tensor external(std::string name, TensorType type, TensorKind kind);
  void require_unused(const std::string& name) const;

  std::vector<TensorInfo> tensors_;
  std::vector<std::unique_ptr<const Op>> ops_;
  std::vector<Node> nodes_;
  Tensor live_rows_;
  bool differentiable_ = false;
  std::string scope_;
  uint32_t recomputed_ = 0;  // the part that is being added
  uint32_t num_recomputed_ = 0;
};

}  // namespace lapilli
