// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/answerer.h"
#include "app/captions/file_changes.h"
#include "app/captions/folder_lock.h"
#include "app/captions/journal.h"
#include "app/captions/model_identity.h"
#include "app/captions/outputs.h"
#include "app/captions/settings.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <variant>

namespace lapilli::captions {

/// What a run tells, on the thread that works.
struct ScanAdvanced {
  uint64_t found = 0;                ///< in all
  std::span<const PictureRow> rows;  ///< planned since the last one
};
struct PictureCaptioned {
  int64_t number = 0;
  std::string path;
  Answers answers;
  bool from_cache = false;
};
struct PictureFailed {
  int64_t number = 0;
  std::string path;
  Error error;
};
/// A text has appeared there since the plan was made, so the picture is left out.
struct PictureLeftOut {
  int64_t number = 0;
  std::string path;
};
struct RunAdvanced {
  RunCounts counts;
  double pictures_per_minute = 0;  ///< of late; 0: not known yet
  double seconds_left = -1;        ///< −1: not known yet
};
using RunEvent = std::variant<ScanAdvanced, PictureCaptioned, PictureFailed, PictureLeftOut, RunAdvanced>;
using RunSink = std::function<void(const RunEvent& event)>;

/// A picture whose texts are not taken back, since one of its files stays.
struct KeptPicture {
  std::string path;
  KeptFile file;
};

/// Another text for a picture that is done.
struct Edit {
  std::string path;  ///< as events have it
  std::string text;
  bool accepted = true;    ///< the picture counts as accepted then
  std::string field = {};  ///< of the question whose answer it takes the place of; empty: the first one's
};

/// A picture and what will happen to it.
using RunPlan = std::vector<PictureRow>;

/// The code of a picture that is left out since its text was edited by hand, or of which the user is asked.
inline constexpr std::string_view kEditedByHand = "edited_by_hand";

/// Looks at a folder: its pictures and the decision for each, in the order they would be done; nothing is
/// written. What was edited by hand is left out where it would be replaced, unless the settings say
/// otherwise. Fails as scan_folder, folder_files and check_settings do, and for Existing::kFailed as Journal.
[[nodiscard]] Result<RunPlan> plan_run(const std::filesystem::path& folder, const Settings& settings,
                                       const RunSink& sink = {}, std::stop_token stop = {});

/// Some pictures of a plan by chance, those first that a run would do, and none that cannot be done.
[[nodiscard]] RunPlan chosen_by_chance(RunPlan plan, size_t most);

/// The user's answer about a picture of Decision::kAsk: the new text takes its text's place, or it is left
/// out.
void decide_asked(PictureRow& row, bool replaces);
/// How many pictures are left out since their texts were edited by hand.
[[nodiscard]] uint64_t left_as_edited(const RunPlan& plan);

/// What a run would begin with.
[[nodiscard]] RunCounts counts_of(const RunPlan& plan);
[[nodiscard]] std::vector<FailureGroup> failures_of(const RunPlan& plan);

/// One of a folder's runs.
enum class WhichRun {
  kNewest,  ///< of those that are not undone
  kToUndo,  ///< the same, or a later one that was undone but for some files which can be tried once more
  kLast,    ///< undone or not
};

/// A run over a folder: its lock, its journal, and what is left to do. One process has it at a time; killed
/// at any moment, it can be resumed. Move-only.
class CaptionRun {
 public:
  /// Begins a new run with a plan. `model`: JSON kept for resuming, with the name and key of its
  /// ModelIdentity where that is known. `prepare` is called when the folder is this run's alone and before
  /// anything is noted: where it throws, there is no run. Fails with kIo where the folder cannot be written
  /// or another run has it, kInvalidArgument where the plan has a Decision::kAsk, and as Journal and
  /// `prepare` do.
  [[nodiscard]] static Result<CaptionRun> begin(const std::filesystem::path& folder, const Settings& settings,
                                                const RunPlan& plan, const std::string& model,
                                                const std::function<void()>& prepare = {});

  /// A run, to go on with it. Fails with kNotFound where there is none, naming the parts where runs were made
  /// in others.
  [[nodiscard]] static Result<CaptionRun> open_newest(const std::filesystem::path& folder, const Shard& shard,
                                                      WhichRun which = WhichRun::kNewest);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const RunRow& row() const { return row_; }
  [[nodiscard]] RunCounts counts() { return journal_->counts(row_.id); }
  [[nodiscard]] std::vector<FailureGroup> failures() { return journal_->failures(row_.id); }
  [[nodiscard]] std::vector<PictureRow> pictures(PictureState state) {
    return journal_->pictures(row_.id, state);
  }
  /// What a picture that is done has in the questions' fields.
  [[nodiscard]] Answers answers(const PictureRow& picture);
  /// The caption that it had before; empty: none.
  [[nodiscard]] std::string caption_before(const PictureRow& picture);
  /// Lets failed pictures wait again; how many.
  uint64_t retry_failed() { return journal_->retry_failed(row_.id); }
  /// Whether finish() has something to do: no picture waits, and the run has not ended.
  [[nodiscard]] bool can_finish();

  /// Captions what waits, until the end or a stop request. A failing picture does not end it. `model`: what
  /// the answerer is. Fails with kDeviceLost, kInvalidArgument for a model without eyes or tokenizer or
  /// another one than the run was begun with, and as Journal does; what is finished stays finished.
  [[nodiscard]] Result<void> process(const Answerer& answerer, const ModelIdentity& model,
                                     const RunSink& sink, std::stop_token stop = {});

  /// Ends a run in which no picture waits: makes what was left half made, and the folder's own files.
  [[nodiscard]] Result<void> finish(const RunSink& sink);

  /// Takes back all that the run has written, as far as that is possible; may be repeated. Fails with
  /// kInvalidArgument where what was there is no longer kept.
  [[nodiscard]] Result<UndoReport> undo();
  /// What WhichRun::kToUndo is now.
  [[nodiscard]] std::optional<RunRow> next_to_undo() { return journal_->newest_run_to_undo(); }
  /// How many texts of a run were edited by hand.
  [[nodiscard]] uint64_t count_edited(int64_t run) { return journal_->count_edited(run); }
  /// Goes over to WhichRun::kNewest; false where there is none.
  [[nodiscard]] bool choose_newest();
  /// Takes back what it has written for these pictures, which then count as left out, and makes the folder's
  /// own files anew. The pictures of which a file stays, which are done as they were. Fails with
  /// kInvalidArgument for a picture that is not done; nothing is taken back then.
  [[nodiscard]] Result<std::vector<KeptPicture>> reject(std::span<const std::string> paths);
  /// Notes that somebody has looked at these pictures' texts and keeps them. Fails with kInvalidArgument for
  /// a picture that is not done.
  [[nodiscard]] Result<void> accept(std::span<const std::string> paths);
  /// Writes other texts in place of answers to one question each, into the pictures' files that the run has
  /// written and the folder's own: all of them, also where the process is killed meanwhile,
  /// or none. Fails as reject() and FileChanges::apply do, and with kInvalidArgument for a picture named
  /// twice or a field that the run does not ask for; all is then as it was.
  [[nodiscard]] Result<void> edit(std::span<const Edit> edits);

  /// What is kept so that runs in this folder can be undone takes so much.
  [[nodiscard]] uint64_t backup_bytes() const;
  /// Accepts all runs that are not undone: what runs in this folder have replaced is no longer kept; how many
  /// bytes that frees. Fails with kInvalidArgument where the run has not ended.
  [[nodiscard]] Result<uint64_t> forget_backups();

 private:
  class Work;
  CaptionRun(std::filesystem::path folder, FolderLock lock, std::unique_ptr<Journal> journal)
      : folder_(std::move(folder)), lock_(std::move(lock)), journal_(std::move(journal)) {}
  class DonePictures;
  void choose(const RunRow& row);
  [[nodiscard]] std::optional<KeptFile> gone_backup(const PictureRow& row);
  [[nodiscard]] PictureEdit planned_edit(const PictureRow& row, const Edit& wanted);
  [[nodiscard]] FileChanges file_changes();
  void require_model(const ModelIdentity& model);
  void settle(const RunSink& sink);
  [[nodiscard]] static CaptionRun open(const std::filesystem::path& folder, const Shard& shard, bool make);

  std::filesystem::path folder_;
  FolderLock lock_;
  std::unique_ptr<Journal> journal_;
  RunRow row_;
  Settings settings_;
};

/// Answers for some pictures of a plan, without writing anything.
[[nodiscard]] Result<void> try_pictures(const std::filesystem::path& folder, const Settings& settings,
                                        std::vector<PictureRow> rows, const Answerer& answerer,
                                        const RunSink& sink, std::stop_token stop = {});

}  // namespace lapilli::captions
