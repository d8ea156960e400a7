// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/journal.h"
#include "app/captions/metadata.h"

#include <filesystem>

namespace lapilli::captions {

/// What undoing a run has done.
struct UndoReport {
  uint64_t restored = 0;          ///< files that are as they were before
  uint64_t removed = 0;           ///< files that the run had made
  std::vector<std::string> kept;  ///< files that somebody has changed since
};

/// Makes the changes a journal plans. A file is always the old one or the new one, and what is replaced is
/// kept in
/// `.lapilli/backups/RUN/`. Killed at any moment, apply() on the same changes completes them and does nothing
/// twice.
class FileChanges {
 public:
  FileChanges(std::filesystem::path folder, Journal& journal, int64_t run);

  /// Sets change.done, which the caller tells the journal. Fails with kIo (disk full, no permission),
  /// kNotFound for a picture that is gone, kInvalidArgument for a file that another program has changed since
  /// the change was planned.
  [[nodiscard]] Result<void> apply(FileChange& change);

  /// Replaces a file of the whole folder, which this run may have written before.
  [[nodiscard]] Result<void> write_folder_file(const std::string& path, const std::string& content);

  /// Takes all of the run's changes back, the newest first; may be repeated after a kill.
  [[nodiscard]] Result<UndoReport> undo();
  /// The same for one picture. Fails with kInvalidArgument where somebody has changed a file since; what
  /// could be taken back was.
  [[nodiscard]] Result<void> undo_picture(int64_t picture);

 private:
  [[nodiscard]] std::filesystem::path backup_of(const FileChange& change) const;
  void keep_backup(const FileChange& change) const;
  void make(FileChange& change);
  void take_back(const FileChange& change, UndoReport& report) const;

  std::filesystem::path folder_;
  Journal& journal_;
  int64_t run_;
};

/// The state of a file as the journal compares it; nothing where there is no file. Throws kIo.
[[nodiscard]] std::optional<std::string> hash_of_file(const std::filesystem::path& path);
[[nodiscard]] std::string hash_of(std::string_view content);

/// The JSON form of what is embedded.
[[nodiscard]] std::string embedded_form(const PictureTexts& texts);

/// Where a run keeps what it needs, inside the folder.
[[nodiscard]] std::filesystem::path own_folder(const std::filesystem::path& folder);

}  // namespace lapilli::captions
