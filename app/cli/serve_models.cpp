// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_models.h"

#include "app/cli/model_report.h"
#include "engine/runtime/find_models.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {

using nlohmann::json;

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

}  // namespace lapilli::cli
