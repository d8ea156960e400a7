// SPDX-License-Identifier: Apache-2.0
#include "engine/io/output_folder.h"

#include <utility>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

Error failed(std::string_view what, const std::error_code& error, const fs::path& path) {
  return Error(ErrorCode::kIo, text(what, ": ", error.message()), path.string());
}

}  // namespace

Result<void> require_space(const fs::path& folder, uint64_t size_bytes) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error || space.available >= size_bytes) return {};
  return Error(ErrorCode::kIo,
               text("needs ", size_bytes >> 20, " MiB, ", space.available >> 20,
                    " MiB are free on this disk; make room or write elsewhere"),
               folder.string());
}

Result<OutputFolder> OutputFolder::create(const fs::path& target, uint64_t size_bytes) {
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_empty(target, error))
    return Error(ErrorCode::kInvalidArgument, "exists already; name a new file or folder", target.string());
  OutputFolder result;
  result.target_ = fs::absolute(target).lexically_normal();
  if (result.target_.filename().empty()) result.target_ = result.target_.parent_path();
  fs::path unfinished = result.target_;
  unfinished += ".unfinished";
  fs::remove_all(unfinished, error);
  fs::create_directories(unfinished, error);
  if (error) return failed("could not be made", error, unfinished);
  result.unfinished_ = unfinished;
  if (auto space = require_space(unfinished, size_bytes); !space) return space.error();
  return result;
}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : target_(std::move(other.target_)), unfinished_(std::exchange(other.unfinished_, {})) {}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  if (!unfinished_.empty()) fs::remove_all(unfinished_, ignored);
}

Result<void> OutputFolder::commit_folder() {
  std::error_code error;
  fs::remove(target_, error);  // an empty folder
  fs::rename(unfinished_, target_, error);
  if (error) return failed("could not be renamed", error, unfinished_);
  unfinished_.clear();
  return {};
}

Result<void> OutputFolder::commit_files() {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(unfinished_, error)) files.push_back(entry.path());
  // The named file comes last, so that it never stands there without what belongs to it.
  const fs::path named = unfinished_ / target_.filename();
  std::erase(files, named);
  files.push_back(named);
  for (const fs::path& file : files) {
    fs::rename(file, target_.parent_path() / file.filename(), error);
    if (error) return failed("could not be renamed", error, file);
  }
  return {};
}

}  // namespace lapilli
