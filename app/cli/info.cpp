// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/forms.h"
#include "engine/base/units.h"
#include "engine/runtime/fit.h"

#include <iomanip>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

struct Devices {
  std::vector<gpu::DeviceInfo> all;
  std::optional<size_t> chosen;
  std::optional<Error> reason = {};  ///< why none is chosen
};

Devices find_devices(const std::string& selector) {
  Devices devices;
  auto instance = gpu::Instance::create();
  if (!instance) {
    devices.reason = instance.error();
    return devices;
  }
  devices.all = instance->devices();
  auto chosen = gpu::choose_device(devices.all, selector);
  if (chosen) {
    devices.chosen = *chosen;
  } else {
    devices.reason = chosen.error();
  }
  return devices;
}

/// The largest device-local heap, which weights come from, and what else the device can read.
FreeMemory free_memory(const gpu::DeviceInfo& device) {
  FreeMemory free;
  uint64_t largest = 0;
  for (const gpu::MemoryHeap& heap : device.heaps) {
    if (!heap.device_local) {
      if (!device.unified_memory) free.host_bytes += heap.free_bytes();
    } else if (heap.size_bytes > largest) {
      largest = heap.size_bytes;
      free.device_bytes = heap.free_bytes();
    }
  }
  return free;
}

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

/// Facts of a model and whether it fits the chosen device.
struct ModelReport {
  LoadedModel model;
  uint32_t context = 0;
  MemoryNeed need = {};
  std::optional<FreeMemory> free = {};
  std::string template_name = {};
};

ModelReport report_model(const InfoFlags& flags, const Devices& devices) {
  const gpu::DeviceInfo* device = devices.chosen ? &devices.all[*devices.chosen] : nullptr;
  const DeviceCaps caps = device ? device->caps : DeviceCaps{};
  const DType activation = activation_type(flags.model.compute, caps);
  ModelReport report{.model = load_model(flags.model.paths, activation).value()};
  const ModelConfig& config = report.model.config;
  report.template_name = std::string(chat_template_of(report.model).name);
  if (device) report.free = free_memory(*device);
  EvaluatorOptions options;
  options.graph = {.activation = activation, .context = 0, .lanes = 1, .image_slots = 2};
  const uint64_t free_bytes = report.free ? report.free->device_bytes : UINT64_MAX;
  options.graph.context = choose_context(flags.model.context, config.language, options.graph, free_bytes);
  report.context = options.graph.context;
  report.need = memory_need(config, report.model.weights, options, caps);
  return report;
}

std::string_view sentence(Fit fit) {
  switch (fit) {
    case Fit::kFits:
      return "fits";
    case Fit::kTight:
      return "tight: it fits, with less than a tenth of the memory left";
    case Fit::kNeedsHostMemory:
      return "needs host memory: some layers would be read over the bus, which is slow";
    case Fit::kDoesNotFit:
      return "does not fit";
  }
  return "";
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
      << ", intermediate values " << mebibytes(need.intermediate_bytes) << ", tables and pictures "
      << mebibytes(need.step_bytes) << '\n';
  if (report.free) {
    out << "verdict    " << sentence(judge_fit(need, *report.free)) << " ("
        << mebibytes(report.free->device_bytes) << " of device memory free)\n";
  }
}

json model_form(const ModelReport& report) {
  const ModelConfig& config = report.model.config;
  const ModelFacts& facts = report.model.facts;
  const LlamaConfig& l = config.language;
  const MemoryNeed& need = report.need;
  json form = {{"name", config.name},
               {"format", facts.format},
               {"files", facts.files},
               {"notes", facts.notes},
               {"template", report.template_name},
               {"parameters", facts.parameters},
               {"language_bytes", facts.language_bytes},
               {"vision_bytes", facts.vision_bytes},
               {"weight_types", facts.weight_types},
               {"tokenizer_pieces", report.model.tokenizer ? report.model.tokenizer->size() : 0},
               {"language",
                {{"dim", l.dim},
                 {"ffn", l.ffn},
                 {"layers", l.layers},
                 {"heads", l.heads},
                 {"kv_heads", l.kv_heads},
                 {"vocab", l.vocab},
                 {"context", l.context}}},
               {"memory",
                {{"context", report.context},
                 {"weight_bytes", need.weight_bytes},
                 {"cache_bytes", need.cache_bytes},
                 {"intermediate_bytes", need.intermediate_bytes},
                 {"step_bytes", need.step_bytes},
                 {"total_bytes", need.total_bytes()}}}};
  if (config.vision) {
    form["vision"] = {{"dim", config.vision->dim},
                      {"layers", config.vision->layers},
                      {"image_size", config.vision->image_size},
                      {"patch_size", config.vision->patch_size},
                      {"image_rows", config.vision->image_rows()},
                      {"projector_layers", config.projector.layers}};
  }
  if (report.free) {
    form["memory"]["free_device_bytes"] = report.free->device_bytes;
    form["memory"]["fit"] = to_string(judge_fit(need, *report.free));
  }
  return form;
}

}  // namespace

ExitCode run_info(const InfoFlags& flags, Output& output, Interrupt& interrupt) {
  interrupt.end_in_time();
  const Devices devices = find_devices(flags.model.device);
  if (flags.model.paths.model.empty() && devices.reason && devices.all.empty()) throw Error(*devices.reason);
  std::optional<ModelReport> report;
  if (!flags.model.paths.model.empty()) report = report_model(flags, devices);
  if (output.json()) {
    json result = {{"devices", json::array()}};
    for (const gpu::DeviceInfo& device : devices.all) result["devices"].push_back(device_form(device));
    if (devices.chosen) result["chosen"] = *devices.chosen;
    if (devices.reason) result["no_device"] = devices.reason->what();
    if (report) result["model"] = model_form(*report);
    output.line(result);
  } else {
    std::ostringstream out;
    print_devices(devices, out);
    if (report) print_model(*report, out);
    output.text(out.str());
  }
  // A model can be described without a device; a device that was named must be usable.
  const bool failed = devices.reason && (!report || !flags.model.device.empty());
  return failed ? exit_code_of(devices.reason->code()) : ExitCode::kOk;
}

}  // namespace lapilli::cli
