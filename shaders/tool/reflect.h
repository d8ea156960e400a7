// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lapilli::shader_tool {

/// A storage buffer of descriptor set 0; several declarations of one binding count as one buffer.
struct BindingUse {
  uint32_t binding = 0;
  bool reads = false;
  bool writes = false;
};

struct Reflection {
  std::vector<BindingUse> bindings;    ///< ascending
  uint32_t params_bytes = 0;           ///< size of the push-constant block
  std::vector<uint32_t> constant_ids;  ///< of the specialization constants, ascending, each once
  std::vector<std::string> abilities;  ///< optional device features its capabilities ask for: "float16"
};

/// Reads a compute module's interface. Throws std::runtime_error on words that are not a SPIR-V module,
/// on a resource other than a storage buffer of set 0, and on a push-constant type other than numbers in
/// structs.
Reflection reflect(std::span<const uint32_t> words);

}  // namespace lapilli::shader_tool
