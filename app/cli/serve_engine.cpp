// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_engine.h"

#include "app/captions/answerer.h"
#include "app/cli/engine_flags.h"
#include "app/cli/forms.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

EngineOptions talk_options(const LoadRequest& request) {
  EngineOptions options = engine_options(request.model);
  options.image_slots = request.image_slots;
  return options;
}

}  // namespace

json ServeEngine::run(const RequestBody& body, const EventSink& sink, const TellSink& tell,
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
  for_captions_ = false;
  pictures_.clear();
}

json ServeEngine::load(const LoadRequest& request, const EventSink& sink, std::stop_token stop) {
  unload();
  engine_.emplace(Engine::open(talk_options(request), sink, stop).value());
  loaded_ = request;
  const ModelConfig& config = engine_->config();
  return {{"model",
           {{"name", config.name},
            {"format", engine_->facts().format},
            {"template", engine_->chat_template().name},
            {"context", engine_->evaluator().options().graph.context},
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

Engine& ServeEngine::engine_for_captions(std::stop_token stop) {
  static_cast<void>(model());
  captions::require_eyes(engine_->config());
  if (for_captions_) return *engine_;
  constexpr uint32_t kMostLanes = 16;
  EngineOptions options = engine_options(loaded_.model);
  options.context = engine_->evaluator().options().graph.context;
  options.most_lanes = kMostLanes;
  engine_.reset();  // both have no room
  auto opened = Engine::open(options, {}, std::move(stop));
  if (!opened) {
    engine_.emplace(Engine::open(talk_options(loaded_)).value());
    throw opened.error();
  }
  engine_.emplace(*std::move(opened));
  for_captions_ = true;
  return *engine_;
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
  const Answer answer = engine_->answer(answer_request, sink, stop).value();
  return {{"answer", answer_form(answer, answer_request.generation.sampling.seed)},
          {"memory", memory_form(engine_->memory_use())}};
}

}  // namespace lapilli::cli
