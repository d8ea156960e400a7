// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/types.h"
#include "shaders/shader_info.h"

#include <array>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace lapilli {

using TensorId = uint32_t;

/// A part of a tensor's storage, as one binding of a dispatch.
struct BufferRef {
  TensorId tensor = 0;
  uint64_t offset_bytes = 0;
  uint64_t size_bytes = 0;
};

/// The push constants of one dispatch: a copy of a plain struct of shaders/params.h.
class Params {
 public:
  Params() = default;
  template <class Struct>
  requires std::is_trivially_copyable_v<Struct>
  explicit Params(const Struct& values) : bytes_(sizeof(Struct)) {
    std::memcpy(bytes_.data(), &values, sizeof(Struct));
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

using GroupCount = std::array<uint32_t, 3>;

/// `count` workgroups folded over x and y so that neither passes 65 535. A shader finds its number as
/// gl_WorkGroupID.x + gl_WorkGroupID.y · gl_NumWorkGroups.x and returns when it is not below the count it was
/// given.
GroupCount fold_groups(uint64_t count);

/// One kernel launch over tensors that have no address yet.
struct Dispatch {
  const ShaderInfo* shader = nullptr;    ///< never null after lowering
  std::vector<uint32_t> constants = {};  ///< one value a tunable; empty for all defaults
  std::vector<BufferRef> buffers = {};   ///< one for each binding, ascending, without kLiveRowsBinding
  Params params = {};
  /// So many of the first bindings are read at addresses: these follow the parameters, which are padded to 8
  /// bytes, in the order of the bindings, 8 bytes each.
  uint32_t addressed_bindings = 0;
  GroupCount groups = {1, 1, 1};
  bool live_rows = false;  ///< binds the graph's live-row count; otherwise "all rows are live" is bound
  double flops = 0;        ///< estimates, for reports and for cutting work into submissions
  double bytes = 0;
};

}  // namespace lapilli
