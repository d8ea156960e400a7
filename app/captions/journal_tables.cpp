// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/journal_tables.h"

#include "app/captions/journal_facts.h"
#include "engine/base/error.h"

#include <array>

namespace lapilli::captions {
namespace {

constexpr const char* kTables = R"(
  CREATE TABLE run (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT NOT NULL DEFAULT '', undone TEXT NOT NULL DEFAULT '',
    accepted TEXT NOT NULL DEFAULT '', settings TEXT NOT NULL, model TEXT NOT NULL,
    kept INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE picture (
    run INTEGER NOT NULL REFERENCES run, number INTEGER NOT NULL, path TEXT NOT NULL, state INTEGER NOT NULL,
    decision INTEGER NOT NULL, code TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    accepted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, number)) WITHOUT ROWID;
  CREATE INDEX picture_state ON picture (run, state);
  CREATE TABLE answer (
    run INTEGER NOT NULL, picture INTEGER NOT NULL, field TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (run, picture, field), FOREIGN KEY (run, picture) REFERENCES picture) WITHOUT ROWID;
  CREATE TABLE change (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, picture INTEGER NOT NULL, kind INTEGER NOT NULL,
    path TEXT NOT NULL, before TEXT, after TEXT NOT NULL, content TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX change_picture ON change (run, picture);
  CREATE TABLE cache (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = 4;
)";

/// What makes a journal of a version, from 1 on, one of the next version.
constexpr std::array<const char*, kJournalVersion - 1> kSteps = {
    "ALTER TABLE run ADD COLUMN accepted TEXT NOT NULL DEFAULT ''; PRAGMA user_version = 2;",
    "ALTER TABLE picture ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 3;",
    "ALTER TABLE run ADD COLUMN kept INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 4;"};

}  // namespace

void prepare_journal(Database& database, const std::filesystem::path& path) {
  Statement version = database.prepare("PRAGMA user_version");
  const int64_t found = version.next() ? version.integer(0) : 0;
  while (version.next()) {
  }
  if (found == kJournalVersion) return;
  if (found < 0 || found > kJournalVersion) {
    throw Error(ErrorCode::kUnsupported,
                text("the journal is of version ", found, ", this program knows ", kJournalVersion,
                     "; use a newer program"),
                path.string());
  }
  database.transaction([&] {
    if (found == 0) return database.execute(kTables);
    for (size_t step = static_cast<size_t>(found) - 1; step < kSteps.size(); ++step)
      database.execute(kSteps[step]);
  });
}

}  // namespace lapilli::captions
