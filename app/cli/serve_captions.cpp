// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_captions.h"

#include "app/captions/prompt_preview.h"
#include "app/captions/run.h"
#include "app/cli/caption_model.h"
#include "app/cli/caption_view.h"
#include "app/cli/serve_engine.h"
#include "engine/base/json.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using namespace captions;
using nlohmann::json;
using Kind = CaptionRequest::Kind;
using Tell = TellSink;

constexpr std::array<std::string_view, 11> kNames = {
    "caption_plan",   "caption_try",    "caption_run",  "caption_resume", "caption_status",
    "caption_accept", "caption_reject", "caption_edit", "caption_undo",   "caption_forget_backups",
    "caption_prompts"};
/// A text's beginning tells what it is, and a page of rows stays far below the longest line.
constexpr size_t kMostShown = 2000;

[[noreturn]] void refuse(std::string_view field, std::string_view what) {
  throw Error(ErrorCode::kInvalidArgument, std::string(what), std::string(field));
}

bool has_settings(Kind kind) {
  return kind == Kind::kPlan || kind == Kind::kTry || kind == Kind::kRun || kind == Kind::kPrompts;
}

Settings settings_of(const nlohmann::ordered_json& fields) {
  if (!fields.contains("settings")) refuse("settings", "is missing");
  auto settings = settings_from_json(fields["settings"]);
  if (!settings) throw settings.error().within("settings");
  return *std::move(settings);
}

/// Of a text its first characters.
std::string shown(std::string_view text) {
  std::string bytes(text.substr(0, kMostShown));
  std::string whole = take_complete_utf8(bytes);
  return text.size() > kMostShown ? whole : whole + to_valid_utf8(bytes);
}

json row_form(const CaptionRequest& request, const std::vector<FolderFile>& files, const PictureRow& row) {
  json form = {
      {"number", row.number}, {"path", to_valid_utf8(row.path)}, {"decision", to_string(row.decision)}};
  if (row.state == PictureState::kFailed) {
    form["code"] = row.code;
    form["message"] = row.reason;
  }
  // What review shows beside the new text; a picture without texts costs two look-ups that find nothing.
  if (row.decision != Decision::kWrite)
    form["old"] = shown(text_to_decide_on(request.folder, row.path, request.settings, files));
  if (row.code == kEditedByHand) form["edited"] = true;
  return form;
}

/// Rows in the order of the plan, so that a window can show the first ones while others are looked for.
RunPlan plan_and_tell(const CaptionRequest& request, const std::vector<FolderFile>& files, const Tell& tell,
                      std::stop_token stop) {
  return plan_run(
             request.folder, request.settings,
             [&](const RunEvent& event) {
               const auto* scanned = std::get_if<ScanAdvanced>(&event);
               if (scanned == nullptr) return;
               json rows = json::array();
               for (const PictureRow& row : scanned->rows) rows.push_back(row_form(request, files, row));
               tell({{"event", "caption_rows"}, {"rows", std::move(rows)}});
             },
             std::move(stop))
      .value();
}

json plan_summary(const RunPlan& plan, const std::vector<FolderFile>& files) {
  json summary = {{"total", plan.size()}, {"files", json::array()}};
  for (const FolderFile& file : files) summary["files"].push_back(folder_file_form(file));
  for (const Decision decision : {Decision::kWrite, Decision::kSkip, Decision::kReplace, Decision::kAppend,
                                  Decision::kPrepend, Decision::kAsk}) {
    summary[std::string(to_string(decision))] =
        std::count_if(plan.begin(), plan.end(), [&](const PictureRow& row) {
          return row.decision == decision && row.state != PictureState::kFailed;
        });
  }
  summary["failed"] = counts_of(plan).failed;
  summary["edited"] = left_as_edited(plan);
  return summary;
}

void check_decisions(const CaptionRequest& request) {
  const bool asks = request.settings.existing == Existing::kAsk;
  if (request.kind != Kind::kRun || asks == request.replaced.has_value()) return;
  refuse("replace", asks ? "is missing: the pictures whose texts are replaced, since existing is ask"
                         : "has a meaning only where existing is ask");
}

/// Decides about the texts that are there as the client has said.
void take_decisions(const CaptionRequest& request, RunPlan& plan) {
  for (PictureRow& row : plan) {
    if (row.decision == Decision::kAsk)
      decide_asked(row, request.replaced->contains(to_valid_utf8(row.path)));
  }
}

/// The events of a run, those of progress at most 30 a second.
RunSink run_sink(const Tell& tell) {
  return [&tell, next = std::chrono::steady_clock::time_point()](const RunEvent& event) mutable {
    if (std::holds_alternative<RunAdvanced>(event)) {
      const auto now = std::chrono::steady_clock::now();
      if (now < next) return;
      next = now + std::chrono::milliseconds(33);
    }
    tell(caption_event_form(event));
  };
}

json try_some(ServeEngine& engine, const CaptionRequest& request, const Tell& tell, std::stop_token stop) {
  RunPlan plan =
      chosen_by_chance(plan_run(request.folder, request.settings, {}, stop).value(), request.count);
  const size_t tried = plan.size();
  const Answerer answerer = engine.answerer_for(request.settings, stop);
  const auto begun = std::chrono::steady_clock::now();
  try_pictures(request.folder, request.settings, std::move(plan), answerer, run_sink(tell), stop).value();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  return {
      {"tried", tried}, {"seconds", seconds.count()}, {"seed", request.settings.generation.sampling.seed}};
}

/// Gives no further picture after a request to finish; those that are begun are answered.
Answerer until_finish(Answerer answerer, std::stop_token finish) {
  answerer.caption_all = [all = std::move(answerer.caption_all), finish = std::move(finish)](
                             const CaptionSource& source, const CaptionSink& done, std::stop_token stop) {
    return all(
        [&]() -> std::optional<CaptionJob> { return finish.stop_requested() ? std::nullopt : source(); },
        done, std::move(stop));
  };
  return answerer;
}

json process(ServeEngine& engine, CaptionRun& run, const Tell& tell, std::stop_token stop,
             const std::stop_source& finish) {
  const RunSink sink = run_sink(tell);
  if (run.counts().waiting > 0) {
    const Answerer answerer = engine.answerer_for(run.settings(), stop);
    run.process(until_finish(answerer, finish.get_token()), identity_of(engine.model().paths), sink, stop)
        .value();
  } else if (run.can_finish()) {
    run.finish(sink).value();
  }
  json summary = caption_summary_form(run.counts(), run.failures());
  summary["stopped"] = (stop.stop_requested() || finish.stop_requested()) && run.counts().waiting > 0;
  summary["backup_bytes"] = run.backup_bytes();
  summary["seed"] = run.settings().generation.sampling.seed;
  return summary;
}

/// A run is noted when the model is ready for it and something waits.
json run_plan(ServeEngine& engine, const CaptionRequest& request, const Tell& tell, std::stop_token stop) {
  const std::string model = model_note(engine.model());
  RunPlan plan = plan_run(request.folder, request.settings, {}, stop).value();
  take_decisions(request, plan);
  if (counts_of(plan).waiting == 0) {
    json summary = caption_summary_form(counts_of(plan), failures_of(plan));
    summary["stopped"] = false;
    return summary;
  }
  CaptionRun run = CaptionRun::begin(request.folder, request.settings, plan, model, [&] {
                     static_cast<void>(engine.answerer_for(request.settings, stop));
                   }).value();
  return process(engine, run, tell, stop, request.finish);
}

/// What a run has done, as its events told it, with the texts that were there before.
void tell_results(CaptionRun& run, const Tell& tell) {
  for (const PictureRow& row : run.pictures(PictureState::kDone)) {
    json form = caption_event_form(PictureCaptioned{row.number, row.path, run.answers(row), false});
    form["old"] = shown(run.caption_before(row));
    form["accepted"] = row.accepted;
    tell(std::move(form));
  }
  for (const PictureRow& row : run.pictures(PictureState::kSkipped)) {
    if (Journal::is_rejected(row))
      tell({{"event", "rejected"}, {"number", row.number}, {"path", to_valid_utf8(row.path)}});
  }
  for (const PictureRow& row : run.pictures(PictureState::kFailed))
    tell({{"event", "picture_failed"},
          {"number", row.number},
          {"path", to_valid_utf8(row.path)},
          {"code", row.code},
          {"message", row.reason}});
}

/// Of one picture it is an error where it stays.
json reject(const CaptionRequest& request) {
  const auto kept = CaptionRun::open_newest(request.folder, {}).value().reject(request.paths).value();
  if (request.is_one && !kept.empty()) throw error_of(kept.front().file);
  json form = {{"kept", json::array()}};
  for (const auto& [path, file] : kept)
    form["kept"].push_back({{"path", to_valid_utf8(path)},
                            {"file", to_valid_utf8(file.path)},
                            {"reason", file.reason},
                            {"code", file.code}});
  return form;
}

json prompts_of(const CaptionRequest& request) {
  const PictureRow row{.number = request.number, .path = request.path};
  return {{"prompts", prompts_for(request.folder, request.settings, row).value()}};
}

json run_form(CaptionRun& run) {
  json form = caption_summary_form(run.counts(), run.failures());
  form["started"] = run.row().started;
  form["ended"] = run.row().ended;
  form["accepted"] = run.row().accepted;
  form["backup_bytes"] = run.backup_bytes();
  form["settings"] = parse_json(run.row().settings).value();
  const json model = parse_json(run.row().model).value();
  form["model"] = model.is_object() ? model.value("name", "") : "";
  return form;
}

/// The run that an undo request takes back.
json undo_target(CaptionRun& run) {
  const auto next = run.next_to_undo();
  if (!next || !next->accepted.empty()) return nullptr;
  return {{"started", next->started}, {"edited", run.count_edited(next->id)}};
}

/// What undone runs have replaced is kept as well, so that is told of them.
json status_of(const CaptionRequest& request, const Tell& tell) {
  auto last = CaptionRun::open_newest(request.folder, {}, WhichRun::kLast);
  if (!last && last.error().code() == ErrorCode::kNotFound)
    return {{"run", nullptr}, {"undo", nullptr}, {"backup_bytes", 0}};
  json status = {
      {"run", nullptr}, {"undo", undo_target(last.value())}, {"backup_bytes", last->backup_bytes()}};
  if (!last->choose_newest()) return status;
  if (request.results) tell_results(*last, tell);
  status["run"] = run_form(*last);
  return status;
}

std::string string_of(const nlohmann::ordered_json& object, const char* key, const std::string& place) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string())
    refuse(place + key, "is missing, or no string");
  return object[key];
}

std::vector<std::string> paths_of(const char* field, const nlohmann::ordered_json& value) {
  if (!value.is_array()) refuse(field, "is no array of strings");
  std::vector<std::string> paths;
  for (const auto& path : value) {
    if (!path.is_string()) refuse(field, "is no array of strings");
    paths.push_back(path);
  }
  return paths;
}

Edit edit_of(const nlohmann::ordered_json& object, const std::string& place) {
  Edit edit{string_of(object, "path", place), string_of(object, "text", place)};
  if (object.contains("field")) edit.field = string_of(object, "field", place);
  if (!object.contains("accepted")) return edit;
  if (!object["accepted"].is_boolean()) refuse(place + "accepted", "is neither true nor false");
  edit.accepted = object["accepted"];
  return edit;
}

std::vector<Edit> edits_of(const nlohmann::ordered_json& value) {
  if (!value.is_array()) refuse("edits", "is no array of objects");
  std::vector<Edit> edits;
  for (const auto& edit : value) {
    const std::string place = text("edits/", edits.size(), '/');
    edits.push_back(edit_of(edit, place));
    if (edit.size() != 2 + edit.count("accepted") + edit.count("field"))
      refuse(place, "has a field beside path, text, accepted and field");
  }
  return edits;
}

}  // namespace

CaptionRequest caption_request(const std::string& name, const nlohmann::ordered_json& fields) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) refuse("request", "is no request about captions");
  CaptionRequest request{.kind = static_cast<Kind>(found - kNames.begin()), .folder = {}, .settings = {}};
  std::set<std::string> known = {"request", "id", "folder"};
  if (!fields.contains("folder") || !fields["folder"].is_string())
    refuse("folder", "is missing, or no string");
  request.folder = fields["folder"].get<std::string>();
  if (has_settings(request.kind)) {
    known.insert("settings");
    request.settings = settings_of(fields);
  }
  const auto read = [&](const char* key, Kind kind, const auto& take) {
    if (request.kind != kind) return;
    known.insert(key);
    if (fields.contains(key)) take(fields[key]);
  };
  read("count", Kind::kTry, [&](const auto& value) {
    if (!value.is_number_unsigned() || value > 100 || value < 1)
      refuse("count", "is no integer from 1 to 100");
    request.count = value;
  });
  read("retry", Kind::kResume, [&](const auto& value) {
    if (!value.is_boolean()) refuse("retry", "is neither true nor false");
    request.retry = value;
  });
  read("results", Kind::kStatus, [&](const auto& value) {
    if (!value.is_boolean()) refuse("results", "is neither true nor false");
    request.results = value;
  });
  read("number", Kind::kPrompts, [&](const auto& value) {
    if (!value.is_number_unsigned()) refuse("number", "is no integer from 0 on");
    request.number = value;
  });
  read("path", Kind::kPrompts, [&](const auto& value) {
    if (!value.is_string()) refuse("path", "is no string");
    request.path = value;
  });
  for (const Kind kind : {Kind::kAccept, Kind::kReject})
    read("paths", kind, [&](const auto& value) { request.paths = paths_of("paths", value); });
  if (request.kind == Kind::kReject && !fields.contains("paths")) {
    known.insert("path");
    request.paths = {string_of(fields, "path", "")};
    request.is_one = true;
  }
  read("replace", Kind::kRun, [&](const auto& value) {
    const std::vector<std::string> paths = paths_of("replace", value);
    request.replaced.emplace(paths.begin(), paths.end());
  });
  read("edits", Kind::kEdit, [&](const auto& value) { request.edits = edits_of(value); });
  if (request.kind == Kind::kEdit && !fields.contains("edits")) {  // of one picture
    known.insert({"path", "text", "accepted", "field"});
    request.edits = {edit_of(fields, "")};
  }
  for (const auto& [key, value] : fields.items()) {
    if (!known.contains(key)) refuse(key, "is no field of this request");
  }
  return request;
}

json run_captions(ServeEngine& engine, const CaptionRequest& request, const Tell& tell,
                  std::stop_token stop) {
  if (has_settings(request.kind)) {
    if (auto possible = check_settings(request.settings); !possible)
      throw possible.error().within("settings");
    check_decisions(request);
  }
  switch (request.kind) {
    case Kind::kPlan: {
      const std::vector<FolderFile> files = folder_files(request.folder, request.settings);
      return plan_summary(plan_and_tell(request, files, tell, stop), files);
    }
    case Kind::kTry:
      return try_some(engine, request, tell, stop);
    case Kind::kRun:
      return run_plan(engine, request, tell, stop);
    case Kind::kResume: {
      CaptionRun run = CaptionRun::open_newest(request.folder, {}).value();
      if (request.retry) run.retry_failed();
      return process(engine, run, tell, stop, request.finish);
    }
    case Kind::kStatus:
      return status_of(request, tell);
    case Kind::kAccept:
      CaptionRun::open_newest(request.folder, {}).value().accept(request.paths).value();
      return json::object();
    case Kind::kReject:
      return reject(request);
    case Kind::kEdit:
      CaptionRun::open_newest(request.folder, {}).value().edit(request.edits).value();
      return json::object();
    case Kind::kUndo:
      return undo_form(CaptionRun::open_newest(request.folder, {}, WhichRun::kToUndo).value().undo().value());
    case Kind::kForgetBackups:
      return {
          {"freed_bytes",
           CaptionRun::open_newest(request.folder, {}, WhichRun::kLast).value().forget_backups().value()}};
    case Kind::kPrompts:
      return prompts_of(request);
  }
  return json::object();
}

}  // namespace lapilli::cli
