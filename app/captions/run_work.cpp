// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/run_work.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

/// What of the settings an answer depends on, beside its prompt.
std::string answer_settings(const Settings& settings) {
  auto form = to_json(settings);
  for (const char* key :
       {"questions", "outputs", "existing", "overwrite_edited", "recursive", "bom", "shard"})
    form.erase(key);
  return form.dump();
}

}  // namespace

void RunSpeed::finished() {
  constexpr size_t kLast = 64;
  times_.push_back(Clock::now());
  if (times_.size() > kLast) times_.pop_front();
}

double RunSpeed::pictures_per_minute() const {
  const double minutes = std::chrono::duration<double>(times_.back() - times_.front()).count() / 60;
  return minutes > 0 ? static_cast<double>(times_.size() - 1) / minutes : 0;
}

CaptionRun::Work::Work(CaptionRun& run, const Answerer& answerer, const std::string& model_key,
                       const RunSink& sink, std::stop_token stop)
    : run_(run),
      journal_(*run.journal_),
      answerer_(answerer),
      sink_(sink),
      stop_(std::move(stop)),
      changes_(run.file_changes()),
      key_(text("model=", model_key, " storage=", answerer.storage,
                " settings=", answer_settings(run.settings_))),
      counts_(run.counts()) {}

CaptionRun::Work::Work(CaptionRun& run, const RunSink& sink)
    : Work(run,
           []() -> const Answerer& {
             static const ModelConfig none;
             static const Answerer nobody{none, 1, "", {}};
             return nobody;
           }(),
           "", sink, {}) {}

void CaptionRun::Work::complete_answered() {
  for (const PictureRow& row : journal_.pictures(run_.row_.id, PictureState::kAnswered)) {
    --counts_.answered;
    if (!Journal::is_rejected(row)) {
      apply_changes(row, journal_.answers(run_.row_.id, row.number), true);
    } else if (const auto kept = reject(row); kept && sink_) {
      sink_(PictureFailed{row.number, row.path, error_of(*kept)});
    }
  }
}

void CaptionRun::Work::caption_waiting() {
  PictureFeed feed(run_.folder_, run_.settings_, answerer_.config,
                   journal_.pictures(run_.row_.id, PictureState::kWaiting), 2 * answerer_.lanes);
  tell_progress();
  answerer_
      .caption_all(
          [&] { return next_job(feed); },
          [&](uint64_t id, std::vector<Result<Answer>> answers) { take_answers(id, std::move(answers)); },
          stop_)
      .value();
}

void CaptionRun::Work::write_folder_files() {
  for (const Output output : run_.settings_.outputs) {
    if (!is_of_folder(output)) continue;
    changes_
        .write_folder_file(folder_output_path(output, run_.settings_.shard),
                           [&](const std::string& before) {
                             return folder_output(output, before, journal_, run_.row_.id, run_.settings_);
                           })
        .value();
  }
}

void CaptionRun::Work::end_if_complete() {
  const RunCounts counts = run_.counts();
  if (counts.waiting + counts.answered == 0) journal_.end_run(run_.row_.id);
  run_.row_ = journal_.run(run_.row_.id);
}

std::string CaptionRun::Work::cache_key(const ReadyPicture& ready, const Question& question,
                                        const std::string& prompt) const {
  return text("pixels=", std::hex, ready.picture.id, ' ', key_, " format=", to_json(question.format).dump(),
              " prompt=", prompt);
}

/// The next picture that the model has to look at; those whose answers are known are written on the way.
std::optional<CaptionJob> CaptionRun::Work::next_job(PictureFeed& feed) {
  while (!stop_.stop_requested()) {
    auto item = feed.next();
    if (!item) return std::nullopt;
    if (!item->picture) {
      fail(item->row, item->picture.error());
      continue;
    }
    CaptionJob job{static_cast<uint64_t>(item->row.number), {}};
    Asked asked = ask(*item->picture, job);
    if (!job.questions.empty()) {
      asked_.emplace(job.id, std::move(asked));
      return job;
    }
    write(asked.row, asked.answers, {}, true);
  }
  return std::nullopt;
}

CaptionRun::Work::Asked CaptionRun::Work::ask(const ReadyPicture& ready, CaptionJob& job) {
  Asked asked{.row = ready.row, .answers = {}, .questions = {}, .keys = {}};
  for (size_t index = 0; index < run_.settings_.questions.size(); ++index) {
    const Question& question = run_.settings_.questions[index];
    const std::string& prompt = ready.prompts[index];
    asked.answers["prompt:" + question.field] = prompt;
    std::string key = cache_key(ready, question, prompt);
    if (auto known = journal_.cached(key)) {
      asked.answers[question.field] = *std::move(known);
      continue;
    }
    job.questions.push_back(request_for(run_.settings_, question, prompt, ready.picture));
    asked.questions.push_back(&question);
    asked.keys.push_back(std::move(key));
  }
  return asked;
}

void CaptionRun::Work::take_answers(uint64_t id, std::vector<Result<Answer>> answers) {
  const auto found = asked_.find(id);
  LAPILLI_ASSERT(found != asked_.end());
  Asked asked = std::move(found->second);
  asked_.erase(found);
  std::map<std::string, std::string> fresh;
  for (size_t index = 0; index < answers.size(); ++index) {
    const auto answer = whole_text(answers[index]);
    if (!answer) return fail(asked.row, answer.error());
    asked.answers[asked.questions[index]->field] = *answer;
    fresh[asked.keys[index]] = *answer;
  }
  write(asked.row, asked.answers, fresh, false);
}

void CaptionRun::Work::write(const PictureRow& row, const Answers& answers,
                             const std::map<std::string, std::string>& fresh, bool from_cache) {
  auto planned = try_result(
      [&] { return changes_for(run_.folder_, row.path, as_decided(run_.settings_, row.decision), answers); });
  if (!planned) return fail(row, planned.error());
  // A run that is tried again has some of its files already.
  const std::vector<FileChange> before = journal_.changes(run_.row_.id, row.number);
  std::erase_if(*planned, [&](const FileChange& change) {
    return std::any_of(before.begin(), before.end(),
                       [&](const FileChange& made) { return made.path == change.path; });
  });
  for (FileChange& change : *planned) change.picture = row.number;
  const bool of_picture = std::any_of(run_.settings_.outputs.begin(), run_.settings_.outputs.end(),
                                      [](Output output) { return !is_of_folder(output); });
  if (planned->empty() && before.empty() && of_picture) return leave_out(row);
  journal_.set_answered(run_.row_.id, row.number, answers, *planned, fresh);
  --counts_.waiting;
  apply_changes(row, answers, from_cache);
}

void CaptionRun::Work::leave_out(const PictureRow& row) {
  journal_.set_skipped(run_.row_.id, row.number);
  ++counts_.skipped;
  --counts_.waiting;
  if (sink_) sink_(PictureLeftOut{row.number, row.path});
  tell_progress();
}

void CaptionRun::Work::apply_changes(const PictureRow& row, const Answers& answers, bool from_cache) {
  std::vector<FileChange> changes = journal_.changes(run_.row_.id, row.number);
  for (FileChange& change : changes) {
    if (auto applied = changes_.apply(change); !applied) {
      ++counts_.waiting;
      return fail(row, applied.error(), changes);
    }
  }
  journal_.set_done(run_.row_.id, row.number);
  ++counts_.done;
  speed_.finished();
  if (sink_) {
    PictureCaptioned captioned{row.number, row.path, {}, from_cache};
    for (const Question& question : run_.settings_.questions)
      captioned.answers[question.field] = answer_of(answers, question.field);
    sink_(captioned);
  }
  tell_progress();
}

std::optional<KeptFile> CaptionRun::Work::reject(const PictureRow& row) {
  const std::vector<FileChange> changes = journal_.changes(run_.row_.id, row.number);
  std::vector<KeptFile> kept = changes_.take_back(changes);
  if (kept.empty()) {
    journal_.set_skipped(run_.row_.id, row.number);
    ++counts_.skipped;
    return std::nullopt;
  }
  journal_.set_done(run_.row_.id, row.number);
  ++counts_.done;
  return std::move(kept.front());
}

void CaptionRun::Work::fail(const PictureRow& row, const Error& error, std::span<const FileChange> changes) {
  journal_.set_failed(run_.row_.id, row.number, error, changes);
  ++counts_.failed;
  --counts_.waiting;
  if (sink_) sink_(PictureFailed{row.number, row.path, error});
  tell_progress();
}

void CaptionRun::Work::tell_progress() {
  if (!sink_) return;
  const double rate = speed_.pictures_per_minute();
  sink_(RunAdvanced{counts_, rate, rate > 0 ? 60 * static_cast<double>(counts_.waiting) / rate : -1});
}

}  // namespace lapilli::captions
