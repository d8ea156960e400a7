// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace lapilli {

/// Storage that a lowered graph speaks of: the graph's tensors first, with the same ids, then scratch.
struct LoweredTensor {
  uint64_t size_bytes = 0;
  TensorId storage = 0;
  bool external = false;
  std::string name = {};
};

/// A graph turned into kernel launches in program order; no address is known yet.
struct LoweredGraph {
  std::vector<LoweredTensor> tensors;
  std::vector<Dispatch> dispatches;
  std::vector<std::string> scopes;  ///< one for each dispatch, "layer 3/attention/rms_norm"
  TensorId live_rows = 0;           ///< meaningful when has_live_rows
  bool has_live_rows = false;

  [[nodiscard]] std::string dump() const;
};

/// Chooses kernels for every node whose result is used (an output, an update of external storage, or an input
/// of such a node). Throws what the operators throw, with the scope as place.
LoweredGraph lower(const Graph& graph, const DeviceCaps& caps);

}  // namespace lapilli
