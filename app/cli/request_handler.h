// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/serve_requests.h"

#include <functional>
#include <stop_token>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// Receives an event of a request's own kind, without the id.
using TellSink = std::function<void(nlohmann::json form)>;

/// Does what requests ask for, in the thread of a ServeWorker.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// The fields of the request's `finished` event; throws Error.
  virtual nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                             std::stop_token stop) = 0;
  /// Lets go of everything large, e.g. after a device was lost.
  virtual void unload() = 0;
  [[nodiscard]] virtual bool has_model() const { return false; }
};

}  // namespace lapilli::cli
