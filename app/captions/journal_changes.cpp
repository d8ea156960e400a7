// SPDX-License-Identifier: GPL-3.0-or-later
// What of a journal is about files: which are to be changed, and how far that is.
#include "app/captions/journal.h"

namespace lapilli::captions {
namespace {

constexpr const char* kChangeColumns =
    "SELECT id, picture, kind, path, before, after, content, done FROM change WHERE run = ?1 ";

}  // namespace

void Journal::add_change(int64_t run, FileChange& change) {
  database_
      .prepare(
          "INSERT INTO change (run, picture, kind, path, before, after, content) VALUES (?1, ?2, ?3, ?4, ?5, "
          "?6, ?7)")
      .bind(run, change.picture, static_cast<int64_t>(change.kind), change.path, change.before, change.after,
            change.content)
      .run();
  change.id = database_.last_row_id();
}

std::vector<FileChange> Journal::read_changes(Statement& rows) {
  std::vector<FileChange> changes;
  while (rows.next()) {
    FileChange change{.id = rows.integer(0),
                      .picture = rows.integer(1),
                      .kind = static_cast<FileChange::Kind>(rows.integer(2)),
                      .path = rows.text(3),
                      .before = {},
                      .after = rows.text(5),
                      .content = rows.text(6),
                      .done = rows.integer(7) != 0};
    if (!rows.is_null(4)) change.before = rows.text(4);
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<FileChange> Journal::changes(int64_t run, int64_t picture) {
  Statement rows = database_.prepare(std::string(kChangeColumns) + "AND picture = ?2 ORDER BY id");
  rows.bind(run, picture);
  return read_changes(rows);
}

std::vector<FileChange> Journal::all_changes(int64_t run) {
  Statement rows = database_.prepare(std::string(kChangeColumns) + "ORDER BY id DESC");
  rows.bind(run);
  return read_changes(rows);
}

void Journal::set_change_after(int64_t change, const std::string& after) {
  database_.prepare("UPDATE change SET after = ?2 WHERE id = ?1").bind(change, after).run();
}

void Journal::set_change_done(int64_t change) {
  database_.prepare("UPDATE change SET done = 1 WHERE id = ?1").bind(change).run();
}

void Journal::set_change_content(int64_t change, const std::string& content) {
  database_.prepare("UPDATE change SET content = ?2 WHERE id = ?1").bind(change, content).run();
}

}  // namespace lapilli::captions
