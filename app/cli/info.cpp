// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/forms.h"
#include "app/cli/model_report.h"
#include "engine/base/units.h"

#include <cmath>
#include <iomanip>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

std::string features_of(const DeviceCaps& caps) {
  std::string features = text("subgroups of ", caps.subgroup_size);
  if (caps.float16_arithmetic) features += ", f16 arithmetic";
  if (caps.integer_dot_product) features += ", integer dot products";
  if (caps.cooperative_matrix) {
    features += text(", cooperative matrices ", caps.matrix_shape.m, "×", caps.matrix_shape.n, "×",
                     caps.matrix_shape.k);
  }
  return features;
}

void print_devices(const Devices& devices, std::ostream& out) {
  for (size_t index = 0; index < devices.all.size(); ++index) {
    const gpu::DeviceInfo& device = devices.all[index];
    out << (devices.chosen == index ? "* " : "  ") << index << "  " << device.caps.name << "  ("
        << type_name(device.caps.type) << ")\n"
        << "       driver    " << device.driver << ", Vulkan " << gpu::version_text(device.api_version)
        << '\n'
        << "       uuid      " << device.uuid << '\n';
    for (const gpu::MemoryHeap& heap : device.heaps) {
      out << "       memory    " << mebibytes(heap.size_bytes) << (heap.device_local ? " device" : " host")
          << ", budget " << mebibytes(heap.budget_bytes) << ", in use " << mebibytes(heap.used_bytes) << '\n';
    }
    out << "       features  " << features_of(device.caps) << '\n';
    if (!device.meets_floor()) out << "       unusable  it lacks " << device.missing << '\n';
  }
  if (devices.reason) out << "no device: " << devices.reason->what() << '\n';
}

/// Of each device that was tested, by its number.
using Tests = std::map<size_t, Result<DeviceTestResult>>;

/// The device that was named, or all that can be used, one after the other.
Tests test_devices(const Devices& devices, bool only_chosen, std::stop_token stop) {
  Tests tests;
  for (size_t index = 0; index < devices.all.size(); ++index) {
    const gpu::DeviceInfo& device = devices.all[index];
    if (only_chosen ? devices.chosen != index : !device.meets_floor()) continue;
    const bool has_identity = device.uuid.find_first_not_of('0') != std::string::npos;
    const std::string selector = has_identity ? device.uuid : text(index);
    tests.emplace(index, test_device({.device = selector, .cache_folder = cache_folder()}, stop));
  }
  return tests;
}

std::string words_of(const Result<DeviceTestResult>& test) {
  if (!test.ok()) return text("fails: ", test.error().what());
  std::ostringstream words;
  words << std::setprecision(2) << "a difference of " << test->difference << " from the known answer, "
        << test->allowed_difference << " may be";
  if (!test->works()) return "differs: " + words.str();
  return text("works: ", std::llround(test->tokens_per_second), " tokens/s, ", words.str());
}

void print_tests(const Tests& tests, const Devices& devices, std::ostream& out) {
  for (const auto& [index, test] : tests)
    out << "test of " << index << "  " << devices.all[index].caps.name << ' ' << words_of(test) << '\n';
}

/// What the first device gives that fails.
ExitCode code_of(const Tests& tests) {
  for (const auto& [index, test] : tests) {
    if (!test.ok()) return exit_code_of(test.error().code());
    if (!test->works()) return ExitCode::kUnsupported;
  }
  return ExitCode::kOk;
}

json form_of(const Result<DeviceTestResult>& test) {
  return test.ok() ? test_form(*test) : error_form(test.error());
}

void print_model(const ModelReport& report, std::ostream& out) {
  const ModelConfig& config = report.model.config;
  const ModelFacts& facts = report.model.facts;
  const LlamaConfig& l = config.language;
  out << "model      " << config.name << "  (" << facts.format << ")\n";
  for (const std::string& file : facts.files) out << "file       " << file << '\n';
  out << "language   " << l.layers << " layers, dim " << l.dim << ", ffn " << l.ffn << ", heads " << l.heads
      << '/' << l.kv_heads << ", vocabulary " << l.vocab << ", context " << l.context << '\n';
  if (config.vision) {
    const VisionConfig& v = *config.vision;
    out << "vision     " << v.layers << " layers, dim " << v.dim << ", " << v.image_size
        << " px in patches of " << v.patch_size << ", " << v.image_rows() << " rows a picture, projector of "
        << config.projector.layers << " layers\n";
  } else {
    out << "vision     none: text only\n";
  }
  out << "parameters " << std::fixed << std::setprecision(1) << static_cast<double>(facts.parameters) / 1e6
      << " million\n"
      << "weights    " << mebibytes(facts.language_bytes) << " language, " << mebibytes(facts.vision_bytes)
      << " vision (" << facts.weight_types << ")\n"
      << "tokenizer  " << (report.model.tokenizer ? text(report.model.tokenizer->size(), " pieces") : "none")
      << '\n'
      << "template   " << report.template_name << '\n';
  for (const std::string& sentence : facts.notes) out << "note       " << sentence << '\n';
  const MemoryNeed& need = report.need;
  out << "memory     " << mebibytes(need.total_bytes()) << " = weights " << mebibytes(need.weight_bytes)
      << ", conversation of " << report.context << " tokens " << mebibytes(need.cache_bytes)
      << ", intermediate values " << mebibytes(need.intermediate_bytes) << ", tables, pictures and alignment "
      << mebibytes(need.step_bytes + need.alignment_bytes) << '\n';
  if (report.free) {
    out << "verdict    " << sentence(judge_fit(need, *report.free)) << " ("
        << mebibytes(report.free->device_bytes) << " of device memory free)\n";
  }
}

}  // namespace

ExitCode run_info(const InfoFlags& flags, Output& output, Interrupt& interrupt) {
  interrupt.end_in_time();
  const Devices devices = find_devices(flags.model.device);
  if (flags.model.paths.model.empty() && devices.reason && devices.all.empty()) throw Error(*devices.reason);
  std::optional<ModelReport> report;
  if (!flags.model.paths.model.empty()) report = report_model(flags.model, devices);
  Tests tests;
  if (flags.test) tests = test_devices(devices, !flags.model.device.empty(), interrupt.token());
  if (output.json()) {
    json result = {{"devices", json::array()}};
    for (const gpu::DeviceInfo& device : devices.all) result["devices"].push_back(device_form(device));
    for (const auto& [index, test] : tests) result["devices"][index]["test"] = form_of(test);
    if (devices.chosen) result["chosen"] = *devices.chosen;
    if (devices.reason) result["no_device"] = devices.reason->what();
    if (report) result["model"] = model_form(*report);
    output.line(result);
  } else {
    std::ostringstream out;
    print_devices(devices, out);
    print_tests(tests, devices, out);
    if (report) print_model(*report, out);
    output.text(out.str());
  }
  // A model can be described without a device; a device that was named must be usable.
  const bool failed = devices.reason && (!report || !flags.model.device.empty());
  return failed ? exit_code_of(devices.reason->code()) : code_of(tests);
}

}  // namespace lapilli::cli
