// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/journal.h"
#include "app/captions/metadata.h"
#include "app/captions/settings.h"

#include <filesystem>
#include <functional>
#include <map>

namespace lapilli::captions {

/// A file that undoing has left as it is.
struct KeptFile {
  std::string path;
  std::string reason;
  std::string code = {};  ///< kChangedSince, kRemovedSince, kNotKept of refusal.h, or an error's
};

/// kInvalidArgument, naming the file and why it stays.
[[nodiscard]] Error error_of(const KeptFile& file);

/// What undoing a run has done.
struct UndoReport {
  uint64_t restored = 0;       ///< files that are as they were before
  uint64_t removed = 0;        ///< files that the run had made
  uint64_t edited = 0;         ///< pictures whose texts by hand are gone with the others
  std::vector<KeptFile> kept;  ///< somebody has changed them since, or the system refuses
  bool tries_again = false;    ///< the next undoing tries these once more
};

/// Where files stand that a run has written, as they were before it; nothing: there was no file.
using Originals = std::map<std::string, std::optional<std::filesystem::path>>;

/// Makes the changes a journal plans. A file is always the old one or the new one, and what is replaced is
/// kept in `backups_folder()/RUN/`. Killed at any moment, apply() on the same changes completes them and does
/// nothing twice.
class FileChanges {
 public:
  /// `shard`: the journal's.
  FileChanges(std::filesystem::path folder, Journal& journal, int64_t run, const Shard& shard = {});

  /// Sets change.done, which the caller tells the journal. Fails with kIo (disk full, no permission),
  /// kNotFound for a picture that is gone, kInvalidArgument for a file that another program has changed since
  /// the change was planned.
  [[nodiscard]] Result<void> apply(FileChange& change);

  /// Replaces a file of the whole folder, which this run may have written before. `content_from` makes its
  /// content from what was there before the run, which is kept once; where that stays as it is, nothing is
  /// done.
  [[nodiscard]] Result<void> write_folder_file(
      const std::string& path, const std::function<std::string(const std::string& before)>& content_from);

  /// Notes in the journal what the folder's own files held before the run, since its backups are to go and
  /// edits make these files anew from it; how many bytes that is.
  uint64_t note_folder_files();

  /// Takes all of the run's changes back, the newest first, as far as that is possible, and marks the run as
  /// undone; may be repeated.
  [[nodiscard]] Result<UndoReport> undo();
  /// The same for some changes of one picture, in the journal's order. The files that stay; what could be
  /// taken back was.
  [[nodiscard]] std::vector<KeptFile> take_back(std::span<const FileChange> changes);

  /// The originals of a picture's files. Fails with kInvalidArgument where somebody has changed one of the
  /// files since, and with `needed` also where what was there is no longer kept.
  [[nodiscard]] Result<Originals> originals(int64_t picture, bool needed);

 private:
  [[nodiscard]] std::filesystem::path backup_of(const FileChange& change) const;
  void keep_backup(const FileChange& change) const;
  [[nodiscard]] std::string content_before(const FileChange& change) const;
  [[nodiscard]] std::vector<std::byte> embedded(FileChange& change);
  void make(FileChange& change);
  [[nodiscard]] UndoReport take_back_newest_first(std::span<const FileChange* const> changes) const;
  enum class TakenBack { kNothing, kRestored, kRemoved };
  [[nodiscard]] TakenBack take_back_one(const FileChange& change) const;
  void restore(const FileChange& change) const;

  std::filesystem::path folder_;
  Journal& journal_;
  int64_t run_;
  std::filesystem::path backups_;
};

/// Most bytes of a file of the whole folder.
inline constexpr uint64_t kMostFolderFileBytes = uint64_t{256} << 20;

/// The JSON form of what is embedded.
[[nodiscard]] std::string embedded_form(const PictureTexts& texts);

/// Where the journal of a folder's runs, or of those of a part, is.
[[nodiscard]] std::filesystem::path journal_path(const std::filesystem::path& folder, const Shard& shard);
/// Where a run keeps what it needs, inside the folder.
[[nodiscard]] std::filesystem::path own_folder(const std::filesystem::path& folder);
/// What the names of a part's own files end with, "-1-of-4"; nothing for a whole folder.
[[nodiscard]] std::string part_of_name(const Shard& shard);
/// Where the runs of a journal keep what they have replaced: each part has a journal of its own.
[[nodiscard]] std::filesystem::path backups_folder(const std::filesystem::path& folder, const Shard& shard);

}  // namespace lapilli::captions
