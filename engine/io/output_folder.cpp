// SPDX-License-Identifier: Apache-2.0
#include "engine/io/output_folder.h"

#include <utility>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

Error failed(std::string_view what, const std::error_code& error, const fs::path& path) {
  return Error(ErrorCode::kIo, text(what, ": ", error.message()), path.string());
}

Error refused(std::string_view why, const fs::path& path) {
  return Error(ErrorCode::kInvalidArgument, std::string(why), path.string());
}

}  // namespace

Result<void> require_new_file(const fs::path& file, std::span<const fs::path> inputs) {
  std::error_code ignored;
  for (const fs::path& input : inputs) {
    if (fs::equivalent(input, file, ignored)) return refused("is the input as well; name another file", file);
  }
  if (fs::is_directory(file, ignored)) return refused("is a folder; name the file to write", file);
  if (fs::exists(fs::symlink_status(file, ignored))) return refused("exists already; name a new file", file);
  return {};
}

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
    return refused("exists already; name a new file or folder", target);
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
  const auto place_of = [&](const fs::path& file) { return target_.parent_path() / file.filename(); };
  for (const fs::path& file : files) {
    if (auto free = require_new_file(place_of(file)); !free) return free;
  }
  for (size_t moved = 0; moved < files.size(); ++moved) {
    fs::rename(files[moved], place_of(files[moved]), error);
    if (!error) continue;
    std::error_code ignored;
    for (size_t index = 0; index < moved; ++index) fs::remove(place_of(files[index]), ignored);
    return failed("could not be renamed", error, files[moved]);
  }
  return {};
}

}  // namespace lapilli
