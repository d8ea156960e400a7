// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/engine_state.h"
#include "engine/runtime/generate.h"

#include <algorithm>

namespace lapilli {
namespace {

using Clock = std::chrono::steady_clock;

std::string exchanges(size_t count) {
  return count == 1 ? "exchange is" : text(count, " exchanges are");
}

}  // namespace

std::vector<SequenceItem> Engine::State::items_of(const AnswerRequest& request,
                                                  const Conversation& conversation) const {
  const std::vector<Message>& messages = conversation.messages;
  if (messages.empty() || messages.back().role != Message::Role::kUser)
    throw Error(ErrorCode::kInvalidArgument, "the conversation does not end with a user's message to answer");
  const ChatTemplate& form = request.chat_template ? *request.chat_template : chat_template;
  const std::vector<int32_t> ids = encode_prompt(*tokenizer, render(form, conversation));
  if (!request.pictures.empty() && !config.vision) {
    throw Error(ErrorCode::kInvalidArgument,
                text("model ", config.name, " has no vision encoder, so it cannot look at pictures"));
  }
  return expand_prompt(ids, request.pictures, config.vision ? config.vision->image_rows() : 0);
}

/// The prompt, without the oldest exchanges where it and a useful length of answer do not fit the context.
std::vector<SequenceItem> Engine::State::fit_prompt(const AnswerRequest& request, ConversationFit& fit,
                                                    Answer& answer, const EventSink& sink) const {
  const uint32_t context = evaluator->options().graph.context;
  const uint32_t room_for_answer = std::min(request.generation.max_tokens, context / 4);
  const FittedConversation fitted =
      fit.fit(request.conversation, context, room_for_answer,
              [&](const Conversation& conversation) { return items_of(request, conversation).size(); });
  std::vector<SequenceItem> items = items_of(request, fitted.conversation);
  if (items.size() >= context) {
    throw Error(ErrorCode::kContextFull,
                text("the last message and its pictures take ", items.size(), " tokens, the context has ",
                     context, "; shorten the message or raise --context"));
  }
  answer.turns_left_out = fitted.left_out;
  if (fitted.newly_left_out > 0) {
    note(sink, "turns_left_out",
         text("The conversation is longer than the context of ", context, " tokens: its oldest ",
              exchanges(fitted.left_out), " left out; pictures stay."));
  }
  return items;
}

std::vector<std::string> Engine::State::stops_of(const AnswerRequest& request) const {
  std::vector<std::string> stops = request.generation.stops;
  const ChatTemplate& form = request.chat_template ? *request.chat_template : chat_template;
  if (!form.stop().empty()) stops.emplace_back(form.stop());
  return stops;
}

void Engine::State::answer(const AnswerRequest& request, const EventSink& sink, std::stop_token stop,
                           Answer& answer) {
  const Clock::time_point start = Clock::now();
  picture_ms = 0;
  stop_encoding = stop;
  lanes.front().set_results(results_needed(request.generation.sampling));
  const auto hold = [&](std::span<const SequenceItem> items) {
    return lanes.front().set_prompt(items, request.pictures, stop, [&](size_t done, size_t total) {
      if (sink) sink(Progress{"reading the prompt", done, total, "tokens"});
    });
  };
  const std::vector<SequenceItem> prompt = fit_prompt(request, conversation_fit, answer, sink);
  try {
    answer.reused_tokens = hold(prompt).reused;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kStopped) throw;
    answer.reason = StopReason::kStopped;
    return;
  }
  answer.prompt_tokens = prompt.size();
  answer.timings.picture_ms = picture_ms;
  answer.timings.prompt_ms = milliseconds_since(start);
  answer.timings.first_token_ms = answer.timings.prompt_ms;

  const MakeRoom make_room = [&](std::span<const int32_t> generated) {
    const uint32_t context = evaluator->options().graph.context;
    const FittedConversation fitted = conversation_fit.fit(
        request.conversation, context, 0,
        [&](const Conversation& shorter) { return items_of(request, shorter).size() + generated.size(); });
    if (fitted.newly_left_out == 0) return false;
    std::vector<SequenceItem> items = items_of(request, fitted.conversation);
    for (const int32_t id : generated) items.push_back({id, 0, 0});
    answer.turns_left_out = fitted.left_out;
    note(sink, "turns_left_out",
         text("The context of ", context, " tokens filled up while answering: the conversation's oldest ",
              exchanges(fitted.left_out), " left out; pictures stay."));
    hold(items);
    return true;
  };
  AnswerWriter writer(*evaluator, *tokenizer, end_ids, request.generation, stops_of(request), sink, answer);
  generate(*evaluator, lanes.front(), writer, answer, make_room, stop);
}

/// One request being answered on a lane of its own.
struct Engine::State::LaneAnswer {
  LaneAnswer(State& state, Lane& lane_in, size_t index_in, const AnswerRequest& request)
      : lane(lane_in),
        index(index_in),
        results(results_needed(request.generation.sampling)),
        writer(*state.evaluator, *state.tokenizer, state.end_ids, request.generation, state.stops_of(request),
               none, answer) {}
  Lane& lane;
  size_t index;
  StepResults results;
  EventSink none;
  Answer answer;
  AnswerWriter writer;
};

/// Reads a request's prompt and takes the first token; a result when the answer ends with it.
std::optional<Result<Answer>> Engine::State::start(LaneAnswer& work, const AnswerRequest& request,
                                                   std::stop_token stop) {
  try {
    const Clock::time_point begin = Clock::now();
    ConversationFit fit;  // its own: the lanes' requests have nothing to do with each other
    const std::vector<SequenceItem> prompt = fit_prompt(request, fit, work.answer, {});
    picture_ms = 0;
    stop_encoding = stop;
    work.lane.set_results(work.results);
    work.answer.reused_tokens = work.lane.set_prompt(prompt, request.pictures, stop).reused;
    work.answer.prompt_tokens = prompt.size();
    work.answer.timings.picture_ms = picture_ms;
    work.answer.timings.prompt_ms = milliseconds_since(begin);
    work.answer.timings.first_token_ms = work.answer.timings.prompt_ms;
    if (work.writer.next(0)) return std::nullopt;
    work.writer.finish();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kDeviceLost) throw;
    if (error.code() != ErrorCode::kStopped) return error;
    work.writer.finish(StopReason::kStopped);
  }
  return std::move(work.answer);
}

/// One token for every lane at work; finished ones are handed to `done` and leave the list.
void Engine::State::step(std::vector<std::unique_ptr<LaneAnswer>>& working, const AnswerSink& done) {
  const auto leave = [&](size_t position) {
    done(working[position]->index, std::move(working[position]->answer));
    working.erase(working.begin() + static_cast<ptrdiff_t>(position));
  };
  for (size_t position = working.size(); position-- > 0;) {
    if (working[position]->lane.length() < evaluator->options().graph.context) continue;
    working[position]->writer.finish(StopReason::kContextFull);
    leave(position);
  }
  std::vector<StepRow> rows;
  std::vector<uint32_t> all;
  StepResults results = StepResults::kBestIds;
  for (const auto& work : working) {
    if (work->results != StepResults::kBestIds) results = work->results;
    all.push_back(static_cast<uint32_t>(rows.size()));
    rows.push_back(work->lane.row_of(work->writer.last_id()));
  }
  if (rows.empty()) return;
  evaluator->evaluate(rows, all, {}, {}, results);
  std::vector<bool> goes_on;
  for (size_t position = 0; position < working.size(); ++position) {
    working[position]->lane.appended(working[position]->writer.last_id());
    goes_on.push_back(working[position]->writer.next(position));
  }
  for (size_t position = working.size(); position-- > 0;) {
    if (goes_on[position]) continue;
    working[position]->writer.finish();
    leave(position);
  }
}

void Engine::State::answer_all(std::span<const AnswerRequest> requests, const AnswerSink& done,
                               std::stop_token stop) {
  std::vector<std::unique_ptr<LaneAnswer>> working;
  size_t next = 0;
  while (next < requests.size() || !working.empty()) {
    while (next < requests.size() && working.size() < lanes.size() && !stop.stop_requested()) {
      const auto is_free = [&](const Lane& lane) {
        return std::none_of(working.begin(), working.end(),
                            [&](const auto& work) { return &work->lane == &lane; });
      };
      Lane& lane = *std::find_if(lanes.begin(), lanes.end(), is_free);
      auto work = std::make_unique<LaneAnswer>(*this, lane, next, requests[next]);
      auto ended = start(*work, requests[next], stop);
      if (ended) {
        done(next, std::move(*ended));
      } else {
        working.push_back(std::move(work));
      }
      ++next;
    }
    if (stop.stop_requested()) break;
    step(working, done);
  }
  for (const auto& work : working) {
    work->writer.finish(StopReason::kStopped);
    done(work->index, std::move(work->answer));
  }
}

}  // namespace lapilli
