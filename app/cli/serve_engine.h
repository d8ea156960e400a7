// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/serve_requests.h"

#include <list>
#include <stop_token>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// The model of `lapilli serve` and what is done with it; used by one thread. Every function returns the
/// fields of its `finished` event and throws Error.
class ServeEngine {
 public:
  nlohmann::json run(const RequestBody& body, const EventSink& sink, std::stop_token stop);

  /// Forgets the model, e.g. after its device was lost.
  void unload();

 private:
  /// Decoded pictures of the conversation, so that a further question does not decode them again.
  struct KnownPicture {
    std::filesystem::path path;
    std::filesystem::file_time_type time;
    PictureOptions options;
    Picture picture;
  };

  nlohmann::json load(const LoadRequest& request, const EventSink& sink, std::stop_token stop);
  nlohmann::json ask(const AskRequest& request, const EventSink& sink, std::stop_token stop);
  [[nodiscard]] Picture picture(const std::filesystem::path& path, const PictureOptions& options);

  std::optional<Engine> engine_;
  std::list<KnownPicture> pictures_;  // most recently used first
};

}  // namespace lapilli::cli
