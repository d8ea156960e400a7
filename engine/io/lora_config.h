// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace lapilli {

/// The fields of PEFT's adapter_config.json that decide how an adapter is applied.
struct LoraConfig {
  uint64_t rank = 0;
  double alpha = 0;
  bool rank_stabilized = false;  ///< scale alpha/√rank instead of alpha/rank
  bool transposed = false;       ///< "fan_in_fan_out": weights are stored [in, out]
  bool trains_biases = false;    ///< whole biases stand among the tensors
  std::map<std::string, uint64_t> rank_pattern;
  std::map<std::string, double> alpha_pattern;
  std::string base_model;  ///< "base_model_name_or_path", for messages; may be empty

  /// Rank and alpha of a module, the patterns considered. Fails with kUnsupported where patterns contradict
  /// each other.
  [[nodiscard]] Result<uint64_t> rank_of(std::string_view module) const;
  [[nodiscard]] Result<float> scale_of(std::string_view module) const;
};

/// Reads the text of adapter_config.json. Fails with kBadFile on wrong types, with kUnsupported for kinds of
/// adapters that are more than a low-rank product (DoRA, adapted initialisations of the base, …).
[[nodiscard]] Result<LoraConfig> parse_lora_config(std::string_view json);

}  // namespace lapilli
