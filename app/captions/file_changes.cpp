// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/file_changes.h"

#include "app/captions/refusal.h"
#include "app/captions/whole_files.h"
#include "engine/base/bytes.h"
#include "engine/io/file.h"

#include <cerrno>
#include <set>

#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

/// Beside a kept copy: the link through which it was found.
fs::path link_beside(const fs::path& backup) {
  return backup.string() + ".link";
}

Error changed_meanwhile() {
  return {ErrorCode::kInvalidArgument, "another program has changed the file meanwhile; it was left alone"};
}

PictureTexts embedded_from(const std::string& form) {
  const auto json = nlohmann::json::parse(form);
  return {.description = json.at("description"), .tags = json.at("tags"), .alt = json.at("alt")};
}

}  // namespace

Error error_of(const KeptFile& file) {
  return {ErrorCode::kInvalidArgument, text(file.reason, "; it was left alone"), file.path};
}

std::string embedded_form(const PictureTexts& texts) {
  return nlohmann::json{{"description", texts.description}, {"tags", texts.tags}, {"alt", texts.alt}}.dump();
}

fs::path own_folder(const fs::path& folder) {
  return folder / ".lapilli";
}

std::string part_of_name(const Shard& shard) {
  return shard.count == 1 ? "" : text('-', shard.index, "-of-", shard.count);
}

fs::path journal_path(const fs::path& folder, const Shard& shard) {
  return own_folder(folder) / text("journal", part_of_name(shard), ".sqlite");
}

fs::path backups_folder(const fs::path& folder, const Shard& shard) {
  return own_folder(folder) / ("backups" + part_of_name(shard));
}

FileChanges::FileChanges(fs::path folder, Journal& journal, int64_t run, const Shard& shard)
    : folder_(std::move(folder)), journal_(journal), run_(run), backups_(backups_folder(folder_, shard)) {}

fs::path FileChanges::backup_of(const FileChange& change) const {
  return backups_ / text(run_) / text(change.id);
}

/// A second name for the old file where the disk allows, which costs nothing; else a copy. Of a link both
/// what it shows and the link itself: a relative one would show something else from there.
void FileChanges::keep_backup(const FileChange& change) const {
  const fs::path backup = backup_of(change);
  std::error_code error;
  fs::create_directories(backup.parent_path(), error);
  if (error)
    throw Error(ErrorCode::kIo, text("cannot be made: ", error.message()), backup.parent_path().string());
  const fs::path path = folder_ / change.path;
  ::unlink(backup.c_str());
  ::unlink(link_beside(backup).c_str());
  if (is_link(path)) {
    copy_whole_file(path, backup);
    copy_link(path, link_beside(backup));
  } else if (::link(path.c_str(), backup.c_str()) != 0) {
    copy_whole_file(path, backup);
  }
  flush_folder(backup.parent_path());
}

/// A picture with the texts in it, whose state becomes the change's.
std::vector<std::byte> FileChanges::embedded(FileChange& change) {
  std::vector<std::byte> picture = read_whole_file(folder_ / change.path, kMostPictureBytes).value();
  if (hash_of(as_string_view(picture)) != change.before) throw changed_meanwhile();
  picture = with_texts(std::move(picture), embedded_from(change.content)).value();
  change.after = hash_of(as_string_view(picture));
  journal_.set_change_after(change.id, change.after);
  return picture;
}

/// Makes the new file beside the old one and puts it in its place.
void FileChanges::make(FileChange& change) {
  const fs::path path = folder_ / change.path;
  const fs::path fresh = unfinished(path);
  const bool is_picture = change.kind == FileChange::Kind::kEmbedded;
  if (!change.before && is_link(path))
    throw Error(ErrorCode::kNotFound, "is a link to a file that is not there; it was left alone");
  if (is_picture) {
    write_file(fresh, as_string_view(embedded(change)));
  } else {
    write_file(fresh, change.content);
  }
  if (change.before) take_look(path, fresh);
  if (is_picture) take_times(path, fresh);  // programs sort pictures by them; the backup has all
  if (change.before) keep_backup(change);
  rename_file(fresh, path);
}

Result<void> FileChanges::apply(FileChange& change) {
  if (change.done) return {};
  const fs::path path = folder_ / change.path;
  auto result = try_result([&] {
    const auto found = hash_of_file(path);
    if (!found || found != change.after) {
      if (found != change.before) {
        if (!found) throw Error(ErrorCode::kNotFound, "the file is gone");
        throw changed_meanwhile();
      }
      make(change);
    }
    change.done = true;
  });
  if (!result) ::unlink(unfinished(path).c_str());
  return result;
}

Result<void> FileChanges::write_folder_file(
    const std::string& path, const std::function<std::string(const std::string& before)>& content_from) {
  return try_result([&] {
    const fs::path whole = folder_ / path;
    const auto found = hash_of_file(whole);
    FileChange change;
    for (FileChange& known : journal_.changes(run_, 0)) {
      if (known.path == path) change = std::move(known);
    }
    const bool is_new = change.id == 0;
    if (is_new) {
      change = {.path = path, .before = found, .after = {}, .content = {}};
    } else if (!change.after.empty() && found && found != change.after && found != change.before) {
      throw Error(
          ErrorCode::kInvalidArgument,
          "another program has changed the file meanwhile; it was left alone, move it away and use --resume",
          whole.string());
    }
    const std::string content = content_from(content_before(change));
    if (is_new && found == hash_of(content)) return;
    if (is_new) journal_.add_change(run_, change);
    if (change.before && found == change.before) keep_backup(change);
    // Until the new state is known, whatever is there counts as this run's.
    journal_.set_change_after(change.id, "");
    write_file(unfinished(whole), content);
    if (found) take_look(whole, unfinished(whole));
    rename_file(unfinished(whole), whole);
    journal_.set_change_after(change.id, hash_of(content));
    journal_.set_change_done(change.id);
  });
}

/// Of a file of the folder: it has that still, or its backup, or the journal where backups are gone.
std::string FileChanges::content_before(const FileChange& change) const {
  if (!change.before || !change.content.empty() || change.before == hash_of("")) return change.content;
  const fs::path path = folder_ / change.path;
  const fs::path source = hash_of_file(path) == change.before ? path : backup_of(change);
  auto content = read_text_file(source, kMostFolderFileBytes);
  if (content) return *std::move(content);
  throw Error(content.error().code(),
              text("what the file held before the run cannot be read: ", content.error().message()),
              path.string());
}

uint64_t FileChanges::note_folder_files() {
  uint64_t bytes = 0;
  for (const FileChange& change : journal_.changes(run_, 0)) {
    if (!change.before || !change.content.empty()) continue;
    const std::string content = content_before(change);
    journal_.set_change_content(change.id, content);
    bytes += content.size();
  }
  return bytes;
}

/// The original takes the file's place.
void FileChanges::restore(const FileChange& change) const {
  const fs::path path = folder_ / change.path;
  const fs::path fresh = unfinished(path);
  const fs::path backup = backup_of(change);
  ::unlink(fresh.c_str());
  if (is_link(link_beside(backup))) {
    copy_link(link_beside(backup), fresh);
  } else if (::link(backup.c_str(), fresh.c_str()) != 0) {
    copy_whole_file(backup, fresh);
    take_times(backup, fresh);
  }
  rename_file(fresh, path);
}

/// Throws Error where the file is to stay as it is, the message being the reason.
FileChanges::TakenBack FileChanges::take_back_one(const FileChange& change) const {
  const auto leave = [](std::string_view name, const char* reason) {
    throw Refusal(name, ErrorCode::kInvalidArgument, reason);
  };
  const fs::path path = folder_ / change.path;
  const auto found = hash_of_file(path);
  const TakenBack outcome = change.before ? TakenBack::kRestored : TakenBack::kRemoved;
  if (found == change.before)  // never made, or taken back already
    return change.done ? outcome : TakenBack::kNothing;
  // While a file of the folder is being written, whatever is there counts as this run's.
  const bool is_being_written = change.picture == 0 && change.after.empty();
  if (found != change.after && !is_being_written) {
    std::error_code ignored;
    const bool was_made = change.done || (change.before && fs::exists(backup_of(change), ignored));
    if (was_made && found) leave(kChangedSince, "somebody has changed it since");
    if (was_made) leave(kRemovedSince, "somebody has removed it since");
    return TakenBack::kNothing;
  }
  if (!change.before) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw failure("cannot be removed", path);
    return outcome;
  }
  if (hash_of_file(backup_of(change)) != change.before)
    leave(kNotKept, "what was there before is no longer kept");
  restore(change);
  return outcome;
}

UndoReport FileChanges::take_back_newest_first(std::span<const FileChange* const> changes) const {
  UndoReport report;
  std::map<std::string, TakenBack> outcomes;  // of files: what the oldest change made of them
  std::set<std::string> kept;                 // with all that came before in the same file
  for (const FileChange* change : changes) {
    if (kept.contains(change->path)) continue;
    try {
      const TakenBack outcome = take_back_one(*change);
      if (outcome != TakenBack::kNothing) outcomes[change->path] = outcome;
    } catch (const Error& error) {
      ::unlink(unfinished(folder_ / change->path).c_str());
      report.kept.push_back({change->path, error.message(), name_of(error)});
      kept.insert(change->path);
    }
  }
  for (const auto& [path, outcome] : outcomes) {
    if (!kept.contains(path)) ++(outcome == TakenBack::kRestored ? report.restored : report.removed);
  }
  return report;
}

Result<UndoReport> FileChanges::undo() {
  return try_result([&] {
    const std::vector<FileChange> all = journal_.all_changes(run_);
    std::vector<const FileChange*> newest_first;
    for (const FileChange& change : all) newest_first.push_back(&change);
    const bool is_first = journal_.run(run_).undone.empty();
    UndoReport report = take_back_newest_first(newest_first);
    report.edited = journal_.count_edited(run_);
    report.tries_again = is_first && !report.kept.empty();
    journal_.mark_undone(run_, report.tries_again);
    return report;
  });
}

std::vector<KeptFile> FileChanges::take_back(std::span<const FileChange> changes) {
  std::vector<const FileChange*> newest_first;
  for (size_t index = changes.size(); index-- > 0;) newest_first.push_back(&changes[index]);
  return take_back_newest_first(newest_first).kept;
}

Result<Originals> FileChanges::originals(int64_t picture, bool needed) {
  return try_result([&] {
    Originals originals;
    std::map<std::string, std::string> last;  // the state each file was left in
    for (const FileChange& change : journal_.changes(run_, picture)) {
      last[change.path] = change.after;
      if (originals.contains(change.path)) continue;
      std::optional<fs::path>& original = originals[change.path];
      if (!change.before) continue;
      original = backup_of(change);
      if (needed && hash_of_file(*original) != change.before)
        throw Error(ErrorCode::kInvalidArgument,
                    "what was there before is no longer kept, so it cannot be joined with another text; "
                    "change the file itself",
                    change.path);
    }
    for (const auto& [path, after] : last) {
      if (hash_of_file(folder_ / path) != after)
        throw Error(ErrorCode::kInvalidArgument, "somebody has changed it since; it was left alone", path);
    }
    return originals;
  });
}

}  // namespace lapilli::captions
