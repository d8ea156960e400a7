// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/run.h"

#include "app/captions/picture_feed.h"
#include "app/captions/run_work.h"
#include "engine/io/ordered_json.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

/// Where else runs were made in a folder: as a whole, or which parts.
std::string runs_elsewhere(const fs::path& folder) {
  constexpr std::string_view kStart = "journal-", kEnd = ".sqlite";
  std::set<std::string> parts;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(own_folder(folder), ignored)) {
    std::string name = entry.path().filename().string();
    if (name == "journal.sqlite") return "; those that were made are of the whole folder: leave out --shard";
    if (!name.starts_with(kStart) || !name.ends_with(kEnd)) continue;
    name = name.substr(kStart.size(), name.size() - kStart.size() - kEnd.size());
    if (const size_t of = name.find("-of-"); of != std::string::npos)
      parts.insert(name.substr(0, of) + '/' + name.substr(of + 4));
  }
  std::string all;
  for (const std::string& part : parts) all += text(all.empty() ? "" : ", ", part);
  return all.empty() ? "" : text("; those that were made are of parts: give --shard ", all);
}

void require_decisions(const RunPlan& plan) {
  const auto asked = std::count_if(plan.begin(), plan.end(), [](const PictureRow& row) {
    return row.decision == Decision::kAsk && row.state == PictureState::kWaiting;
  });
  if (asked == 0) return;
  throw Error(ErrorCode::kInvalidArgument,
              text(asked, asked == 1 ? " picture has a text" : " pictures have texts",
                   ", and nobody has said whether new ones take their place"),
              "existing");
}

}  // namespace

CaptionRun CaptionRun::open(const fs::path& folder, const Shard& shard, bool make) {
  const fs::path own = own_folder(folder);
  std::error_code error;
  if (make) fs::create_directories(own, error);
  if (error)
    throw Error(ErrorCode::kIo,
                text("the folder cannot be written, and captions are to go there: ", error.message()),
                folder.string());
  if (!make && !fs::exists(journal_path(folder, shard), error))
    throw Error(ErrorCode::kNotFound,
                text("no such run has been made in this folder", runs_elsewhere(folder)), folder.string());
  FolderLock lock = FolderLock::take(own, shard).value();
  auto journal = std::make_unique<Journal>(journal_path(folder, shard));
  return {folder, std::move(lock), std::move(journal)};
}

Result<CaptionRun> CaptionRun::begin(const fs::path& folder, const Settings& settings, const RunPlan& plan,
                                     const std::string& model, const std::function<void()>& prepare) {
  return try_result([&] {
    require_decisions(plan);
    CaptionRun run = open(folder, settings.shard, true);
    if (prepare) prepare();
    run.settings_ = settings;
    run.row_ = run.journal_->run(run.journal_->begin_run(to_json(settings).dump(), model, plan));
    return run;
  });
}

Result<CaptionRun> CaptionRun::open_newest(const fs::path& folder, const Shard& shard, WhichRun which) {
  return try_result([&] {
    CaptionRun run = open(folder, shard, false);
    Journal& journal = *run.journal_;
    const auto found = which == WhichRun::kNewest   ? journal.newest_standing_run()
                       : which == WhichRun::kToUndo ? journal.newest_run_to_undo()
                                                    : journal.newest_run();
    if (!found) {
      const auto last = journal.newest_run();
      throw Error(
          ErrorCode::kNotFound,
          last ? text("the run of ", last->started, " was undone") : "no run has been made in this folder",
          folder.string());
    }
    run.choose(*found);
    return run;
  });
}

void CaptionRun::choose(const RunRow& row) {
  settings_ = settings_from_json(parse_ordered_json(row.settings).value()).value();
  row_ = row;
}

bool CaptionRun::choose_newest() {
  const auto newest = journal_->newest_standing_run();
  if (newest) choose(*newest);
  return newest.has_value();
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
                const auto answer = whole_text(answers[index]);
                if (!answer)
                  return sink(PictureFailed{static_cast<int64_t>(id), paths.at(id), answer.error()});
                captioned.answers[settings.questions[index].field] = *answer;
              }
              sink(captioned);
            },
            std::move(stop))
        .value();
  });
}

}  // namespace lapilli::captions
