// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/run.h"

#include "app/captions/picture_feed.h"
#include "app/captions/run_work.h"
#include "app/captions/scan.h"
#include "engine/io/ordered_json.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

fs::path journal_path(const fs::path& folder, const Shard& shard) {
  return own_folder(folder) / text("journal", part_of_name(shard), ".sqlite");
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

Result<CaptionRun> CaptionRun::open_newest(const fs::path& folder, const Shard& shard, UndoneRuns undone) {
  return try_result([&] {
    CaptionRun run = open(folder, shard, false);
    const auto newest = run.journal_->newest_run();
    if (!newest || (!newest->undone.empty() && undone == UndoneRuns::kRefused)) {
      throw Error(ErrorCode::kNotFound,
                  newest ? text("the run of ", newest->started, " was undone")
                         : "no run has been made in this folder",
                  folder.string());
    }
    run.row_ = *newest;
    run.settings_ = settings_from_json(parse_ordered_json(newest->settings).value()).value();
    return run;
  });
}

/// Texts of two models are not to be mixed: the first one that works at a run is the run's.
void CaptionRun::require_model(const ModelIdentity& model) {
  nlohmann::json noted = parse_json(row_.model).value();
  if (!noted.contains("key")) {
    noted["name"] = to_valid_utf8(model.name);
    noted["key"] = model.key;
    row_.model = noted.dump();
    journal_->set_model(row_.id, row_.model);
    return;
  }
  if (noted["key"] == model.key) return;
  const std::string begun = noted.value("name", "");
  throw Error(ErrorCode::kInvalidArgument,
              begun == to_valid_utf8(model.name)
                  ? text("the run was begun with the model ", begun,
                         ", whose files have changed since; put them back, or begin a new run")
                  : text("the run was begun with the model ", begun, ", and ", to_valid_utf8(model.name),
                         " would write the rest; go on with ", begun, ", or begin a new run"));
}

Result<void> CaptionRun::process(const Answerer& answerer, const ModelIdentity& model, const RunSink& sink,
                                 std::stop_token stop) {
  return try_result([&] {
    require_eyes(answerer.config);
    require_model(model);
    Work work(*this, answerer, model.key, sink, std::move(stop));
    work.complete_answered();
    work.caption_waiting();
    work.write_folder_files();
    work.end_if_complete();
  });
}

Result<void> CaptionRun::finish(const RunSink& sink) {
  return try_result([&] { settle(sink); });
}

/// What needs no model: changes that were begun, the folder's own files, and the end.
void CaptionRun::settle(const RunSink& sink) {
  Work work(*this, sink);
  work.complete_answered();
  work.write_folder_files();
  work.end_if_complete();
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

}  // namespace lapilli::captions
