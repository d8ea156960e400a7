// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/journal.h"
#include "app/captions/prompt_pattern.h"
#include "app/captions/settings.h"
#include "engine/model/config.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace lapilli::captions {

/// A picture ready to be asked about, with its prompts in the order of the questions.
struct ReadyPicture {
  PictureRow row;
  Picture picture;
  std::vector<std::string> prompts;
};

/// The prompts of a picture, with what stands for the placeholders. `image` is only asked for its size.
[[nodiscard]] std::vector<std::string> fill_prompts(std::span<const PromptPattern> patterns,
                                                    const std::filesystem::path& folder,
                                                    const PictureRow& row, const Image& image);

/// Decodes and prepares pictures on a thread of its own, a few ahead of the one that takes them.
class PictureFeed {
 public:
  /// `config`: of a model with a vision encoder; it and the settings outlive the feed.
  PictureFeed(std::filesystem::path folder, const Settings& settings, const ModelConfig& config,
              std::vector<PictureRow> rows, size_t ahead);

  struct Item {
    PictureRow row;
    Result<ReadyPicture> picture;
  };
  /// The next picture, or why there is none; waits for it. Nothing after the last one.
  [[nodiscard]] std::optional<Item> next();

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] Result<ReadyPicture> prepare(const PictureRow& row) const;

  const std::filesystem::path folder_;
  const Settings& settings_;
  const ModelConfig& config_;
  const std::vector<PictureRow> rows_;
  const size_t ahead_;
  std::vector<PromptPattern> patterns_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> ready_;
  size_t taken_ = 0;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace lapilli::captions
