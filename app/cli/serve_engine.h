// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/request_handler.h"

#include <list>

namespace lapilli::cli {

/// The model of `lapilli serve` and what is done with it.
class ServeEngine final : public RequestHandler {
 public:
  nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                     std::stop_token stop) override;

  /// The model with lanes for captions: it is opened once more where it was opened for talks. Where
  /// that fails, it is as it was. Throws kInvalidArgument without a model, and what opening gives.
  [[nodiscard]] Engine& engine_for_captions(std::stop_token stop);
  /// What the model was opened with. Throws kInvalidArgument without a model.
  [[nodiscard]] const ModelFlags& model() const;

  /// Forgets the model.
  void unload() override;
  [[nodiscard]] bool has_model() const override { return engine_.has_value(); }

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
  LoadRequest loaded_;
  bool for_captions_ = false;         // engine_ has lanes for them
  std::list<KnownPicture> pictures_;  // most recently used first
};

}  // namespace lapilli::cli
