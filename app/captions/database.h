// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace lapilli::captions {

/// One prepared statement of a Database, which outlives it. Throws Error as the Database does.
class Statement {
 public:
  /// Puts values in the statement's places, from the first on, and begins it anew.
  template <class... Values>
  Statement& bind(const Values&... values) {
    reset();
    int place = 0;
    (put(++place, values), ...);
    return *this;
  }
  /// The next row; false at the end.
  bool next();
  /// For statements without rows.
  void run() {
    while (next()) {
    }
  }

  [[nodiscard]] int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Database;
  Statement(sqlite3* database, std::string_view sql);
  void reset();
  void put(int place, int64_t value);
  void put(int place, uint64_t value) { put(place, static_cast<int64_t>(value)); }
  void put(int place, int value) { put(place, static_cast<int64_t>(value)); }
  void put(int place, std::string_view value);
  void put(int place, const std::string& value) { put(place, std::string_view(value)); }
  void put(int place, const char* value) { put(place, std::string_view(value)); }
  void put(int place, const std::optional<std::string>& value);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An SQLite file whose every transaction is on the disk when it has ended. Used by one thread. Throws Error:
/// kIo, kBadFile for what is no database or a damaged one, kOutOfMemory; the place is the file.
class Database {
 public:
  /// Makes the file where there is none.
  /// `patience`: how long another process may have it before that is an error.
  explicit Database(const std::filesystem::path& path,
                    std::chrono::milliseconds patience = std::chrono::seconds(5));

  void execute(const char* sql);
  [[nodiscard]] Statement prepare(std::string_view sql);
  [[nodiscard]] int64_t last_row_id() const;

  /// Runs `work` as one transaction: all of it happens, or nothing when it throws.
  template <class Work>
  void transaction(const Work& work) {
    execute("BEGIN IMMEDIATE");
    try {
      work();
      execute("COMMIT");
    } catch (...) {
      roll_back();
      throw;
    }
  }

 private:
  void roll_back() noexcept;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace lapilli::captions
