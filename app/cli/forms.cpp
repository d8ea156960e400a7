// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/forms.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace lapilli::cli {

using nlohmann::json;

json event_form(const Event& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    return {{"event", "progress"},
            {"stage", progress->stage},
            {"done", progress->done},
            {"total", progress->total},
            {"unit", progress->unit}};
  }
  if (const auto* piece = std::get_if<TextPiece>(&event)) return {{"event", "token"}, {"text", piece->text}};
  const Note& note = std::get<Note>(event);
  return {{"event", "note"}, {"code", note.code}, {"message", note.message}};
}

json error_form(const Error& error) {
  return {{"event", "error"},
          {"code", to_string(error.code())},
          {"message", error.message()},
          {"place", error.place()}};
}

json answer_form(const Answer& answer, uint64_t seed) {
  const AnswerTimings& t = answer.timings;
  return {{"text", answer.text},
          {"ids", answer.ids},
          {"stop_reason", to_string(answer.reason)},
          {"prompt_tokens", answer.prompt_tokens},
          {"reused_tokens", answer.reused_tokens},
          {"turns_left_out", answer.turns_left_out},
          {"seed", seed},
          {"timings",
           {{"picture_ms", t.picture_ms},
            {"prompt_ms", t.prompt_ms},
            {"first_token_ms", t.first_token_ms},
            {"decode_ms", t.decode_ms},
            {"prompt_tokens_per_second", answer.prompt_tokens_per_second()},
            {"decode_tokens_per_second", answer.decode_tokens_per_second()}}}};
}

std::string_view type_name(DeviceType type) {
  switch (type) {
    case DeviceType::kDiscrete:
      return "discrete GPU";
    case DeviceType::kIntegrated:
      return "integrated GPU";
    case DeviceType::kVirtual:
      return "virtual GPU";
    case DeviceType::kSoftware:
      return "software";
    case DeviceType::kOther:
      return "other";
  }
  return "other";
}

json picture_form(const LoadedImage& loaded, const PreprocessOptions& options) {
  return {{"format", to_string(loaded.facts.format)},
          {"mode", loaded.facts.mode},
          {"width", loaded.image.width},
          {"height", loaded.image.height},
          {"orientation", loaded.facts.orientation},
          {"aspect", to_string(options.aspect)},
          {"size", options.size}};
}

json memory_form(const MemoryUse& use) {
  return {{"estimated_bytes", use.estimated_bytes}, {"peak_bytes", use.peak_bytes}};
}

json device_form(const gpu::DeviceInfo& device) {
  json heaps = json::array();
  for (const gpu::MemoryHeap& heap : device.heaps) {
    heaps.push_back({{"device_local", heap.device_local},
                     {"size_bytes", heap.size_bytes},
                     {"budget_bytes", heap.budget_bytes},
                     {"used_bytes", heap.used_bytes}});
  }
  const DeviceCaps& caps = device.caps;
  return {{"name", caps.name},
          {"type", type_name(caps.type)},
          {"uuid", device.uuid},
          {"driver", device.driver},
          {"api_version", gpu::version_text(device.api_version)},
          {"usable", device.meets_floor()},
          {"missing", device.missing},
          {"unified_memory", device.unified_memory},
          {"subgroup_size", caps.subgroup_size},
          {"float16", caps.float16_arithmetic},
          {"integer_dot_product", caps.integer_dot_product},
          {"cooperative_matrix", caps.cooperative_matrix},
          {"heaps", heaps}};
}

json test_form(const DeviceTestResult& result) {
  json form = {{"device", result.device},
               {"works", result.works()},
               {"difference", result.difference},
               {"allowed_difference", result.allowed_difference},
               {"tokens_per_second", result.tokens_per_second}};
  if (!std::isfinite(result.difference)) form["difference"] = nullptr;
  return form;
}

std::string one_line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace lapilli::cli
