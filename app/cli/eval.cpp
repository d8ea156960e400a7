// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "training/demo/grade.h"
#include "training/demo/make_data.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

constexpr uint32_t kMaxTokens = 256;
/// Questions whose pictures are held at once, for each lane: enough that lanes seldom wait for one another.
constexpr size_t kQuestionsPerLane = 16;

nlohmann::json form(const demo::Tally& tally) {
  return {{"right", tally.right}, {"asked", tally.asked}, {"share", tally.share()}};
}

nlohmann::json form(const demo::Score& score) {
  nlohmann::json kinds = nlohmann::json::object();
  for (const auto& [kind, tally] : score.kinds) kinds[std::string(demo::name(kind))] = form(tally);
  return {{"event", "score"},
          {"kinds", std::move(kinds)},
          {"short_answers", form(score.short_answers())},
          {"total", form(score.total())}};
}

class Evaluation {
 public:
  Evaluation(Engine& engine, std::span<const demo::EvalItem> items, Output& output, std::stop_token stop)
      : engine_(engine), items_(items), output_(output), sink_(output.sink()), stop_(std::move(stop)) {}

  void ask(size_t first, size_t count) {
    std::vector<AnswerRequest> requests;
    for (size_t index = first; index < first + count; ++index) requests.push_back(request_of(items_[index]));
    const auto graded = [&](size_t index, Result<Answer> answer) { grade(first + index, answer.value()); };
    engine_.answer_all(requests, graded, stop_).value();
  }

  [[nodiscard]] const demo::Score& score() const { return score_; }

 private:
  [[nodiscard]] AnswerRequest request_of(const demo::EvalItem& item) const {
    AnswerRequest request;
    request.generation.max_tokens = kMaxTokens;
    request.conversation.messages = {{.text = item.question.prompt(), .images = item.image.empty() ? 0 : 1}};
    if (!item.image.empty())
      request.pictures.push_back(open_picture_for(engine_.config(), item.image, {}).value());
    return request;
  }

  void grade(size_t index, const Answer& answer) {
    if (answer.reason == StopReason::kStopped) return;
    const demo::Question& question = items_[index].question;
    score_.add(question, answer.text);
    sink_(Progress{"asking", score_.total().asked, items_.size(), "questions"});
    if (!output_.json()) return;
    output_.line({{"event", "graded"},
                  {"question", index},
                  {"kind", demo::name(question.kind)},
                  {"expected", question.answer},
                  {"answer", answer.text},
                  {"right", demo::grade(question, answer.text)}});
  }

  Engine& engine_;
  std::span<const demo::EvalItem> items_;
  Output& output_;
  EventSink sink_;
  std::stop_token stop_;
  demo::Score score_;
};

std::vector<std::filesystem::path> picture_paths(std::span<const demo::EvalItem> items) {
  std::vector<std::filesystem::path> paths;
  for (const demo::EvalItem& item : items) {
    if (!item.image.empty()) paths.push_back(item.image);
  }
  return paths;
}

}  // namespace

ExitCode run_eval(const EvalFlags& flags, Output& output, Interrupt& interrupt) {
  auto items = demo::read_demo_eval(flags.data).value();
  if (flags.limit > 0 && items.size() > flags.limit) items.resize(flags.limit);
  if (items.empty()) throw Error(ErrorCode::kBadFile, "there is no question in it", flags.data.string());

  interrupt.end_in_time();
  EngineOptions options = engine_options(flags.model);
  options.lanes = flags.lanes;
  options.image_slots = flags.lanes;
  options.check_model = requires_to_answer(picture_paths(items));
  Engine engine = Engine::open(options, output.sink(), interrupt.token()).value();
  interrupt.end_by_itself();  // what was graded is told

  Evaluation evaluation(engine, items, output, interrupt.token());
  const size_t step = kQuestionsPerLane * flags.lanes;
  for (size_t first = 0; first < items.size() && !interrupt.pending(); first += step)
    evaluation.ask(first, std::min(step, items.size() - first));

  if (output.json()) {
    output.line(form(evaluation.score()));
  } else {
    output.text(to_string(evaluation.score()));
  }
  return interrupt.pending() ? ExitCode::kStopped : ExitCode::kOk;
}

}  // namespace lapilli::cli
