// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"
#include "engine/gpu/device_info.h"
#include "engine/io/image.h"
#include "engine/io/preprocess.h"
#include "engine/runtime/device_test.h"
#include "engine/runtime/events.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// The JSON forms of values, the same for --json and for `lapilli serve`; described in PROTOCOL.md.

/// {"event": "progress" | "token" | "note", …}
[[nodiscard]] nlohmann::json event_form(const Event& event);
/// {"event": "error", "code": …, "message": …, "place": …}
[[nodiscard]] nlohmann::json error_form(const Error& error);
/// {"text": …, "ids": […], "stop_reason": …, "timings": {…}, …}
[[nodiscard]] nlohmann::json answer_form(const Answer& answer, uint64_t seed);
/// {"format": …, "mode": …, "width": …, "size": …, …}: a picture's file, and what the model is given of it.
[[nodiscard]] nlohmann::json picture_form(const LoadedImage& loaded, const PreprocessOptions& options);
/// {"estimated_bytes": …, "peak_bytes": …}
[[nodiscard]] nlohmann::json memory_form(const MemoryUse& use);
[[nodiscard]] nlohmann::json device_form(const gpu::DeviceInfo& device);
/// {"device": …, "works": …, "difference": …, "allowed_difference": …, "tokens_per_second": …}
[[nodiscard]] nlohmann::json test_form(const DeviceTestResult& result);

/// One line with its break; text that is not UTF-8 (a file's name, say) is shown with U+FFFD.
[[nodiscard]] std::string one_line(const nlohmann::json& object);

[[nodiscard]] std::string_view type_name(DeviceType type);

}  // namespace lapilli::cli
