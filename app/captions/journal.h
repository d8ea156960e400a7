// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/database.h"
#include "app/captions/failure_groups.h"
#include "app/captions/journal_facts.h"
#include "engine/base/error.h"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lapilli::captions {

/// What is to happen to a picture's texts, decided before the run.
enum class Decision {
  kWrite,
  kSkip,
  kReplace,
  kAppend,
  kPrepend,
  kAsk,  ///< the user has not said yet: of no run
};

[[nodiscard]] std::string_view to_string(PictureState state);
[[nodiscard]] std::string_view to_string(Decision decision);

struct PictureRow {
  int64_t number = 0;  ///< from 1, in the order of the scan
  std::string path;
  PictureState state = PictureState::kWaiting;
  Decision decision = Decision::kWrite;
  std::string code = {};  ///< of a failure: "bad_file", or a Refusal's name
  std::string reason = {};
  bool accepted = false;  ///< of one that is done: somebody has looked at its text and keeps it
};

/// A file's new content, planned before it is made.
struct FileChange {
  enum class Kind {
    kContent,   ///< `content` is the file's
    kEmbedded,  ///< `content` is what goes into the picture file, as JSON
  };
  int64_t id = 0;
  int64_t picture = 0;  ///< 0: a file of the folder
  Kind kind = Kind::kContent;
  std::string path = {};                   ///< below the folder
  std::optional<std::string> before = {};  ///< hash of what was there; nothing: no file
  std::string after = {};                  ///< hash of what is there then; empty: not known yet
  std::string content = {};
  bool done = false;
};

using Answers = std::map<std::string, std::string>;  ///< by field

/// The field that keeps the model's answer where another text has taken its place.
[[nodiscard]] std::string field_of_model(const std::string& field);

/// Other answers for a picture that is done, and what they change.
struct PictureEdit {
  int64_t picture = 0;
  bool was_accepted = false;
  bool accepted = true;  ///< then
  Answers before;
  Answers after;
  std::vector<FileChange> changes;
};

struct RunRow {
  int64_t id = 0;
  std::string started = {};  ///< local time, "2024-05-17 14:02:11"
  std::string ended = {};    ///< empty: not yet
  std::string undone = {};
  bool has_kept = false;      ///< undone but for files that are to be tried once more
  std::string accepted = {};  ///< not empty: what it replaced is no longer kept
  std::string settings = {};  ///< JSON
  std::string model = {};     ///< JSON: ModelIdentity and the paths it was opened with
};

struct RunCounts {
  uint64_t waiting = 0, answered = 0, done = 0, skipped = 0, failed = 0;
  [[nodiscard]] uint64_t total() const { return waiting + answered + done + skipped + failed; }
};

/// What has happened to a folder's captions, in an SQLite file. Every call that changes it is on the disk
/// when it returns. Throws Error as Database does, and kUnsupported for a file of a newer program.
class Journal {
 public:
  /// `patience`: how long another process may have the file before that is an error.
  explicit Journal(const std::filesystem::path& path,
                   std::chrono::milliseconds patience = std::chrono::seconds(5));

  /// A new run with all its pictures.
  int64_t begin_run(const std::string& settings, const std::string& model,
                    std::span<const PictureRow> pictures);
  [[nodiscard]] std::optional<RunRow> newest_run();           ///< undone or not
  [[nodiscard]] std::optional<RunRow> newest_standing_run();  ///< of those that are not undone
  [[nodiscard]] std::optional<RunRow> newest_run_to_undo();   ///< that one, or a later one that has_kept
  [[nodiscard]] RunRow run(int64_t run);
  void end_run(int64_t run);
  /// `has_kept`: of its row.
  void mark_undone(int64_t run, bool has_kept);
  /// All runs that are not undone: nothing is kept for any of them.
  void mark_accepted();
  void set_model(int64_t run, const std::string& model);

  [[nodiscard]] std::vector<PictureRow> pictures(int64_t run, PictureState state);
  /// Whether a picture's texts are to be taken back, or were, since somebody did not want them.
  [[nodiscard]] static bool is_rejected(const PictureRow& row);
  [[nodiscard]] RunCounts counts(int64_t run);
  [[nodiscard]] std::vector<FailureGroup> failures(int64_t run);
  /// Failed pictures wait again, those whose decision is kSkip excepted; how many.
  uint64_t retry_failed(int64_t run);

  /// `fresh`: answers for the cache, by key. The run has not ended then.
  void set_answered(int64_t run, int64_t picture, const Answers& answers, std::span<FileChange> changes,
                    const std::map<std::string, std::string>& fresh);
  /// With all its changes.
  void set_done(int64_t run, int64_t picture);
  void set_skipped(int64_t run, int64_t picture);
  /// What was written for pictures that are done is to be taken back; is_rejected() of their rows, which stay
  /// so when set_skipped() ends it, and set_done() takes it back. The run has not ended then.
  void set_rejected(int64_t run, std::span<const int64_t> pictures);
  /// Pictures that are done are kept as they are.
  void set_accepted(int64_t run, std::span<const int64_t> pictures);

  /// Notes all edits at once: whatever happens then, all of them are made, or all are dropped. The pictures
  /// count as answered, and as accepted where an edit says so. The run has not ended then.
  void begin_edits(int64_t run, std::span<PictureEdit> edits);
  /// The pictures are done, with all their changes.
  void end_edits(int64_t run, std::span<const PictureEdit> edits);
  /// The pictures are done as they were before begin_edits().
  void drop_edits(int64_t run, std::span<const PictureEdit> edits);
  /// `changes`: those of them that are done are kept so.
  void set_failed(int64_t run, int64_t picture, const Error& error, std::span<const FileChange> changes = {});

  [[nodiscard]] std::vector<FileChange> changes(int64_t run, int64_t picture);
  [[nodiscard]] std::vector<FileChange> all_changes(int64_t run);  ///< newest first
  void add_change(int64_t run, FileChange& change);
  void set_change_after(int64_t change, const std::string& after);
  void set_change_done(int64_t change);
  void set_change_content(int64_t change, const std::string& content);

  [[nodiscard]] Answers answers(int64_t run, int64_t picture);
  /// The pictures whose newest text is another one than the model gave.
  [[nodiscard]] std::set<std::string> edited_by_hand();
  /// The pictures that failed when they were last tried.
  [[nodiscard]] std::set<std::string> failed_pictures();
  /// How many of a run's pictures have such a text.
  [[nodiscard]] uint64_t count_edited(int64_t run);
  /// Calls `each` for every picture that is done, in order.
  void each_done(int64_t run,
                 const std::function<void(const std::string& path, const Answers& answers)>& each);

  [[nodiscard]] std::optional<std::string> cached(const std::string& key);

 private:
  void insert_answers(int64_t run, int64_t picture, const Answers& answers);
  void put_state(int64_t run, int64_t picture, PictureState state);
  void put_done(int64_t run, int64_t picture);
  void put_accepted(int64_t run, int64_t picture, bool accepted);
  void reopen(int64_t run);
  std::vector<FileChange> read_changes(Statement& rows);
  std::optional<RunRow> find_run(std::string_view condition);

  Database database_;
};

/// Local time as the journal writes it.
[[nodiscard]] std::string now_text();

}  // namespace lapilli::captions
