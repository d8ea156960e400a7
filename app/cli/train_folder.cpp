// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_folder.h"

#include "engine/base/error.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lapilli::cli {
namespace {

namespace fs = std::filesystem;

/// What a run makes in its folder, the newest checkpoints last, so that a move that is broken off leaves a
/// run that can go on.
std::vector<fs::path> parts_of_a_run(const fs::path& output) {
  std::vector<fs::path> parts;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(output, ignored)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("checkpoint-") || name.starts_with("broken-checkpoint-") || name == "tensorboard")
      parts.push_back(entry.path());
  }
  std::sort(parts.begin(), parts.end(), [](const fs::path& a, const fs::path& b) {
    const std::string left = a.filename(), right = b.filename();
    const bool is_kept[] = {left.starts_with("checkpoint-"), right.starts_with("checkpoint-")};
    if (is_kept[0] != is_kept[1]) return is_kept[1];
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  });
  return parts;
}

fs::path new_folder(const fs::path& output) {
  for (int number = 1;; ++number) {
    fs::path folder = output / ("earlier-" + std::to_string(number));
    std::error_code error;
    if (fs::create_directory(folder, error)) return folder;
    if (error) throw Error(ErrorCode::kIo, text("could not be made: ", error.message()), folder.string());
  }
}

}  // namespace

fs::path set_earlier_run_aside(const fs::path& output, const fs::path& log) {
  const std::vector<fs::path> parts = parts_of_a_run(output);
  if (parts.empty()) return {};
  const fs::path folder = new_folder(output);
  std::error_code error;
  for (const fs::path& part : parts) {
    fs::rename(part, folder / part.filename(), error);
    if (error) throw Error(ErrorCode::kIo, text("could not be moved: ", error.message()), part.string());
  }
  if (!log.empty()) fs::rename(log, folder / log.filename(), error);  // stays where it is on another disk
  return folder;
}

}  // namespace lapilli::cli
