// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_models.h"

#include "app/cli/engine_flags.h"
#include "app/cli/forms.h"
#include "app/cli/model_report.h"
#include "engine/runtime/find_models.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

json list_devices() {
  const gpu::Instance instance = gpu::Instance::create().value();
  const std::vector<gpu::DeviceInfo> all = instance.devices();
  json result = {{"devices", json::array()}};
  for (const gpu::DeviceInfo& device : all) result["devices"].push_back(device_form(device));
  if (const auto chosen = gpu::choose_device(all)) result["chosen"] = *chosen;
  return result;
}

json describe_model(const DescribeRequest& request) {
  const Devices devices = find_devices(request.model.device);
  // Without a device a model still has its facts; one that was asked for must be there.
  if (devices.reason && !request.model.device.empty()) throw Error(*devices.reason);
  json result = {{"model", model_form(report_model(request.model, devices))}};
  if (devices.chosen) result["device"] = devices.all[*devices.chosen].caps.name;
  return result;
}

json list_models(const FindModelsRequest& request, const EventSink& sink, std::stop_token stop) {
  json list = json::array();
  for (const FoundModel& model : find_models(request.folders, sink, stop)) {
    list.push_back(
        {{"path", model.path.string()}, {"kind", to_string(model.kind)}, {"size_bytes", model.size_bytes}});
  }
  if (stop.stop_requested()) throw Error(ErrorCode::kStopped, "the search was stopped");
  return {{"models", list}};
}

json advise(const AdviseRequest& request) {
  const Devices devices = find_devices(request.device);
  if (devices.reason && !request.device.empty()) throw Error(*devices.reason);
  const gpu::DeviceInfo* device = devices.chosen ? &devices.all[*devices.chosen] : nullptr;
  const DType activation = activation_type(Compute::kAuto, device ? device->caps : DeviceCaps{});
  const uint64_t free_bytes = device ? free_memory(*device).device_bytes : UINT64_MAX;
  json result = {{"memory", nullptr}};
  if (device) result["device"] = device->caps.name;
  const auto found = download_need(request.files, request.context, activation, free_bytes);
  if (!found) return result;
  result["memory"] = {{"context", found->context}, {"total_bytes", found->need.total_bytes()}};
  if (device) add_verdict(result["memory"], found->need, free_memory(*device));
  return result;
}

}  // namespace

json ModelLookups::run(const RequestBody& body, const EventSink& sink, const TellSink&,
                       std::stop_token stop) {
  if (std::holds_alternative<DevicesRequest>(body)) return list_devices();
  if (const auto* request = std::get_if<DescribeRequest>(&body)) return describe_model(*request);
  if (const auto* request = std::get_if<AdviseRequest>(&body)) return advise(*request);
  return list_models(std::get<FindModelsRequest>(body), sink, std::move(stop));
}

json DeviceTester::run(const RequestBody& body, const EventSink&, const TellSink&, std::stop_token stop) {
  const auto& request = std::get<TestDeviceRequest>(body);
  const DeviceTestOptions options{.device = request.device, .cache_folder = cache_folder()};
  return {{"test", test_form(test_device(options, std::move(stop)).value())}};
}

json FormatChecker::run(const RequestBody& body, const EventSink&, const TellSink&, std::stop_token) {
  if (auto checked = check_format(std::get<CheckFormatRequest>(body).format); !checked)
    throw checked.error().within("format");
  return json::object();
}

}  // namespace lapilli::cli
