// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/database.h"

#include "engine/base/error.h"

#include <sqlite3.h>

namespace lapilli::captions {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kBadFile;
    case SQLITE_NOMEM:
      return ErrorCode::kOutOfMemory;
    default:
      return ErrorCode::kIo;
  }
}

[[noreturn]] void fail(sqlite3* database, int sqlite_code) {
  const char* file = database != nullptr ? sqlite3_db_filename(database, "main") : nullptr;
  throw Error(
      code_of(sqlite_code),
      text("the journal: ", database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(sqlite_code)),
      file != nullptr ? file : "");
}

void require(sqlite3* database, int sqlite_code) {
  if (sqlite_code != SQLITE_OK) fail(database, sqlite_code);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  statement_.reset(statement);
  require(database, code);
}

void Statement::reset() {
  sqlite3_reset(statement_.get());  // repeats the code of an earlier failure, which was thrown
}

bool Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(database_, code);
  reset();
  return false;
}

void Statement::put(int place, int64_t value) {
  require(database_, sqlite3_bind_int64(statement_.get(), place, value));
}

void Statement::put(int place, std::string_view value) {
  require(database_, sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::put(int place, const std::optional<std::string>& value) {
  if (value) return put(place, std::string_view(*value));
  require(database_, sqlite3_bind_null(statement_.get(), place));
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

Database::Database(const std::filesystem::path& path, std::chrono::milliseconds patience) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK)
    throw Error(code_of(code), text("the journal: ", sqlite3_errstr(code)), path.string());
  sqlite3_busy_timeout(database, static_cast<int>(patience.count()));
  // One process has the file, so the log needs no shared memory, which network mounts do not have.
  execute("PRAGMA locking_mode = EXCLUSIVE");
  execute("PRAGMA journal_mode = WAL");
  execute("PRAGMA synchronous = FULL");
  execute("PRAGMA foreign_keys = ON");
}

void Database::execute(const char* sql) {
  require(database_.get(), sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
}

void Database::roll_back() noexcept {
  sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement Database::prepare(std::string_view sql) {
  return {database_.get(), sql};
}

int64_t Database::last_row_id() const {
  return sqlite3_last_insert_rowid(database_.get());
}

}  // namespace lapilli::captions
