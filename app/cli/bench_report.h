// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/bench_rates.h"
#include "engine/exec/program.h"
#include "engine/runtime/engine.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// One measured kind of work.
struct Measurement {
  std::string name;   ///< "prompt 128", "decode 32", "picture"
  std::string unit;   ///< "tokens", "pictures"
  double amount = 0;  ///< units a run
  Timing timing = {};
  PlanCost cost = {};                ///< of a run
  double linear_flops = 0;           ///< a second, of the linear kernel alone; 0: not measured
  std::vector<StepTime> trace = {};  ///< of the last run, where asked for

  [[nodiscard]] double units_per_second() const { return amount / timing.median(); }
  [[nodiscard]] double flops_per_second() const { return cost.flops / timing.median(); }
  [[nodiscard]] double bytes_per_second() const { return cost.bytes / timing.median(); }
};

struct BenchReport {
  std::string model;
  std::string device;
  std::string activation;
  std::string weight_types;
  uint64_t weight_bytes = 0;
  uint64_t host_weight_bytes = 0;
  uint64_t cache_bytes = 0;
  uint64_t arena_bytes = 0;
  MemoryUse device_memory = {};
  uint64_t peak_resident_bytes = 0;
  double load_seconds = 0;
  double copy_bytes_per_second = 0;
  double arithmetic_flops_per_second = 0;
  std::vector<Measurement> measurements = {};
};

[[nodiscard]] nlohmann::json report_form(const BenchReport& report);
[[nodiscard]] std::string report_text(const BenchReport& report);
/// Times by kernel, the longest first, then every step.
[[nodiscard]] std::string trace_text(const Measurement& measurement);

}  // namespace lapilli::cli
