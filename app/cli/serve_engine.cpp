// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_engine.h"

#include "app/cli/caption_context.h"
#include "app/cli/engine_flags.h"
#include "app/cli/forms.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
using nlohmann::json;

json ServeEngine::run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                      std::stop_token stop) {
  try {
    return handle(body, sink, tell, std::move(stop));
  } catch (const Error&) {
    if (engine_ && engine_->lanes() == 0) unload();  // nothing can be done with it any more
    throw;
  }
}

json ServeEngine::handle(const RequestBody& body, const EventSink& sink, const TellSink& tell,
                         std::stop_token stop) {
  if (const auto* request = std::get_if<LoadRequest>(&body)) return load(*request, sink, stop);
  if (const auto* request = std::get_if<AskRequest>(&body)) return ask(*request, sink, stop);
  if (const auto* request = std::get_if<CaptionRequest>(&body))
    return run_captions(*this, *request, tell, stop);
  LAPILLI_ASSERT(std::holds_alternative<UnloadRequest>(body));
  unload();
  return json::object();
}

void ServeEngine::unload() {
  engine_.reset();
  caption_context_ = 0;
  pictures_.clear();
}

json ServeEngine::load(const LoadRequest& request, const EventSink& sink, std::stop_token stop) {
  unload();
  EngineOptions options = engine_options(request.model);
  options.image_slots = request.image_slots;
  options.device_options.memory_limit_bytes = memory_limit_bytes_;
  engine_.emplace(Engine::open(options, sink, std::move(stop)).value());
  loaded_ = request;
  talk_context_ = engine_->evaluator().options().graph.context;
  const ModelConfig& config = engine_->config();
  return {{"model",
           {{"name", config.name},
            {"format", engine_->facts().format},
            {"template", engine_->chat_template().name},
            {"context", talk_context_},
            {"vision", config.vision.has_value()},
            {"image_rows", config.vision ? config.vision->image_rows() : 0},
            {"image_size", config.vision ? config.vision->image_size : 0},
            {"device", engine_->device().info().caps.name},
            {"memory", memory_form(engine_->memory_use())}}}};
}

const ModelFlags& ServeEngine::model() const {
  if (!engine_) throw Error(ErrorCode::kInvalidArgument, "no model is loaded; send a load request first");
  return loaded_.model;
}

/// What was read of a talk is read again afterwards: it has no room beside the captions.
void ServeEngine::set_talk_lane() {
  if (caption_context_ == 0) return;
  engine_->set_lanes({.context = talk_context_, .image_slots = loaded_.image_slots}).value();
  caption_context_ = 0;
}

void ServeEngine::set_caption_lanes(uint32_t context, std::stop_token stop) {
  constexpr uint32_t kMostLanes = 16;
  if (caption_context_ == context) return;
  engine_->set_lanes({.context = context, .most_lanes = kMostLanes}, std::move(stop)).value();
  caption_context_ = context;
}

captions::Answerer ServeEngine::answerer_for(const captions::Settings& settings, std::stop_token stop) {
  static_cast<void>(model());
  captions::require_eyes(engine_->config());
  const uint32_t needed = needed_context(engine_->config(), settings);
  set_caption_lanes(needed == 0 ? talk_context_ : std::min(needed, talk_context_), std::move(stop));
  captions::Answerer answerer = captions::answerer_of(*engine_);
  answerer.caption_all = [this](const CaptionSource& source, const CaptionSink& done, std::stop_token halt) {
    return try_result([&] { caption_all(source, done, halt); });
  };
  return answerer;
}

/// What its questions and whole answers take, as far as a talk could have it.
uint32_t ServeEngine::context_for(const CaptionJob& job) const {
  size_t most = 0;
  for (const AnswerRequest& question : job.questions) {
    const auto prompt = engine_->prompt_tokens(question);
    if (prompt) most = std::max(most, *prompt + question.generation.max_tokens);
  }
  return static_cast<uint32_t>(std::min<size_t>(most, talk_context_));
}

/// A picture that needs longer lanes than there are waits for those that are begun; then there are longer
/// ones, for it and for all that follow.
void ServeEngine::caption_all(const CaptionSource& source, const CaptionSink& done,
                              const std::stop_token& stop) {
  std::optional<CaptionJob> next;
  const CaptionSource fitting = [&]() -> std::optional<CaptionJob> {
    if (!next) next = source();
    if (!next || context_for(*next) > caption_context_) return std::nullopt;
    return std::exchange(next, std::nullopt);
  };
  for (;;) {
    lapilli::caption_all(*engine_, fitting, done, stop).value();
    if (!next || stop.stop_requested()) return;
    const uint32_t longer = std::max(2 * caption_context_, context_for(*next));
    try {
      set_caption_lanes(std::min(longer, talk_context_), stop);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kStopped) return;
      throw;
    }
  }
}

Picture ServeEngine::picture(const std::filesystem::path& path, const PictureOptions& options) {
  constexpr size_t kMost = 16;
  std::error_code missing;
  const auto time = std::filesystem::last_write_time(path, missing);
  const auto found = std::find_if(pictures_.begin(), pictures_.end(), [&](const KnownPicture& known) {
    return known.path == path && known.time == time && known.options.aspect == options.aspect &&
           known.options.orientation == options.orientation;
  });
  if (!missing && found != pictures_.end()) {
    pictures_.splice(pictures_.begin(), pictures_, found);
  } else {
    pictures_.push_front({path, time, options, open_picture_for(engine_->config(), path, options).value()});
    if (pictures_.size() > kMost) pictures_.pop_back();
  }
  return pictures_.front().picture;
}

json ServeEngine::ask(const AskRequest& request, const EventSink& sink, std::stop_token stop) {
  static_cast<void>(model());
  AnswerRequest answer_request;
  answer_request.conversation.system = request.system;
  for (const AskMessage& message : request.messages) {
    answer_request.conversation.messages.push_back(
        {.role = message.role, .text = message.text, .images = static_cast<int>(message.images.size())});
    for (const auto& path : message.images)
      answer_request.pictures.push_back(picture(path, request.pictures));
  }
  answer_request.generation = generation_options(request.sampling);
  answer_request.begun = request.begun;
  answer_request.chat_template = optional_template(request.template_name).value();
  set_talk_lane();
  const Answer answer = engine_->answer(answer_request, sink, stop).value();
  return {{"answer", answer_form(answer, answer_request.generation.sampling.seed)},
          {"memory", memory_form(engine_->memory_use())}};
}

}  // namespace lapilli::cli
