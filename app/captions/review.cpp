// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a run's captions once they are written.
#include "app/captions/refusal.h"
#include "app/captions/run.h"
#include "app/captions/run_work.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <map>
#include <set>

namespace lapilli::captions {

namespace fs = std::filesystem;

FileChanges CaptionRun::file_changes() {
  return FileChanges(folder_, *journal_, row_.id, settings_.shard);
}

bool CaptionRun::can_finish() {
  const RunCounts now = counts();
  return now.waiting == 0 && (row_.ended.empty() || now.answered > 0);
}

/// The pictures of a run that are done, by the paths that events have.
class CaptionRun::DonePictures {
 public:
  explicit DonePictures(CaptionRun& run) {
    for (PictureRow& row : run.pictures(PictureState::kDone)) {
      std::string path = to_valid_utf8(row.path);
      rows_.emplace(std::move(path), std::move(row));
    }
  }
  [[nodiscard]] const PictureRow& at(const std::string& path) const {
    const auto found = rows_.find(path);
    if (found == rows_.end())
      throw Error(ErrorCode::kInvalidArgument, text("the run has no caption of ", path));
    return found->second;
  }

 private:
  std::map<std::string, PictureRow> rows_;
};

Result<UndoReport> CaptionRun::undo() {
  if (!row_.accepted.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 text("the run of ", row_.started, " was accepted at ", row_.accepted,
                      ": what it has replaced is no longer kept, so it cannot be undone"));
  }
  return file_changes().undo();
}

Result<std::vector<KeptPicture>> CaptionRun::reject(std::span<const std::string> paths) {
  return try_result([&] {
    const DonePictures done(*this);
    std::vector<PictureRow> rows;
    std::vector<int64_t> numbers;
    std::vector<KeptPicture> kept;
    for (const std::string& path : paths) {
      const PictureRow& row = done.at(path);
      if (auto needed = gone_backup(row)) {
        kept.push_back({row.path, *std::move(needed)});
      } else {
        rows.push_back(row);
        numbers.push_back(row.number);
      }
    }
    if (rows.empty()) return kept;
    journal_->set_rejected(row_.id, numbers);
    const RunSink nobody;
    Work work(*this, nobody);
    for (const PictureRow& row : rows) {
      if (auto file = work.reject(row)) kept.push_back({row.path, *std::move(file)});
    }
    settle({});
    return kept;
  });
}

/// The file of a picture that needs what is no longer kept to be as it was.
std::optional<KeptFile> CaptionRun::gone_backup(const PictureRow& row) {
  if (row_.accepted.empty()) return std::nullopt;
  for (const FileChange& change : journal_->changes(row_.id, row.number)) {
    if (change.before)
      return KeptFile{change.path, "the run was accepted: what was there is no longer kept",
                      std::string(kNotKept)};
  }
  return std::nullopt;
}

Result<void> CaptionRun::accept(std::span<const std::string> paths) {
  return try_result([&] {
    const DonePictures done(*this);
    std::vector<int64_t> pictures;
    for (const std::string& path : paths) pictures.push_back(done.at(path).number);
    journal_->set_accepted(row_.id, pictures);
  });
}

PictureEdit CaptionRun::planned_edit(const PictureRow& row, const Edit& wanted) {
  PictureEdit edit{.picture = row.number,
                   .was_accepted = row.accepted,
                   .accepted = wanted.accepted,
                   .before = journal_->answers(row_.id, row.number),
                   .after = {},
                   .changes = {}};
  const std::string& field = wanted.field.empty() ? settings_.questions.front().field : wanted.field;
  if (std::none_of(settings_.questions.begin(), settings_.questions.end(),
                   [&](const Question& question) { return question.field == field; }))
    throw Error(ErrorCode::kInvalidArgument,
                text("the run asks for no ", field, ", which ", wanted.path, " is to have another text of"));
  edit.after = edit.before;
  edit.after.emplace(field_of_model(field), edit.before[field]);
  edit.after[field] = wanted.text;
  // The user's own text stays: it is joined with the edited answer as it was with the first one.
  const bool joins = settings_.existing == Existing::kAppend || settings_.existing == Existing::kPrepend;
  const Originals originals = file_changes().originals(row.number, joins).value();
  edit.changes = changes_for(folder_, row.path, as_decided(settings_, row.decision), edit.after, originals);
  std::erase_if(edit.changes, [&](const FileChange& change) { return !originals.contains(change.path); });
  for (FileChange& change : edit.changes) change.picture = row.number;
  return edit;
}

Result<void> CaptionRun::edit(std::span<const Edit> edits) {
  return try_result([&] {
    const DonePictures done(*this);
    std::set<std::string> paths;
    std::vector<PictureEdit> planned;
    for (const Edit& edit : edits) {
      if (!paths.insert(edit.path).second)
        throw Error(ErrorCode::kInvalidArgument, text("two texts are given for ", edit.path, "; give one"));
      planned.push_back(planned_edit(done.at(edit.path), edit));
    }
    journal_->begin_edits(row_.id, planned);
    FileChanges files = file_changes();
    const auto written = try_result([&] {
      for (PictureEdit& edit : planned) {
        for (FileChange& change : edit.changes) files.apply(change).value();
      }
    });
    if (written) {
      journal_->end_edits(row_.id, planned);
    } else {
      for (const PictureEdit& edit : planned) {
        if (const auto kept = files.take_back(edit.changes); !kept.empty()) throw error_of(kept.front());
      }
      journal_->drop_edits(row_.id, planned);
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
    if (!entry->is_symlink(gone) && entry->is_regular_file(gone)) bytes += entry->file_size(gone);
  }
  return bytes;
}

Result<uint64_t> CaptionRun::forget_backups() {
  return try_result([&] {
    const auto standing = journal_->newest_standing_run();
    if (standing && standing->ended.empty()) {
      throw Error(ErrorCode::kInvalidArgument, text("the run of ", standing->started,
                                                    " has not ended; finish it with --resume, or undo it"));
    }
    const uint64_t bytes = backup_bytes();
    uint64_t noted = 0;
    if (standing) noted = FileChanges(folder_, *journal_, standing->id, settings_.shard).note_folder_files();
    journal_->mark_accepted();
    row_ = journal_->run(row_.id);
    const fs::path root = backups_folder(folder_, settings_.shard);
    std::error_code error;
    fs::remove_all(root, error);
    if (error) throw Error(ErrorCode::kIo, text("cannot be removed: ", error.message()), root.string());
    return bytes - std::min(bytes, noted);
  });
}

}  // namespace lapilli::captions
