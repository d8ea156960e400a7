// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/serve_requests.h"

#include <stop_token>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// The requests about models that are not loaded; each returns the fields of its `finished` and throws Error.
[[nodiscard]] nlohmann::json describe_model(const DescribeRequest& request);
[[nodiscard]] nlohmann::json list_models(const FindModelsRequest& request, const EventSink& sink,
                                         std::stop_token stop);

}  // namespace lapilli::cli
