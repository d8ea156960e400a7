// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/journal.h"

#include "app/captions/journal_tables.h"

#include <array>
#include <ctime>
#include <utility>

namespace lapilli::captions {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"waiting", "answered", "done", "skipped", "failed"};
constexpr std::array<std::string_view, 6> kDecisions = {"write",  "skip",    "replace",
                                                        "append", "prepend", "ask"};

/// The code of a picture whose texts are being taken back, or were.
constexpr std::string_view kRejected = "rejected";

/// Pictures that are done with another text than the model gave.
std::string edited_pictures() {
  return text(
      "FROM picture JOIN answer AS given ON given.run = picture.run AND given.picture = picture.number "
      "JOIN answer AS now ON now.run = picture.run AND now.picture = picture.number "
      "WHERE state = ?1 AND given.field = '",
      kModelPrefix, "' || now.field AND given.text <> now.text ");
}

int64_t number_of(PictureState state) {
  return static_cast<int64_t>(state);
}

}  // namespace

std::string_view to_string(PictureState state) {
  return kStates.at(static_cast<size_t>(state));
}
std::string_view to_string(Decision decision) {
  return kDecisions.at(static_cast<size_t>(decision));
}

std::string field_of_model(const std::string& field) {
  return std::string(kModelPrefix) + field;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char result[32];
  std::strftime(result, sizeof result, "%Y-%m-%d %H:%M:%S", &local);
  return result;
}

Journal::Journal(const std::filesystem::path& path, std::chrono::milliseconds patience)
    : database_(path, patience) {
  prepare_journal(database_, path);
}

int64_t Journal::begin_run(const std::string& settings, const std::string& model,
                           std::span<const PictureRow> pictures) {
  int64_t run = 0;
  database_.transaction([&] {
    database_.prepare("INSERT INTO run (started, settings, model) VALUES (?1, ?2, ?3)")
        .bind(now_text(), settings, model)
        .run();
    run = database_.last_row_id();
    Statement insert = database_.prepare(
        "INSERT INTO picture (run, number, path, state, decision, code, reason) VALUES (?1, ?2, ?3, ?4, ?5, "
        "?6, ?7)");
    for (const PictureRow& row : pictures) {
      insert
          .bind(run, row.number, row.path, number_of(row.state), static_cast<int64_t>(row.decision), row.code,
                row.reason)
          .run();
    }
  });
  return run;
}

std::optional<RunRow> Journal::find_run(std::string_view condition) {
  Statement row = database_.prepare(
      text("SELECT id, started, ended, undone, kept, accepted, settings, model FROM run WHERE ", condition,
           " ORDER BY id DESC LIMIT 1"));
  if (!row.next()) return std::nullopt;
  return RunRow{.id = row.integer(0),
                .started = row.text(1),
                .ended = row.text(2),
                .undone = row.text(3),
                .has_kept = row.integer(4) != 0,
                .accepted = row.text(5),
                .settings = row.text(6),
                .model = row.text(7)};
}

std::optional<RunRow> Journal::newest_run() {
  return find_run("1");
}

std::optional<RunRow> Journal::newest_standing_run() {
  return find_run("undone = ''");
}

std::optional<RunRow> Journal::newest_run_to_undo() {
  return find_run("undone = '' OR kept <> 0");
}

RunRow Journal::run(int64_t run) {
  return find_run(text("id = ", run)).value();
}

void Journal::end_run(int64_t run) {
  database_.prepare("UPDATE run SET ended = ?2 WHERE id = ?1").bind(run, now_text()).run();
}

void Journal::mark_undone(int64_t run, bool has_kept) {
  database_.prepare("UPDATE run SET undone = ?2, ended = ?2, kept = ?3 WHERE id = ?1")
      .bind(run, now_text(), static_cast<int64_t>(has_kept))
      .run();
}

void Journal::mark_accepted() {
  database_.transaction([&] {
    database_.prepare("UPDATE run SET accepted = ?1 WHERE undone = '' AND accepted = ''")
        .bind(now_text())
        .run();
    database_.execute("UPDATE run SET kept = 0");
  });
}

void Journal::set_model(int64_t run, const std::string& model) {
  database_.prepare("UPDATE run SET model = ?2 WHERE id = ?1").bind(run, model).run();
}

void Journal::reopen(int64_t run) {
  database_.prepare("UPDATE run SET ended = '' WHERE id = ?1").bind(run).run();
}

bool Journal::is_rejected(const PictureRow& row) {
  return row.code == kRejected;
}

std::vector<PictureRow> Journal::pictures(int64_t run, PictureState state) {
  Statement rows = database_.prepare(
      "SELECT number, path, decision, code, reason, accepted FROM picture WHERE run = ?1 AND state = ?2 "
      "ORDER BY number");
  rows.bind(run, number_of(state));
  std::vector<PictureRow> result;
  while (rows.next()) {
    result.push_back({rows.integer(0), rows.text(1), state, static_cast<Decision>(rows.integer(2)),
                      rows.text(3), rows.text(4), rows.integer(5) != 0});
  }
  return result;
}

RunCounts Journal::counts(int64_t run) {
  Statement rows = database_.prepare("SELECT state, count(*) FROM picture WHERE run = ?1 GROUP BY state");
  rows.bind(run);
  RunCounts counts;
  uint64_t* const of_state[] = {&counts.waiting, &counts.answered, &counts.done, &counts.skipped,
                                &counts.failed};
  while (rows.next()) *of_state[rows.integer(0)] = static_cast<uint64_t>(rows.integer(1));
  return counts;
}

std::vector<FailureGroup> Journal::failures(int64_t run) {
  FailureGroups groups;
  Statement rows = database_.prepare(
      "SELECT code, reason, path FROM picture WHERE run = ?1 AND state = ?2 ORDER BY number");
  rows.bind(run, number_of(PictureState::kFailed));
  while (rows.next()) groups.add(rows.text(0), rows.text(1), rows.text(2));
  return groups.all();
}

uint64_t Journal::retry_failed(int64_t run) {
  int64_t retried = 0;
  database_.transaction([&] {
    // What was not written is planned anew, from what is there then.
    database_
        .prepare(
            "DELETE FROM change WHERE run = ?1 AND done = 0 AND picture IN (SELECT number FROM picture "
            "WHERE run = ?1 AND state = ?2)")
        .bind(run, number_of(PictureState::kFailed))
        .run();
    Statement failed =
        database_.prepare("SELECT count(*) FROM picture WHERE run = ?1 AND state = ?2 AND decision <> ?3");
    failed.bind(run, number_of(PictureState::kFailed), static_cast<int64_t>(Decision::kSkip));
    if (failed.next()) retried = failed.integer(0);
    database_
        .prepare(
            "UPDATE picture SET state = ?2, code = '', reason = '' WHERE run = ?1 AND state = ?3 AND "
            "decision <> ?4")
        .bind(run, number_of(PictureState::kWaiting), number_of(PictureState::kFailed),
              static_cast<int64_t>(Decision::kSkip))
        .run();
    if (retried > 0) reopen(run);
  });
  return static_cast<uint64_t>(retried);
}

void Journal::insert_answers(int64_t run, int64_t picture, const Answers& answers) {
  Statement insert =
      database_.prepare("INSERT OR REPLACE INTO answer (run, picture, field, text) VALUES (?1, ?2, ?3, ?4)");
  for (const auto& [field, answer] : answers) insert.bind(run, picture, field, answer).run();
}

void Journal::put_state(int64_t run, int64_t picture, PictureState state) {
  database_.prepare("UPDATE picture SET state = ?3 WHERE run = ?1 AND number = ?2")
      .bind(run, picture, number_of(state))
      .run();
}

void Journal::put_done(int64_t run, int64_t picture) {
  database_.prepare("UPDATE change SET done = 1 WHERE run = ?1 AND picture = ?2").bind(run, picture).run();
  database_.prepare("UPDATE picture SET state = ?3, code = '' WHERE run = ?1 AND number = ?2")
      .bind(run, picture, number_of(PictureState::kDone))
      .run();
}

void Journal::put_accepted(int64_t run, int64_t picture, bool accepted) {
  database_.prepare("UPDATE picture SET accepted = ?3 WHERE run = ?1 AND number = ?2")
      .bind(run, picture, static_cast<int64_t>(accepted))
      .run();
}

void Journal::set_answered(int64_t run, int64_t picture, const Answers& answers,
                           std::span<FileChange> changes, const std::map<std::string, std::string>& fresh) {
  database_.transaction([&] {
    insert_answers(run, picture, answers);
    Statement keep = database_.prepare("INSERT OR REPLACE INTO cache (key, answer) VALUES (?1, ?2)");
    for (const auto& [key, answer] : fresh) keep.bind(key, answer).run();
    for (FileChange& change : changes) add_change(run, change);
    put_state(run, picture, PictureState::kAnswered);
    reopen(run);
  });
}

void Journal::set_done(int64_t run, int64_t picture) {
  database_.transaction([&] { put_done(run, picture); });
}

void Journal::set_accepted(int64_t run, std::span<const int64_t> pictures) {
  database_.transaction([&] {
    for (const int64_t picture : pictures) put_accepted(run, picture, true);
  });
}

void Journal::set_rejected(int64_t run, std::span<const int64_t> pictures) {
  database_.transaction([&] {
    Statement reject =
        database_.prepare("UPDATE picture SET state = ?3, code = ?4 WHERE run = ?1 AND number = ?2");
    for (const int64_t picture : pictures)
      reject.bind(run, picture, number_of(PictureState::kAnswered), kRejected).run();
    reopen(run);
  });
}

void Journal::begin_edits(int64_t run, std::span<PictureEdit> edits) {
  database_.transaction([&] {
    for (PictureEdit& edit : edits) {
      insert_answers(run, edit.picture, edit.after);
      for (FileChange& change : edit.changes) add_change(run, change);
      put_state(run, edit.picture, PictureState::kAnswered);
      put_accepted(run, edit.picture, edit.accepted);
    }
    reopen(run);
  });
}

void Journal::end_edits(int64_t run, std::span<const PictureEdit> edits) {
  database_.transaction([&] {
    for (const PictureEdit& edit : edits) put_done(run, edit.picture);
  });
}

void Journal::drop_edits(int64_t run, std::span<const PictureEdit> edits) {
  database_.transaction([&] {
    for (const PictureEdit& edit : edits) {
      for (const FileChange& change : edit.changes)
        database_.prepare("DELETE FROM change WHERE id = ?1").bind(change.id).run();
      insert_answers(run, edit.picture, edit.before);
      put_done(run, edit.picture);
      put_accepted(run, edit.picture, edit.was_accepted);
    }
  });
}

void Journal::set_skipped(int64_t run, int64_t picture) {
  database_.transaction([&] {
    database_.prepare("UPDATE change SET done = 0 WHERE run = ?1 AND picture = ?2").bind(run, picture).run();
    database_
        .prepare("UPDATE picture SET state = ?3, decision = ?4, accepted = 0 WHERE run = ?1 AND number = ?2")
        .bind(run, picture, number_of(PictureState::kSkipped), static_cast<int64_t>(Decision::kSkip))
        .run();
  });
}

void Journal::set_failed(int64_t run, int64_t picture, const Error& error,
                         std::span<const FileChange> changes) {
  database_.transaction([&] {
    for (const FileChange& change : changes) {
      if (change.done) set_change_done(change.id);
    }
    database_.prepare("UPDATE picture SET state = ?3, code = ?4, reason = ?5 WHERE run = ?1 AND number = ?2")
        .bind(run, picture, number_of(PictureState::kFailed), to_string(error.code()), error.message())
        .run();
  });
}

void Journal::each_done(int64_t run, const std::function<void(const std::string&, const Answers&)>& each) {
  Statement rows = database_.prepare(
      "SELECT number, path, field, text FROM picture JOIN answer ON answer.run = picture.run AND "
      "answer.picture = picture.number WHERE picture.run = ?1 AND state = ?2 ORDER BY number");
  rows.bind(run, number_of(PictureState::kDone));
  int64_t number = 0;
  std::string path;
  Answers answers;
  while (rows.next()) {
    if (rows.integer(0) != number && number != 0) each(path, std::exchange(answers, {}));
    number = rows.integer(0);
    path = rows.text(1);
    answers[rows.text(2)] = rows.text(3);
  }
  if (number != 0) each(path, answers);
}

Answers Journal::answers(int64_t run, int64_t picture) {
  Statement rows = database_.prepare("SELECT field, text FROM answer WHERE run = ?1 AND picture = ?2");
  rows.bind(run, picture);
  Answers answers;
  while (rows.next()) answers[rows.text(0)] = rows.text(1);
  return answers;
}

std::set<std::string> Journal::edited_by_hand() {
  Statement rows = database_.prepare(
      text("SELECT path ", edited_pictures(),
           "AND (path, picture.run) IN (SELECT later.path, max(later.run) FROM picture AS later "
           "JOIN run ON run.id = later.run WHERE later.state = ?1 AND run.undone = '' GROUP BY later.path)"));
  rows.bind(number_of(PictureState::kDone));
  std::set<std::string> paths;
  while (rows.next()) paths.insert(rows.text(0));
  return paths;
}

std::set<std::string> Journal::failed_pictures() {
  Statement rows = database_.prepare(
      "SELECT path FROM picture WHERE state = ?1 AND (path, run) IN (SELECT later.path, max(later.run) "
      "FROM picture AS later JOIN run ON run.id = later.run WHERE run.undone = '' AND (later.state IN (?1, "
      "?2) OR later.code = ?3) GROUP BY later.path)");
  rows.bind(number_of(PictureState::kFailed), number_of(PictureState::kDone), kRejected);
  std::set<std::string> paths;
  while (rows.next()) paths.insert(rows.text(0));
  return paths;
}

uint64_t Journal::count_edited(int64_t run) {
  Statement row = database_.prepare(text("SELECT count(*) ", edited_pictures(), "AND picture.run = ?2"));
  row.bind(number_of(PictureState::kDone), run);
  return row.next() ? static_cast<uint64_t>(row.integer(0)) : 0;
}

std::optional<std::string> Journal::cached(const std::string& key) {
  Statement row = database_.prepare("SELECT answer FROM cache WHERE key = ?1");
  row.bind(key);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

}  // namespace lapilli::captions
