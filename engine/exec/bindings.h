// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "engine/gpu/buffer.h"

#include <string>
#include <unordered_map>

namespace lapilli {

/// Storage for the external tensors of programs, by the names the graph gives them. The buffers outlive the
/// programs.
class Bindings {
 public:
  /// Sets or replaces the storage of one tensor.
  void set(std::string name, gpu::BufferRange range) { ranges_[std::move(name)] = range; }

  /// Adds all of `other`; names present in both take other's storage.
  void merge(const Bindings& other) {
    for (const auto& [name, range] : other.ranges_) ranges_[name] = range;
  }

  /// Throws kInvalidArgument for a name without storage.
  [[nodiscard]] const gpu::BufferRange& at(const std::string& name) const {
    const auto found = ranges_.find(name);
    if (found == ranges_.end())
      throw Error(ErrorCode::kInvalidArgument, text("no storage was bound for tensor \"", name, '"'));
    return found->second;
  }

  [[nodiscard]] bool contains(const std::string& name) const { return ranges_.contains(name); }

 private:
  std::unordered_map<std::string, gpu::BufferRange> ranges_;
};

}  // namespace lapilli
