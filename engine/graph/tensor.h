// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/dispatch.h"

namespace lapilli {

class Graph;

/// A value in a graph: a light handle, valid as long as the graph.
class Tensor {
 public:
  Tensor() = default;
  [[nodiscard]] TensorId id() const { return id_; }
  [[nodiscard]] const TensorType& type() const;
  [[nodiscard]] Graph& graph() const { return *graph_; }
  /// False for a default-constructed handle, which stands for "absent" where an operand is optional.
  explicit operator bool() const { return graph_ != nullptr; }

 private:
  friend class Graph;
  Tensor(Graph* graph, TensorId id) : graph_(graph), id_(id) {}
  Graph* graph_ = nullptr;
  TensorId id_ = 0;
};

}  // namespace lapilli
