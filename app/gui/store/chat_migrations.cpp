// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_database.h"

namespace lapilli::gui {

// Times are milliseconds since 1970 in UTC. `active_child` is no foreign key: it is a memory, and one that
// points nowhere means "the newest child".
//
// Search looks in search_text, which holds each title and each message that is not being written any more,
// folded (see foldForSearch). Its trigram index serves words of three characters and more, a scan the shorter
// ones.
std::span<const Migration> chatMigrations() {
  static const QList<Migration> kMigrations{
      {{
          QStringLiteral(
              "CREATE TABLE chat("
              "id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, pinned INTEGER NOT NULL DEFAULT 0, "
              "created INTEGER NOT NULL, updated INTEGER NOT NULL, model TEXT NOT NULL, "
              "settings_json TEXT NOT NULL, draft TEXT NOT NULL DEFAULT '', "
              "active_child INTEGER NOT NULL DEFAULT 0, deleted INTEGER)"),
          QStringLiteral(
              "CREATE INDEX chat_order ON chat(pinned DESC, updated DESC, id DESC) WHERE deleted IS NULL"),
          QStringLiteral("CREATE TABLE message("
                         "id INTEGER PRIMARY KEY AUTOINCREMENT, "
                         "chat_id INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE, "
                         "parent_id INTEGER REFERENCES message(id) ON DELETE CASCADE, "
                         "role TEXT NOT NULL CHECK(role IN ('user', 'assistant')), text TEXT NOT NULL, "
                         "status TEXT NOT NULL CHECK(status IN "
                         "('generating', 'done', 'stopped', 'interrupted', 'failed')), "
                         "created INTEGER NOT NULL, params_json TEXT NOT NULL, stats_json TEXT NOT NULL, "
                         "format_json TEXT NOT NULL, active_child INTEGER NOT NULL DEFAULT 0)"),
          QStringLiteral("CREATE INDEX message_chat ON message(chat_id)"),
          QStringLiteral("CREATE INDEX message_parent ON message(parent_id)"),
          QStringLiteral("CREATE INDEX message_generating ON message(id) WHERE status = 'generating'"),
          QStringLiteral(
              "CREATE TABLE attachment("
              "message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE, "
              "position INTEGER NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL, "
              "orientation INTEGER NOT NULL CHECK(orientation BETWEEN 1 AND 8), size_bytes INTEGER NOT NULL, "
              "PRIMARY KEY(message_id, position)) WITHOUT ROWID"),
          QStringLiteral(
              "CREATE TABLE search_text("
              "id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE, "
              "message_id INTEGER UNIQUE REFERENCES message(id) ON DELETE CASCADE, folded TEXT NOT NULL)"),
          QStringLiteral("CREATE INDEX search_chat ON search_text(chat_id)"),
          QStringLiteral("CREATE UNIQUE INDEX search_title ON search_text(chat_id) WHERE message_id IS NULL"),
          QStringLiteral("CREATE VIRTUAL TABLE search_index USING fts5(folded, content='search_text', "
                         "content_rowid='id', tokenize='trigram case_sensitive 1')"),
          QStringLiteral("CREATE TRIGGER search_added AFTER INSERT ON search_text BEGIN "
                         "INSERT INTO search_index(rowid, folded) VALUES (new.id, new.folded); END"),
          QStringLiteral("CREATE TRIGGER search_removed AFTER DELETE ON search_text BEGIN "
                         "INSERT INTO search_index(search_index, rowid, folded) VALUES ('delete', old.id, "
                         "old.folded); END"),
          QStringLiteral(
              "CREATE TRIGGER search_changed AFTER UPDATE OF folded ON search_text BEGIN "
              "INSERT INTO search_index(search_index, rowid, folded) VALUES ('delete', old.id, old.folded); "
              "INSERT INTO search_index(rowid, folded) VALUES (new.id, new.folded); END"),
      }},
      // What was typed and not sent, with its pictures; chat 0 is the one that has not begun.
      {{
          QStringLiteral("CREATE TABLE draft(chat_id INTEGER PRIMARY KEY, text TEXT NOT NULL, "
                         "settings_json TEXT NOT NULL)"),
          QStringLiteral(
              "CREATE TABLE draft_picture("
              "chat_id INTEGER NOT NULL REFERENCES draft(chat_id) ON DELETE CASCADE, "
              "position INTEGER NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL, "
              "orientation INTEGER NOT NULL CHECK(orientation BETWEEN 1 AND 8), size_bytes INTEGER NOT NULL, "
              "PRIMARY KEY(chat_id, position)) WITHOUT ROWID"),
          QStringLiteral("INSERT INTO draft SELECT id, draft, '{}' FROM chat WHERE draft <> ''"),
          QStringLiteral("ALTER TABLE chat DROP COLUMN draft"),
          QStringLiteral("CREATE TRIGGER draft_removed AFTER DELETE ON chat BEGIN "
                         "DELETE FROM draft WHERE chat_id = old.id; END"),
      }},
      // A question in other words that are not asked yet.
      {{
          QStringLiteral("CREATE TABLE draft_edit(message_id INTEGER PRIMARY KEY "
                         "REFERENCES message(id) ON DELETE CASCADE, text TEXT NOT NULL)"),
      }},
  };
  return {kMigrations.constData(), static_cast<size_t>(kMigrations.size())};
}

}  // namespace lapilli::gui
