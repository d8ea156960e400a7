// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/answerer.h"

namespace lapilli::captions {

Answerer answerer_of(Engine& engine) {
  return {engine.config(), engine.lanes(),
          std::string(to_string(engine.evaluator().options().graph.activation)),
          [&engine](const CaptionSource& source, const CaptionSink& done, std::stop_token stop) {
            return caption_all(engine, source, done, std::move(stop));
          }};
}

AnswerRequest request_for(const Settings& settings, const Question& question, const std::string& prompt,
                          const Picture& picture) {
  AnswerRequest request;
  request.conversation.system = settings.system;
  request.conversation.messages = {{.role = Message::Role::kUser, .text = prompt, .images = 1}};
  request.pictures = {picture};
  request.generation = settings.generation;
  request.generation.format = question.format;
  if (!settings.template_name.empty()) request.chat_template = find_template(settings.template_name).value();
  return request;
}

Result<std::string> whole_text(const Result<Answer>& answer) {
  if (!answer) return answer.error();
  if (answer->reason != StopReason::kContextFull) return answer->text;
  return Error(ErrorCode::kContextFull,
               "the context was full before the answer had ended; raise --context, or lower --max-tokens");
}

void require_eyes(const ModelConfig& config) {
  if (config.vision) return;
  throw Error(ErrorCode::kInvalidArgument,
              text("model ", config.name,
                   " has no vision encoder, so it cannot look at pictures; give its "
                   "projector with --projector"));
}

}  // namespace lapilli::captions
