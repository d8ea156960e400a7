// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/caption_view.h"

#include "app/cli/train_view.h"
#include "engine/base/units.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using namespace captions;
using nlohmann::json;

constexpr std::chrono::milliseconds kProgressInterval{100};

std::string one_decimal(double value) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << value;
  return out.str();
}

json counts_form(const RunCounts& counts) {
  return {{"done", counts.done},
          {"waiting", counts.waiting + counts.answered},
          {"skipped", counts.skipped},
          {"failed", counts.failed},
          {"total", counts.total()}};
}

std::string pictures_text(uint64_t count) {
  return text(count, count == 1 ? " picture" : " pictures");
}

}  // namespace

json caption_event_form(const RunEvent& event) {
  if (const auto* captioned = std::get_if<PictureCaptioned>(&event)) {
    return {{"event", "captioned"},
            {"number", captioned->number},
            {"path", to_valid_utf8(captioned->path)},
            {"fields", captioned->answers},
            {"cached", captioned->from_cache}};
  }
  if (const auto* failed = std::get_if<PictureFailed>(&event)) {
    return {{"event", "picture_failed"},
            {"number", failed->number},
            {"path", to_valid_utf8(failed->path)},
            {"code", to_string(failed->error.code())},
            {"message", failed->error.message()}};
  }
  if (const auto* left = std::get_if<PictureLeftOut>(&event))
    return {{"event", "left_out"}, {"number", left->number}, {"path", to_valid_utf8(left->path)}};
  if (const auto* advanced = std::get_if<RunAdvanced>(&event)) {
    json form = counts_form(advanced->counts);
    form["event"] = "caption_progress";
    form["pictures_per_minute"] = advanced->pictures_per_minute;
    form["seconds_left"] = advanced->seconds_left < 0 ? json() : json(advanced->seconds_left);
    return form;
  }
  return {{"event", "scan_progress"}, {"found", std::get<ScanAdvanced>(event).found}};
}

json caption_summary_form(const RunCounts& counts, const std::vector<FailureGroup>& failures) {
  json form = counts_form(counts);
  form["failures"] = json::array();
  for (const FailureGroup& group : failures) {
    json examples = json::array();
    for (const std::string& path : group.examples) examples.push_back(to_valid_utf8(path));
    form["failures"].push_back(
        {{"code", group.code}, {"reason", group.reason}, {"count", group.count}, {"examples", examples}});
  }
  return form;
}

json undo_form(const UndoReport& report) {
  json kept = json::array(), reasons = json::array(), codes = json::array();
  for (const KeptFile& file : report.kept) {
    kept.push_back(to_valid_utf8(file.path));
    reasons.push_back(file.reason);
    codes.push_back(file.code);
  }
  return {{"restored", report.restored},
          {"removed", report.removed},
          {"edited", report.edited},
          {"kept", kept},
          {"reasons", reasons},
          {"codes", codes},
          {"tries_again", report.tries_again}};
}

CaptionView::CaptionView(Output& output, std::chrono::milliseconds line_interval)
    : output_(output), interval_(kProgressInterval) {
  if (output.json() || output.terminal()) return;
  interval_ = line_interval;
  next_progress_ = std::chrono::steady_clock::now() + interval_;
}

bool CaptionView::time_for_progress() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_progress_) return false;
  next_progress_ = now + interval_;
  return true;
}

void CaptionView::show_line(const RunAdvanced& advanced) {
  const RunCounts& counts = advanced.counts;
  std::string line = text(counts.done, " of ", pictures_text(counts.total() - counts.skipped));
  if (counts.failed > 0) line += text(", ", counts.failed, " failed");
  if (advanced.pictures_per_minute > 0) {
    line += text(", ", one_decimal(advanced.pictures_per_minute), " a minute");
    if (advanced.seconds_left >= 0) line += text(", ", duration_text(advanced.seconds_left), " left");
  }
  output_.status(line);
}

void CaptionView::show(const RunEvent& event) {
  const auto* advanced = std::get_if<RunAdvanced>(&event);
  const auto* scanned = std::get_if<ScanAdvanced>(&event);
  if ((advanced != nullptr || scanned != nullptr) && !time_for_progress()) return;
  if (output_.json()) return output_.line(caption_event_form(event));
  if (advanced != nullptr) {
    show_line(*advanced);
  } else if (scanned != nullptr) {
    output_.status(text("found ", pictures_text(scanned->found)));
  } else if (const auto* failed = std::get_if<PictureFailed>(&event)) {
    output_.remark(text(to_valid_utf8(failed->path), ": ", failed->error.message(), '\n'));
  } else if (const auto* left = std::get_if<PictureLeftOut>(&event)) {
    output_.remark(text(to_valid_utf8(left->path), ": a text has appeared there meanwhile; it stays\n"));
  } else {
    const auto& captioned = std::get<PictureCaptioned>(event);
    const std::string path = to_valid_utf8(captioned.path);
    for (const auto& [field, answer] : captioned.answers)
      output_.text(
          text(path, captioned.answers.size() > 1 ? text(" [", field, ']') : "", ": ", answer, '\n'));
  }
}

json folder_file_form(const FolderFile& file) {
  constexpr std::array<std::string_view, 3> kStates = {"write", "merge", "replace"};
  return {{"path", file.path},
          {"decision", kStates.at(static_cast<size_t>(file.state))},
          {"rows", file.table.size()}};
}

void CaptionView::show_files(const std::vector<FolderFile>& files) {
  using State = FolderFile::State;
  for (const FolderFile& file : files) {
    if (output_.json()) {
      json line = folder_file_form(file);
      line["event"] = "planned_file";
      output_.line(line);
    } else if (file.state == State::kForeign) {
      output_.remark(text(file.path, " is no table of captions: it is replaced, and kept for --undo\n"));
    } else if (file.state == State::kKnown) {
      output_.remark(text(file.path, " has ", file.table.size(), file.table.size() == 1 ? " row" : " rows",
                          ": those of other pictures stay\n"));
    }
  }
}

void CaptionView::show_reasons(const RunPlan& plan) {
  const uint64_t edited = left_as_edited(plan);
  if (edited == 0 || output_.json()) return;
  output_.remark(text(pictures_text(edited),
                      " left out: edited by hand; --overwrite-edited replaces these texts too\n"));
}

void CaptionView::show_nothing_to_do(const RunPlan& plan, Existing existing) {
  const RunCounts counts = counts_of(plan);
  if (output_.json()) {
    json form = caption_summary_form(counts, failures_of(plan));
    form.update({{"event", "finished"}, {"stopped", false}});
    return output_.line(form);
  }
  if (plan.empty()) return output_.remark("nothing to do: there are no pictures\n");
  std::string line = text("nothing to do: ", pictures_text(counts.skipped),
                          counts.skipped == 1 ? " left as it was" : " left as they were");
  if (counts.failed > 0) line += text(", ", counts.failed, " failed");
  if (existing == Existing::kFailed) {
    line += "; none has failed when it was last tried";
  } else if (counts.skipped > 0) {
    line += "; --existing says what happens to texts that are there";
  }
  output_.remark(line + '\n');
  show_failures(failures_of(plan));
}

void CaptionView::show_failures(const std::vector<FailureGroup>& failures) {
  for (const FailureGroup& group : failures) {
    output_.remark(text("  ", group.count, " × ", group.reason, ": ", to_valid_utf8(group.examples.front()),
                        group.count > 1 ? ", …" : "", '\n'));
  }
}

void CaptionView::show_plan(const RunPlan& plan, const std::vector<FolderFile>& files) {
  std::array<uint64_t, 6> decided{};
  uint64_t failed = 0;
  for (const PictureRow& row : plan) {
    const bool fails = row.state == PictureState::kFailed;
    if (fails) ++failed;
    if (!fails) ++decided.at(static_cast<size_t>(row.decision));
    const std::string path = to_valid_utf8(row.path);
    if (output_.json()) {
      json line = {{"event", "planned"}, {"path", path}, {"decision", to_string(row.decision)}};
      if (row.code == kEditedByHand) line["edited"] = true;
      if (fails)
        line = {{"event", "picture_failed"}, {"path", path}, {"code", row.code}, {"message", row.reason}};
      output_.line(line);
    } else {
      output_.text(fails ? text("cannot   ", path, ": ", row.reason, '\n')
                         : text(std::left, std::setw(9), to_string(row.decision), path,
                                row.reason.empty() ? "" : text(": ", row.reason), '\n'));
    }
  }
  json summary = {{"event", "finished"}, {"total", plan.size()}, {"failed", failed}};
  std::string line = pictures_text(plan.size());
  for (size_t index = 0; index < decided.size(); ++index) {
    const auto decision = static_cast<Decision>(index);
    summary[std::string(to_string(decision))] = decided.at(index);
    if (decided.at(index) > 0) line += text(", ", to_string(decision), ' ', decided.at(index));
  }
  if (failed > 0) line += text(", cannot ", failed);
  show_files(files);
  if (output_.json()) return output_.line(summary);
  output_.remark(line + '\n');
}

void CaptionView::show_end(CaptionRun& run, bool stopped) {
  const RunCounts counts = run.counts();
  const uint64_t backup_bytes = run.backup_bytes();
  const SamplingOptions& sampling = run.settings().generation.sampling;
  if (output_.json()) {
    json form = caption_summary_form(counts, run.failures());
    form.update({{"event", "finished"},
                 {"stopped", stopped},
                 {"backup_bytes", backup_bytes},
                 {"seed", sampling.seed}});
    return output_.line(form);
  }
  std::string end = text(stopped ? "stopped: " : "done: ", pictures_text(counts.done), " captioned");
  if (counts.skipped > 0) end += text(", ", counts.skipped, " left as they were");
  if (counts.failed > 0) end += text(", ", counts.failed, " failed");
  if (sampling.temperature > 0) end += text("; seed ", sampling.seed);
  if (stopped) end += text(", ", counts.waiting, " to do; --resume goes on");
  output_.remark(end + '\n');
  show_failures(run.failures());
  if (counts.failed > 0 && !stopped) output_.remark("--retry tries the failed ones again\n");
  if (backup_bytes > 0 && !stopped) {
    output_.remark(text("what was replaced is kept for --undo and takes ", mebibytes(backup_bytes),
                        "; --forget-backups accepts the captions and frees it\n"));
  }
}

}  // namespace lapilli::cli
