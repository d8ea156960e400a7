// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/picture_feed.h"
#include "app/captions/run.h"

#include <chrono>
#include <deque>
#include <map>

namespace lapilli::captions {

/// Finished pictures a minute, over the last ones.
class RunSpeed {
 public:
  void finished();
  [[nodiscard]] double pictures_per_minute() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::deque<Clock::time_point> times_ = {Clock::now()};
};

/// One call of CaptionRun::process(). Throws Error.
class CaptionRun::Work {
 public:
  /// All is outlived by what it is given.
  Work(CaptionRun& run, const Answerer& answerer, const std::string& model_key, const RunSink& sink,
       std::stop_token stop);
  /// For all but caption_waiting().
  Work(CaptionRun& run, const RunSink& sink);

  /// Makes, or takes back, what was begun when the process ended.
  void complete_answered();
  void caption_waiting();
  void write_folder_files();
  void end_if_complete();

  /// Takes back what was written for a picture that set_rejected() has; where a file stays, the picture is
  /// done as it was.
  [[nodiscard]] std::optional<KeptFile> reject(const PictureRow& row);

 private:
  /// A picture whose questions are being answered.
  struct Asked {
    PictureRow row;
    Answers answers;                         // known so far, with the prompts
    std::vector<const Question*> questions;  // of the job
    std::vector<std::string> keys;           // of the cache, for the same
  };

  [[nodiscard]] std::string cache_key(const ReadyPicture& ready, const Question& question,
                                      const std::string& prompt) const;
  [[nodiscard]] std::optional<CaptionJob> next_job(PictureFeed& feed);
  [[nodiscard]] Asked ask(const ReadyPicture& ready, CaptionJob& job);
  void take_answers(uint64_t id, std::vector<Result<Answer>> answers);
  void write(const PictureRow& row, const Answers& answers, const std::map<std::string, std::string>& fresh,
             bool from_cache);
  void leave_out(const PictureRow& row);
  void apply_changes(const PictureRow& row, const Answers& answers, bool from_cache);
  void fail(const PictureRow& row, const Error& error, std::span<const FileChange> changes = {});
  void tell_progress();

  CaptionRun& run_;
  Journal& journal_;
  const Answerer& answerer_;
  const RunSink& sink_;
  std::stop_token stop_;
  FileChanges changes_;
  std::string key_;
  std::map<uint64_t, Asked> asked_;
  RunCounts counts_;
  RunSpeed speed_;
};

}  // namespace lapilli::captions
