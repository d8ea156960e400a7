// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_report.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {

using nlohmann::json;

// The largest device-local heap, which weights come from.
FreeMemory free_memory(const gpu::DeviceInfo& device) {
  FreeMemory free;
  free.largest_allocation_bytes = device.caps.max_allocation_bytes;
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

ModelReport report_model(const ModelFlags& flags, const Devices& devices) {
  const gpu::DeviceInfo* device = devices.chosen ? &devices.all[*devices.chosen] : nullptr;
  const DeviceCaps caps = device ? device->caps : DeviceCaps{};
  const DType activation = activation_type(flags.compute, caps);
  ModelReport report{.model = load_model(flags.paths, activation).value()};
  const ModelConfig& config = report.model.config;
  report.template_name = std::string(chat_template_of(report.model).name);
  if (device) report.free = free_memory(*device);
  EvaluatorOptions options;
  options.graph = {.activation = activation, .context = 0, .lanes = 1, .image_slots = 2};
  const uint64_t free_bytes = report.free ? report.free->device_bytes : UINT64_MAX;
  options.graph.context = choose_context(flags.context, config.language, options.graph, free_bytes);
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

void add_verdict(json& form, const MemoryNeed& need, const FreeMemory& free) {
  const Fit fit = judge_fit(need, free);
  form["free_device_bytes"] = free.device_bytes;
  form["fit"] = to_string(fit);
  form["verdict"] = sentence(fit);
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
                 {"alignment_bytes", need.alignment_bytes},
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
  if (report.free) add_verdict(form["memory"], need, *report.free);
  return form;
}

}  // namespace lapilli::cli
