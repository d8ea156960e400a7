// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/request_handler.h"

namespace lapilli::cli {

/// Looks at devices and at models that are not loaded: it needs no engine and never waits for one.
class ModelLookups final : public RequestHandler {
 public:
  nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                     std::stop_token stop) override;
  void unload() override {}
};

/// Asks devices a question whose answer is known, on an engine of its own.
class DeviceTester final : public RequestHandler {
 public:
  nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                     std::stop_token stop) override;
  void unload() override {}
};

/// Tells whether answers of a format are possible; large ones take a while.
class FormatChecker final : public RequestHandler {
 public:
  nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                     std::stop_token stop) override;
  void unload() override {}
};

}  // namespace lapilli::cli
