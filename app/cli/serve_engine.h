// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/answerer.h"
#include "app/cli/request_handler.h"

#include <list>

namespace lapilli::cli {

/// The model of `lapilli serve` and what is done with it.
class ServeEngine final : public RequestHandler {
 public:
  /// `memory_limit_bytes`: for tests, of the device's memory; 0: what it has.
  explicit ServeEngine(uint64_t memory_limit_bytes = 0) : memory_limit_bytes_(memory_limit_bytes) {}

  nlohmann::json run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                     std::stop_token stop) override;

  /// What answers the questions of these settings, with lanes for captions instead of the one of talks: each
  /// as long as captions need, so that many fit. Where that fails, they are as they were. Throws
  /// kInvalidArgument without a model, and what Engine::set_lanes gives.
  [[nodiscard]] captions::Answerer answerer_for(const captions::Settings& settings, std::stop_token stop);
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
  [[nodiscard]] nlohmann::json handle(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                                      std::stop_token stop);
  void set_talk_lane();
  void set_caption_lanes(uint32_t context, std::stop_token stop);
  void caption_all(const CaptionSource& source, const CaptionSink& done, const std::stop_token& stop);
  [[nodiscard]] uint32_t context_for(const CaptionJob& job) const;
  [[nodiscard]] Picture picture(const std::filesystem::path& path, const PictureOptions& options);

  uint64_t memory_limit_bytes_;
  std::optional<Engine> engine_;
  LoadRequest loaded_;
  uint32_t talk_context_ = 0;     // that engine_ was opened with
  uint32_t caption_context_ = 0;  // of the lanes that engine_ has for captions; 0: it has the one of talks
  std::list<KnownPicture> pictures_;  // most recently used first
};

}  // namespace lapilli::cli
