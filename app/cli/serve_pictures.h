// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/request_handler.h"

namespace lapilli::cli {

/// Answers `picture` requests: what is in a file, and what a vision encoder sees of it; and `picture_facts`:
/// what is known of many files without decoding them. Knows no model.
class PictureReader final : public RequestHandler {
 public:
  nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                     std::stop_token stop) override;
  void unload() override {}
};

}  // namespace lapilli::cli
