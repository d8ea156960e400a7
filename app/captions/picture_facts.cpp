// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/picture_facts.h"

#include "app/captions/metadata.h"
#include "app/captions/outputs.h"
#include "engine/io/file.h"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <sys/stat.h>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

std::string local_date(std::time_t time) {
  std::tm local{};
  ::localtime_r(&time, &local);
  char result[16];
  std::strftime(result, sizeof result, "%Y-%m-%d", &local);
  return result;
}

std::optional<int> rating_beside(const fs::path& folder, const std::string& picture) {
  constexpr uint64_t kMostBytes = 16 << 20;
  const auto packet = read_text_file(folder / output_path(folder, picture, Output::kXmp), kMostBytes);
  if (!packet) return std::nullopt;
  const auto rating = rating_of_sidecar(*packet);
  return rating ? *rating : std::nullopt;
}

}  // namespace

Result<PictureFacts> facts_of(const fs::path& folder, const std::string& picture) {
  const fs::path path = folder / picture;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
    return Error(code, text("the file cannot be looked at: ", std::strerror(errno)), path.string());
  }
  if (!S_ISREG(status.st_mode)) return Error(ErrorCode::kUnsupported, "is no file", path.string());
  PictureFacts facts{.size_bytes = static_cast<uint64_t>(status.st_size)};
  std::optional<int> rating = rating_beside(folder, picture);
  if (const auto metadata = PictureMetadata::read(path)) {
    facts.date = metadata->date();
    if (!rating) rating = metadata->rating();
  }
  if (facts.date.empty()) facts.date = local_date(status.st_mtim.tv_sec);
  facts.rating = rating.value_or(0);
  return facts;
}

}  // namespace lapilli::captions
