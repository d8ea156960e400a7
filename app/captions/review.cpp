// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a run's captions once they are written.
#include "app/captions/run.h"
#include "app/captions/run_work.h"
#include "engine/io/utf8.h"

namespace lapilli::captions {

namespace fs = std::filesystem;

FileChanges CaptionRun::file_changes() {
  return FileChanges(folder_, *journal_, row_.id, settings_.shard);
}

bool CaptionRun::can_finish() {
  const RunCounts now = counts();
  return now.waiting == 0 && (row_.ended.empty() || now.answered > 0);
}

PictureRow CaptionRun::done_picture(const std::string& path) {
  for (PictureRow& row : journal_->pictures(row_.id, PictureState::kDone)) {
    if (to_valid_utf8(row.path) == path) return row;
  }
  throw Error(ErrorCode::kInvalidArgument, text("the run has no caption of ", path));
}

Result<UndoReport> CaptionRun::undo() {
  if (!row_.accepted.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 text("the run of ", row_.started, " was accepted at ", row_.accepted,
                      ": what it has replaced is no longer kept, so it cannot be undone"));
  }
  return file_changes().undo();
}

Result<void> CaptionRun::reject(const std::string& path) {
  return try_result([&] {
    const PictureRow row = done_picture(path);
    for (const FileChange& change : journal_->changes(row_.id, row.number)) {
      if (change.before && !row_.accepted.empty())
        throw Error(ErrorCode::kInvalidArgument, "the run was accepted: what was there is no longer kept",
                    change.path);
    }
    journal_->set_rejected(row_.id, row.number);
    const auto rejected = Work(*this, {}).reject(row);
    settle({});
    rejected.value();
  });
}

Result<void> CaptionRun::edit(const std::string& path, const std::string& text) {
  return try_result([&] {
    const PictureRow row = done_picture(path);
    const Answers known = journal_->answers(row_.id, row.number);
    Answers answers = known;
    answers[settings_.questions.front().field] = text;
    FileChanges files = file_changes();
    // The user's own text stays: it is joined with the edited answer as it was with the first one.
    const bool joins = settings_.existing == Existing::kAppend || settings_.existing == Existing::kPrepend;
    const Originals originals = files.originals(row.number, joins).value();
    std::vector<FileChange> changes = changes_for(folder_, row.path, settings_, answers, originals);
    std::erase_if(changes, [&](const FileChange& change) { return !originals.contains(change.path); });
    for (FileChange& change : changes) change.picture = row.number;
    journal_->set_answered(row_.id, row.number, answers, changes, {});
    const auto written = try_result([&] {
      for (FileChange& change : changes) files.apply(change).value();
    });
    if (written) {
      journal_->set_done(row_.id, row.number);
    } else {
      files.take_back(changes).value();
      journal_->drop_answered(row_.id, row.number, known, changes);
    }
    settle({});
    written.value();
  });
}

uint64_t CaptionRun::backup_bytes() const {
  uint64_t bytes = 0;
  std::error_code error;
  const fs::path root = backups_folder(folder_, settings_.shard);
  for (auto entry = fs::recursive_directory_iterator(root, error); !error && entry != fs::end(entry);
       entry.increment(error)) {
    std::error_code gone;
    if (entry->is_regular_file(gone)) bytes += entry->file_size(gone);
  }
  return bytes;
}

Result<uint64_t> CaptionRun::forget_backups() {
  return try_result([&] {
    if (row_.ended.empty()) {
      throw Error(ErrorCode::kInvalidArgument,
                  text("the run of ", row_.started, " has not ended; finish it with --resume, or undo it"));
    }
    const uint64_t bytes = backup_bytes();
    if (row_.accepted.empty()) journal_->mark_accepted(row_.id);
    row_ = journal_->newest_run().value();
    const fs::path root = backups_folder(folder_, settings_.shard);
    std::error_code error;
    fs::remove_all(root, error);
    if (error) throw Error(ErrorCode::kIo, text("cannot be removed: ", error.message()), root.string());
    return bytes;
  });
}

}  // namespace lapilli::captions
