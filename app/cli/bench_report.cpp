// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_report.h"

#include "app/cli/forms.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

/// What all launches of one kernel took together.
struct KernelTime {
  std::string_view kernel;
  size_t launches = 0;
  double nanoseconds = 0;
  double flops = 0;
  double bytes = 0;
};

std::vector<KernelTime> by_kernel(const std::vector<StepTime>& steps) {
  std::map<std::string_view, KernelTime> sums;
  for (const StepTime& step : steps) {
    KernelTime& sum = sums[step.kernel];
    sum.kernel = step.kernel;
    ++sum.launches;
    sum.nanoseconds += step.nanoseconds;
    sum.flops += step.flops;
    sum.bytes += step.bytes;
  }
  std::vector<KernelTime> sorted;
  for (const auto& [name, sum] : sums) sorted.push_back(sum);
  std::sort(sorted.begin(), sorted.end(),
            [](const KernelTime& a, const KernelTime& b) { return a.nanoseconds > b.nanoseconds; });
  return sorted;
}

double rate(double amount, double nanoseconds) {
  return nanoseconds > 0 ? amount / nanoseconds : 0;
}

json measurement_form(const Measurement& m, const BenchReport& report) {
  json form = {{"name", m.name},
               {"unit", m.unit},
               {"amount", m.amount},
               {"seconds", m.timing.median()},
               {"spread", m.timing.spread()},
               {"runs", m.timing.seconds},
               {"per_second", m.units_per_second()},
               {"gflops_per_second", m.flops_per_second() / 1e9},
               {"share_of_arithmetic_peak", m.flops_per_second() / report.arithmetic_flops_per_second},
               {"gigabytes_moved", m.cost.bytes / 1e9},
               {"share_of_copy_rate", m.bytes_per_second() / report.copy_bytes_per_second}};
  if (m.linear_flops > 0) {
    form["linear_gflops_per_second"] = m.linear_flops / 1e9;
    form["share_of_linear_rate"] = m.flops_per_second() / m.linear_flops;
  }
  json kernels = json::array();
  for (const KernelTime& k : by_kernel(m.trace)) {
    kernels.push_back({{"kernel", k.kernel},
                       {"launches", k.launches},
                       {"ms", k.nanoseconds / 1e6},
                       {"gflops_per_second", rate(k.flops, k.nanoseconds)},
                       {"gigabytes_per_second", rate(k.bytes, k.nanoseconds)}});
  }
  if (!kernels.empty()) form["kernels"] = kernels;
  return form;
}

}  // namespace

json report_form(const BenchReport& r) {
  json form = {{"model", r.model},
               {"device", r.device},
               {"activation", r.activation},
               {"weight_types", r.weight_types},
               {"weight_bytes", r.weight_bytes},
               {"host_weight_bytes", r.host_weight_bytes},
               {"cache_bytes", r.cache_bytes},
               {"arena_bytes", r.arena_bytes},
               {"device_memory", memory_form(r.device_memory)},
               {"peak_resident_bytes", r.peak_resident_bytes},
               {"load_seconds", r.load_seconds},
               {"copy_gigabytes_per_second", r.copy_bytes_per_second / 1e9},
               {"arithmetic_gflops_per_second", r.arithmetic_flops_per_second / 1e9},
               {"measurements", json::array()}};
  for (const Measurement& m : r.measurements) form["measurements"].push_back(measurement_form(m, r));
  return form;
}

std::string report_text(const BenchReport& r) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2);
  out << "model    " << r.model << "  (" << r.weight_types << "), activations " << r.activation << '\n'
      << "device   " << r.device << ", copies at " << r.copy_bytes_per_second / 1e9
      << " GB/s, arithmetic in f32 at " << r.arithmetic_flops_per_second / 1e9 << " GFLOP/s\n"
      << "memory   weights " << (r.weight_bytes >> 20) << " MiB (of them " << (r.host_weight_bytes >> 20)
      << " in host memory), cache " << (r.cache_bytes >> 20) << " MiB, intermediate values "
      << (r.arena_bytes >> 20) << " MiB; of the device " << (r.device_memory.peak_bytes >> 20)
      << " MiB, estimated " << (r.device_memory.estimated_bytes >> 20) << " MiB; peak resident "
      << (r.peak_resident_bytes >> 20) << " MiB; ready after " << r.load_seconds << " s\n\n"
      << "work            runs  seconds    spread          speed      GFLOP/s    of peak  of linear     GB/s "
         " of "
         "copies\n";
  for (const Measurement& m : r.measurements) {
    out << std::left << std::setw(14) << m.name << std::right << std::setw(6) << m.timing.seconds.size()
        << std::setw(9) << m.timing.median() << std::setw(8) << 100 * m.timing.spread() << " %"
        << std::setw(10) << m.units_per_second() << ' ' << std::left << std::setw(10) << m.unit + "/s"
        << std::right << std::setw(8) << m.flops_per_second() / 1e9 << std::setw(9)
        << 100 * m.flops_per_second() / r.arithmetic_flops_per_second << " %";
    if (m.linear_flops > 0) {
      out << std::setw(9) << 100 * m.flops_per_second() / m.linear_flops << " %";
    } else {
      out << std::setw(11) << '-';
    }
    out << std::setw(9) << m.bytes_per_second() / 1e9 << std::setw(9)
        << 100 * m.bytes_per_second() / r.copy_bytes_per_second << " %\n";
  }
  return out.str();
}

std::string trace_text(const Measurement& m) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(3) << "\n" << m.name << ": by kernel\n";
  for (const KernelTime& k : by_kernel(m.trace)) {
    out << std::setw(12) << k.nanoseconds / 1e6 << " ms  " << std::setw(5) << k.launches << " ×  "
        << std::left << std::setw(28) << k.kernel << std::right << std::setw(9)
        << rate(k.flops, k.nanoseconds) << " GFLOP/s" << std::setw(9) << rate(k.bytes, k.nanoseconds)
        << " GB/s\n";
  }
  out << m.name << ": by step\n";
  for (const StepTime& step : m.trace) {
    out << std::setw(12) << step.nanoseconds / 1e6 << " ms  " << step.scope << "  " << step.kernel << '\n';
  }
  return out.str();
}

}  // namespace lapilli::cli
