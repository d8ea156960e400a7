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
  Conversation asked = conversation;
  std::string& question = asked.messages.back().text;
  question = question_with_format(request.generation.format, question);
  Prompt prompt = render_for(config, form, asked);
  if (!request.begun.empty()) prompt.push_back({PromptPart::Kind::kPlainText, ' ' + request.begun});
  const std::vector<int32_t> ids = encode_prompt(*tokenizer, prompt);
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

TokenConstraint* Engine::State::constraint_of(const AnswerRequest& request) {
  const std::vector<Message>& messages = request.conversation.messages;
  TokenConstraint* constraint =
      constraints->find(request.generation.format, messages.empty() ? "" : messages.back().text);
  if (constraint != nullptr && !request.generation.stops.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                text("stop strings would cut an answer in the format ",
                     to_string(request.generation.format.kind), ", which ends by itself; give one of both"));
  }
  return constraint;
}

/// A bound answer must be complete before the context is full.
size_t Engine::State::limit_of(const AnswerRequest& request, TokenConstraint* constraint,
                               size_t prompt_tokens, const std::stop_token& stop) const {
  if (constraint == nullptr) return request.generation.max_tokens;
  return bound_limit(request, *constraint, evaluator->options().graph.context - prompt_tokens, stop);
}

std::vector<std::string> Engine::State::stops_of(const AnswerRequest& request, bool bound) const {
  if (bound) return {};
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
  TokenConstraint* const constraint = constraint_of(request);
  lanes.front().set_results(results_needed(request.generation.sampling, constraint != nullptr));
  const auto hold = [&](std::span<const SequenceItem> items) {
    return lanes.front().set_prompt(items, request.pictures, stop, [&](size_t done, size_t total) {
      if (sink) sink(Progress{"reading the prompt", done, total, "tokens"});
    });
  };
  const std::vector<SequenceItem> prompt = fit_prompt(request, conversation_fit, answer, sink);
  const std::string remark = remark_on_marks(request.conversation.messages.back());
  if (!remark.empty()) note(sink, "image_marks", remark);
  size_t limit = 0;
  try {
    limit = limit_of(request, constraint, prompt.size(), stop);
    answer.reused_tokens = hold(prompt);
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
  AnswerWriter writer(*evaluator, *tokenizer, end_ids, request.generation,
                      stops_of(request, constraint != nullptr), constraint, sink, answer, request.begun);
  writer.follow(prompt);
  writer.limit_to(limit);
  generate(*evaluator, lanes.front(), writer, answer, make_room, stop);
  if (answer.reason == StopReason::kContextFull) {
    note(sink, "context_full",
         text("The context of ", evaluator->options().graph.context,
              " tokens is full, so the answer ends here; raise --context, or shorten what was asked."));
  }
}

/// One request being answered on a lane of its own.
struct Engine::State::LaneAnswer {
  LaneAnswer(Lane& lane_in, const AnswerRequest& request_in) : lane(lane_in), request(request_in) {}
  [[nodiscard]] uint32_t index() const { return static_cast<uint32_t>(lane.index()); }

  /// Throws what makes the request impossible.
  void begin(State& state, const std::stop_token& stop) {
    TokenConstraint* const constraint = state.constraint_of(request);
    const bool bound = constraint != nullptr;
    results = results_needed(request.generation.sampling, bound);
    writer.emplace(*state.evaluator, *state.tokenizer, state.end_ids, request.generation,
                   state.stops_of(request, bound), constraint, none, answer, request.begun);
    ConversationFit fit;  // its own: the lanes' requests have nothing to do with each other
    prompt = state.fit_prompt(request, fit, answer, {});
    writer->follow(prompt);
    writer->limit_to(state.limit_of(request, constraint, prompt.size(), stop));
  }

  /// Takes the next token from the evaluator's logits; the result when the answer ends with it.
  [[nodiscard]] std::optional<Result<Answer>> next(size_t logits, const std::stop_token& stop) {
    try {
      if (writer->next(logits, stop)) return std::nullopt;
      writer->finish();
      return std::move(answer);
    } catch (const Error& error) {
      return after(error);
    }
  }

  /// A stopped answer is one all the same.
  [[nodiscard]] Result<Answer> after(const Error& error) {
    if (error.code() != ErrorCode::kStopped) return error;
    if (writer) writer->finish(StopReason::kStopped);
    answer.reason = StopReason::kStopped;
    return std::move(answer);
  }

  Lane& lane;
  const AnswerRequest& request;
  StepResults results = StepResults::kBestIds;
  EventSink none;
  Answer answer;
  std::optional<AnswerWriter> writer;
  std::vector<SequenceItem> prompt;
};

/// A request for each free lane, as far as the source has some.
Engine::State::LaneAnswers Engine::State::take_requests(const LaneAnswers& working,
                                                        const RequestSource& next) {
  LaneAnswers taken;
  for (Lane& lane : lanes) {
    const auto has_lane = [&](const auto& work) { return &work->lane == &lane; };
    if (std::any_of(working.begin(), working.end(), has_lane)) continue;
    if (const AnswerRequest* request = next(static_cast<uint32_t>(lane.index())))
      taken.push_back(std::make_unique<LaneAnswer>(lane, *request));
  }
  return taken;
}

/// Those that are possible, with their prompts; the others get their error.
Engine::State::LaneAnswers Engine::State::with_prompts(LaneAnswers taken, const LaneSink& done,
                                                       const std::stop_token& stop) {
  LaneAnswers possible;
  for (auto& work : taken) {
    try {
      work->begin(*this, stop);
      possible.push_back(std::move(work));
    } catch (const Error& error) {
      done(work->index(), work->after(error));
    }
  }
  return possible;
}

/// Evaluates the prompts of a group whose pictures have room together, or of one request with more pictures.
void Engine::State::read_prompts(std::span<const std::unique_ptr<LaneAnswer>> group, std::stop_token stop) {
  const Clock::time_point begin = Clock::now();
  picture_ms = 0;
  stop_encoding = stop;
  StepResults results = StepResults::kBestIds;
  std::vector<LanePrompt> prompts;
  for (const auto& work : group) {
    if (work->results != StepResults::kBestIds) results = work->results;
    prompts.push_back({&work->lane, work->prompt, work->request.pictures});
  }
  std::vector<size_t> reused;
  if (group.size() == 1) {
    group.front()->lane.set_results(results);
    reused = {group.front()->lane.set_prompt(group.front()->prompt, group.front()->request.pictures, stop)};
  } else {
    reused = set_prompts(*evaluator, *pictures, prompts, results, stop);
  }
  for (size_t index = 0; index < group.size(); ++index) {
    Answer& answer = group[index]->answer;
    answer.reused_tokens = reused[index];
    answer.prompt_tokens = group[index]->prompt.size();
    answer.timings.picture_ms = picture_ms;
    answer.timings.prompt_ms = milliseconds_since(begin);
    answer.timings.first_token_ms = answer.timings.prompt_ms;
  }
}

/// Reads prompts, in groups as large as the picture memory allows, and takes the first tokens.
void Engine::State::start(LaneAnswers taken, LaneAnswers& working, const LaneSink& done,
                          std::stop_token stop) {
  LaneAnswers possible = with_prompts(std::move(taken), done, stop);
  std::span<std::unique_ptr<LaneAnswer>> rest(possible);
  while (!rest.empty()) {
    size_t count = 0;
    size_t slots = 0;
    while (count < rest.size()) {
      slots += rest[count]->request.pictures.size();
      if (count > 0 && slots > evaluator->options().graph.image_slots) break;
      ++count;
    }
    const auto group = rest.first(count);
    rest = rest.subspan(count);
    std::optional<Error> failure;
    try {
      read_prompts(group, stop);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kDeviceLost) throw;
      failure = error;
    }
    for (size_t index = 0; index < count; ++index) {
      LaneAnswer& work = *group[index];
      if (failure) {
        done(work.index(), work.after(*failure));
      } else if (auto result = work.next(index, stop)) {
        done(work.index(), std::move(*result));
      } else {
        working.push_back(std::move(group[index]));
      }
    }
  }
}

/// One token for every lane at work; finished ones are handed to `done` and leave the list. After a stop
/// request, lanes are as they were before.
void Engine::State::step(LaneAnswers& working, const LaneSink& done, const std::stop_token& stop) {
  const auto leave = [&](size_t position, Result<Answer> result) {
    const std::unique_ptr<LaneAnswer> work = std::move(working[position]);
    working.erase(working.begin() + static_cast<ptrdiff_t>(position));
    done(work->index(), std::move(result));
  };
  for (size_t position = working.size(); position-- > 0;) {
    LaneAnswer& work = *working[position];
    if (work.lane.length() < evaluator->options().graph.context) continue;
    work.writer->finish(StopReason::kContextFull);
    leave(position, std::move(work.answer));
  }
  std::vector<StepRow> rows;
  std::vector<uint32_t> all;
  StepResults results = StepResults::kBestIds;
  for (const auto& work : working) {
    if (work->results != StepResults::kBestIds) results = work->results;
    all.push_back(static_cast<uint32_t>(rows.size()));
    rows.push_back(work->lane.row_of(work->writer->last_id()));
  }
  if (rows.empty()) return;
  try {
    evaluator->evaluate(rows, all, stop, {}, results);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kStopped) throw;
    return;
  }
  for (const auto& work : working) work->lane.appended(work->writer->last_id());
  for (size_t position = working.size(); position-- > 0;) {
    if (auto result = working[position]->next(position, stop)) leave(position, std::move(*result));
  }
}

void Engine::State::answer_stream(const RequestSource& next, const LaneSink& done, std::stop_token stop) {
  // Lanes are filled when a quarter is free: waiting longer leaves them idle, shorter makes small batches.
  const size_t enough = std::max<size_t>(1, lanes.size() / 4);
  LaneAnswers working;
  bool has_more = true;
  while (!stop.stop_requested()) {
    if (working.empty() || (has_more && lanes.size() - working.size() >= enough)) {
      LaneAnswers taken = take_requests(working, next);
      has_more = !taken.empty();
      if (working.empty() && taken.empty()) return;
      start(std::move(taken), working, done, stop);
      continue;
    }
    const size_t before = working.size();
    step(working, done, stop);
    has_more = has_more || working.size() < before;
  }
  for (const auto& work : working) {
    work->writer->finish(StopReason::kStopped);
    done(work->index(), std::move(work->answer));
  }
}

}  // namespace lapilli
