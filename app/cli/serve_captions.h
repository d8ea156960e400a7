// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/run.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

class ServeEngine;

/// A request about the captions of a folder; see PROTOCOL.md.
struct CaptionRequest {
  enum class Kind {
    kPlan,
    kTry,
    kRun,
    kResume,
    kStatus,
    kAccept,
    kReject,
    kEdit,
    kUndo,
    kForgetBackups,
    kPrompts,
  };
  Kind kind = Kind::kPlan;
  std::filesystem::path folder;
  captions::Settings settings;
  uint32_t count = 3;                   ///< of kTry
  bool retry = false;                   ///< of kResume: failed pictures too
  bool results = false;                 ///< of kStatus: what the run has done, picture by picture
  std::string path = {};                ///< of kPrompts: the picture's, as its events have it
  int64_t number = 1;                   ///< of kPrompts
  std::vector<std::string> paths = {};  ///< of kAccept, kReject
  bool is_one = false;                  ///< of kReject: a single picture, and an error where it stays
  std::optional<std::set<std::string>> replaced =
      {};                                  ///< of kRun with Existing::kAsk: whose texts are replaced
  std::vector<captions::Edit> edits = {};  ///< of kEdit
  std::stop_source finish = {};  ///< of kRun, kResume: asks for an end after the pictures that are begun
};

/// The request of that name ("caption_plan", …) from its fields. Throws kInvalidArgument, place = field; for
/// an unknown name as well.
[[nodiscard]] CaptionRequest caption_request(const std::string& name, const nlohmann::ordered_json& fields);

/// Does it; the fields of its `finished` event. `tell` receives events without their id. Throws Error.
[[nodiscard]] nlohmann::json run_captions(ServeEngine& engine, const CaptionRequest& request,
                                          const std::function<void(nlohmann::json event)>& tell,
                                          std::stop_token stop);

}  // namespace lapilli::cli
