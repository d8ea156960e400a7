// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"
#include "engine/runtime/fit.h"

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// The devices of this machine, and the one that is used unless another is asked for.
struct Devices {
  std::vector<gpu::DeviceInfo> all;
  std::optional<size_t> chosen;
  std::optional<Error> reason = {};  ///< why none is chosen
};

/// `selector`: as --device; empty: the best one.
[[nodiscard]] Devices find_devices(const std::string& selector);

/// Facts of a model and whether it fits the chosen device.
struct ModelReport {
  LoadedModel model;
  uint32_t context = 0;
  MemoryNeed need = {};
  std::optional<FreeMemory> free = {};
  std::string template_name = {};
};

/// Reads the model's headers, no weights. Throws Error.
[[nodiscard]] ModelReport report_model(const ModelFlags& flags, const Devices& devices);

/// What is free on a device now, and what else it can read.
[[nodiscard]] FreeMemory free_memory(const gpu::DeviceInfo& device);

/// Adds "free_device_bytes", "fit" and "verdict" to the form of a need.
void add_verdict(nlohmann::json& form, const MemoryNeed& need, const FreeMemory& free);

/// A verdict as a sentence without its full stop: "fits", "tight: it fits, with …".
[[nodiscard]] std::string_view sentence(Fit fit);

/// `model` of `lapilli info --json` and of the request `describe`.
[[nodiscard]] nlohmann::json model_form(const ModelReport& report);

}  // namespace lapilli::cli
