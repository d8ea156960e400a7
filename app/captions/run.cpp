// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/run.h"

#include "app/captions/picture_feed.h"
#include "app/captions/scan.h"
#include "engine/base/hash.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <deque>
#include <map>

#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

fs::path journal_path(const fs::path& folder, const Shard& shard) {
  const std::string part = shard.count == 1 ? "" : text('-', shard.index, "-of-", shard.count);
  return own_folder(folder) / text("journal", part, ".sqlite");
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

/// Finished pictures a minute, over the last ones.
class Speed {
 public:
  void finished() {
    constexpr size_t kLast = 64;
    times_.push_back(Clock::now());
    if (times_.size() > kLast) times_.pop_front();
  }
  [[nodiscard]] double pictures_per_minute() const {
    const double minutes = std::chrono::duration<double>(times_.back() - times_.front()).count() / 60;
    return minutes > 0 ? static_cast<double>(times_.size() - 1) / minutes : 0;
  }

 private:
  std::deque<Clock::time_point> times_ = {Clock::now()};
};

void require_eyes(const ModelConfig& config) {
  if (config.vision) return;
  throw Error(ErrorCode::kInvalidArgument,
              text("model ", config.name,
                   " has no vision encoder, so it cannot look at pictures; give its "
                   "projector with --projector"));
}

/// Every text file of a plan belongs to one picture.
class TakenPaths {
 public:
  explicit TakenPaths(const Settings& settings) : settings_(settings) {}

  /// The picture that has one of this picture's text files already; null when none has.
  const std::string* claim(const std::string& picture) {
    const bool has_text = std::any_of(settings_.outputs.begin(), settings_.outputs.end(), [](Output output) {
      return output == Output::kTxt || output == Output::kCaption;
    });
    if (!has_text) return nullptr;
    const auto [entry, fresh] = owners_.emplace(picture.substr(0, picture.rfind('.')), picture);
    return fresh ? nullptr : &entry->second;
  }

 private:
  const Settings& settings_;
  std::map<std::string, std::string> owners_;
};

PictureRow planned_row(const fs::path& folder, const std::string& path, const Settings& settings,
                       TakenPaths& taken) {
  PictureRow row{.number = 0, .path = path};
  const auto fail = [&](const Error& error) {
    row.state = PictureState::kFailed;
    row.code = to_string(error.code());
    row.reason = error.message();
  };
  if (const std::string* owner = taken.claim(path)) {
    row.decision = Decision::kSkip;  // trying again does not help
    fail(Error(ErrorCode::kInvalidArgument,
               text("its text file would be that of ", *owner, "; rename one of them, or use --output xmp")));
    return row;
  }
  try {
    row.decision = decide_picture(folder, path, settings);
    if (row.decision == Decision::kSkip) row.state = PictureState::kSkipped;
  } catch (const Error& error) {
    fail(error);
  }
  return row;
}

}  // namespace

Answerer answerer_of(Engine& engine) {
  return {engine.config(), engine.lanes(),
          std::string(to_string(engine.evaluator().options().graph.activation)),
          [&engine](const CaptionSource& source, const CaptionSink& done, std::stop_token stop) {
            return caption_all(engine, source, done, std::move(stop));
          }};
}

Result<RunPlan> plan_run(const fs::path& folder, const Settings& settings, const RunSink& sink,
                         std::stop_token stop) {
  if (auto possible = check_settings(settings); !possible) return possible.error();
  RunPlan plan;
  size_t told = 0;
  TakenPaths taken(settings);
  const auto add = [&](PictureRow row) {
    row.number = static_cast<int64_t>(plan.size()) + 1;
    plan.push_back(std::move(row));
  };
  auto scanned = scan_folder(
      folder, settings.recursive,
      [&](const ScanBatch& batch) {
        for (const FoundPicture& found : batch.pictures) {
          if (is_in_shard(found.path, settings.shard)) add(planned_row(folder, found.path, settings, taken));
        }
        for (const ScanProblem& problem : batch.problems) {
          if (!is_in_shard(problem.path, settings.shard)) continue;
          add({.path = problem.path,
               .state = PictureState::kFailed,
               .code = std::string(to_string(problem.error.code())),
               .reason = problem.error.message()});
        }
        if (sink) sink(ScanAdvanced{plan.size(), std::span(plan).subspan(told)});
        told = plan.size();
      },
      std::move(stop));
  if (!scanned) return scanned.error();
  return plan;
}

CaptionRun CaptionRun::open(const fs::path& folder, const Shard& shard, bool make) {
  const fs::path own = own_folder(folder);
  std::error_code error;
  if (make) fs::create_directories(own, error);
  if (error)
    throw Error(ErrorCode::kIo,
                text("the folder cannot be written, and captions are to go there: ", error.message()),
                folder.string());
  if (!make && !fs::exists(journal_path(folder, shard), error))
    throw Error(ErrorCode::kNotFound, "no run has been made in this folder", folder.string());
  FolderLock lock = FolderLock::take(own, shard).value();
  auto journal = std::make_unique<Journal>(journal_path(folder, shard));
  return {folder, std::move(lock), std::move(journal)};
}

Result<CaptionRun> CaptionRun::begin(const fs::path& folder, const Settings& settings, const RunPlan& plan,
                                     const std::string& model) {
  return try_result([&] {
    CaptionRun run = open(folder, settings.shard, true);
    run.settings_ = settings;
    run.journal_->begin_run(to_json(settings).dump(), model, plan);
    run.row_ = run.journal_->newest_run().value();
    return run;
  });
}

Result<CaptionRun> CaptionRun::open_newest(const fs::path& folder, const Shard& shard) {
  return try_result([&] {
    CaptionRun run = open(folder, shard, false);
    const auto newest = run.journal_->newest_run();
    if (!newest || !newest->undone.empty()) {
      throw Error(ErrorCode::kNotFound,
                  newest ? text("the run of ", newest->started, " was undone")
                         : "no run has been made in this folder",
                  folder.string());
    }
    run.row_ = *newest;
    run.settings_ = settings_from_json(nlohmann::ordered_json::parse(newest->settings)).value();
    return run;
  });
}

Result<UndoReport> CaptionRun::undo() {
  return FileChanges(folder_, *journal_, row_.id).undo();
}

PictureRow CaptionRun::done_picture(const std::string& path) {
  for (PictureRow& row : journal_->pictures(row_.id, PictureState::kDone)) {
    if (to_valid_utf8(row.path) == path) return row;
  }
  throw Error(ErrorCode::kInvalidArgument, text("the run has no caption of ", path));
}

Result<void> CaptionRun::reject(const std::string& path) {
  return try_result([&] {
    const int64_t picture = done_picture(path).number;
    FileChanges(folder_, *journal_, row_.id).undo_picture(picture).value();
    journal_->set_skipped(row_.id, picture);
  });
}

Result<void> CaptionRun::edit(const std::string& path, const std::string& text) {
  return try_result([&] {
    const PictureRow row = done_picture(path);
    const int64_t picture = row.number;
    Answers answers = journal_->answers(row_.id, picture);
    answers[settings_.questions.front().field] = text;
    Settings replacing = settings_;
    replacing.existing = Existing::kReplace;
    FileChanges files(folder_, *journal_, row_.id);
    if (row.decision == Decision::kAppend || row.decision == Decision::kPrepend) {
      // The user's own text stays: it is joined with the edited answer as it was with the first one.
      files.undo_picture(picture).value();
      replacing.existing = settings_.existing;
    }
    std::vector<FileChange> changes = changes_for(folder_, row.path, replacing, answers);
    for (FileChange& change : changes) change.picture = picture;
    journal_->set_answered(row_.id, picture, answers, changes, {});
    for (FileChange& change : changes) files.apply(change).value();
    journal_->set_done(row_.id, picture);
  });
}

/// One call of process().
class CaptionRun::Work {
 public:
  Work(CaptionRun& run, const Answerer& answerer, const std::string& model_key, const RunSink& sink,
       std::stop_token stop)
      : run_(run),
        journal_(*run.journal_),
        answerer_(answerer),
        sink_(sink),
        stop_(std::move(stop)),
        changes_(run.folder_, *run.journal_, run.row_.id),
        key_(text("model=", model_key, " storage=", answerer.storage,
                  " settings=", answer_settings(run.settings_))) {}

  void complete_answered() {
    for (const PictureRow& row : journal_.pictures(run_.row_.id, PictureState::kAnswered))
      apply_changes(row, {}, true);
  }

  void caption_waiting() {
    PictureFeed feed(run_.folder_, run_.settings_, answerer_.config,
                     journal_.pictures(run_.row_.id, PictureState::kWaiting), 2 * answerer_.lanes);
    counts_ = run_.counts();
    tell_progress();
    answerer_
        .caption_all(
            [&] { return next_job(feed); },
            [&](uint64_t id, std::vector<Result<Answer>> answers) { take_answers(id, std::move(answers)); },
            stop_)
        .value();
  }

  void write_folder_files() {
    for (const Output output : run_.settings_.outputs) {
      if (!is_of_folder(output)) continue;
      changes_
          .write_folder_file(folder_output_path(output, run_.settings_.shard),
                             folder_output(output, journal_, run_.row_.id, run_.settings_))
          .value();
    }
  }

  void end_if_complete() {
    const RunCounts counts = run_.counts();
    if (counts.waiting + counts.answered == 0) journal_.end_run(run_.row_.id);
  }

 private:
  /// A picture whose questions are being answered.
  struct Asked {
    PictureRow row;
    Answers answers;                         // known so far, with the prompts
    std::vector<const Question*> questions;  // of the job
    std::vector<std::string> keys;           // of the cache, for the same
  };

  /// What of the settings an answer depends on, beside its prompt.
  static std::string answer_settings(const Settings& settings) {
    auto form = to_json(settings);
    for (const char* key : {"questions", "outputs", "existing", "recursive", "bom", "shard"}) form.erase(key);
    return form.dump();
  }

  std::string cache_key(const ReadyPicture& ready, const Question& question,
                        const std::string& prompt) const {
    return text("pixels=", std::hex, ready.picture.id, ' ', key_, " format=", to_json(question.format).dump(),
                " prompt=", prompt);
  }

  /// The next picture that the model has to look at; those whose answers are known are written on the way.
  std::optional<CaptionJob> next_job(PictureFeed& feed) {
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

  Asked ask(const ReadyPicture& ready, CaptionJob& job) {
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

  void take_answers(uint64_t id, std::vector<Result<Answer>> answers) {
    const auto found = asked_.find(id);
    LAPILLI_ASSERT(found != asked_.end());
    Asked asked = std::move(found->second);
    asked_.erase(found);
    std::map<std::string, std::string> fresh;
    for (size_t index = 0; index < answers.size(); ++index) {
      if (!answers[index]) return fail(asked.row, answers[index].error());
      asked.answers[asked.questions[index]->field] = answers[index]->text;
      fresh[asked.keys[index]] = answers[index]->text;
    }
    write(asked.row, asked.answers, fresh, false);
  }

  void write(const PictureRow& row, const Answers& answers, const std::map<std::string, std::string>& fresh,
             bool from_cache) {
    auto planned = try_result([&] { return changes_for(run_.folder_, row.path, run_.settings_, answers); });
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
    if (planned->empty() && before.empty() && of_picture) {  // a text has appeared since the plan was made
      journal_.set_skipped(run_.row_.id, row.number);
      ++counts_.skipped;
      --counts_.waiting;
      return tell_progress();
    }
    journal_.set_answered(run_.row_.id, row.number, answers, *planned, fresh);
    --counts_.waiting;
    apply_changes(row, answers, from_cache);
  }

  void apply_changes(const PictureRow& row, const Answers& answers, bool from_cache) {
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
    if (sink_ && !answers.empty()) {
      PictureCaptioned captioned{row.number, row.path, {}, from_cache};
      for (const Question& question : run_.settings_.questions)
        captioned.answers[question.field] = answers.at(question.field);
      sink_(captioned);
    }
    tell_progress();
  }

  void fail(const PictureRow& row, const Error& error, std::span<const FileChange> changes = {}) {
    journal_.set_failed(run_.row_.id, row.number, error, changes);
    ++counts_.failed;
    --counts_.waiting;
    if (sink_) sink_(PictureFailed{row.number, row.path, error});
    tell_progress();
  }

  void tell_progress() {
    if (!sink_) return;
    const double rate = speed_.pictures_per_minute();
    sink_(RunAdvanced{counts_, rate, rate > 0 ? 60 * static_cast<double>(counts_.waiting) / rate : -1});
  }

  CaptionRun& run_;
  Journal& journal_;
  const Answerer& answerer_;
  const RunSink& sink_;
  std::stop_token stop_;
  FileChanges changes_;
  std::string key_;
  std::map<uint64_t, Asked> asked_;
  RunCounts counts_;
  Speed speed_;
};

Result<void> CaptionRun::process(const Answerer& answerer, const std::string& model_key, const RunSink& sink,
                                 std::stop_token stop) {
  return try_result([&] {
    require_eyes(answerer.config);
    Work work(*this, answerer, model_key, sink, std::move(stop));
    work.complete_answered();
    work.caption_waiting();
    work.write_folder_files();
    work.end_if_complete();
  });
}

Result<void> CaptionRun::finish(const RunSink& sink) {
  return try_result([&] {
    static const ModelConfig kNone;
    const Answerer nobody{kNone, 1, "", {}};
    Work work(*this, nobody, "", sink, {});
    work.complete_answered();
    work.write_folder_files();
    work.end_if_complete();
  });
}

Result<void> try_pictures(const fs::path& folder, const Settings& settings, std::vector<PictureRow> rows,
                          const Answerer& answerer, const RunSink& sink, std::stop_token stop) {
  return try_result([&] {
    require_eyes(answerer.config);
    PictureFeed feed(folder, settings, answerer.config, std::move(rows), answerer.lanes);
    std::map<uint64_t, std::string> paths;
    const auto next_job = [&]() -> std::optional<CaptionJob> {
      while (auto item = feed.next()) {
        if (!item->picture) {
          sink(PictureFailed{item->row.number, item->row.path, item->picture.error()});
          continue;
        }
        CaptionJob job{static_cast<uint64_t>(item->row.number), {}};
        for (size_t index = 0; index < settings.questions.size(); ++index)
          job.questions.push_back(request_for(settings, settings.questions[index],
                                              item->picture->prompts[index], item->picture->picture));
        paths[job.id] = item->row.path;
        return job;
      }
      return std::nullopt;
    };
    answerer
        .caption_all(
            next_job,
            [&](uint64_t id, std::vector<Result<Answer>> answers) {
              PictureCaptioned captioned{static_cast<int64_t>(id), paths.at(id), {}, false};
              for (size_t index = 0; index < answers.size(); ++index) {
                if (!answers[index])
                  return sink(PictureFailed{static_cast<int64_t>(id), paths.at(id), answers[index].error()});
                captioned.answers[settings.questions[index].field] = answers[index]->text;
              }
              sink(captioned);
            },
            std::move(stop))
        .value();
  });
}

std::string model_key(const ModelPaths& paths) {
  std::string facts;
  const auto add = [&](const fs::path& file) {
    std::error_code error;
    facts += text(file.filename().string(), ' ', fs::file_size(file, error), ' ',
                  fs::last_write_time(file, error).time_since_epoch().count(), '\n');
  };
  for (const fs::path& path : {paths.model, paths.projector, paths.vision, paths.base, paths.tokenizer}) {
    std::error_code error;
    if (path.empty() || !fs::is_directory(path, error)) {
      if (!path.empty()) add(path);
      continue;
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path, error)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) add(file);
  }
  return text(std::hex, fnv1a(as_bytes(facts)));
}

}  // namespace lapilli::captions
