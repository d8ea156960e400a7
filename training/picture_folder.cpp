// SPDX-License-Identifier: Apache-2.0
#include "training/picture_folder.h"

#include "engine/io/file.h"
#include "engine/io/utf8.h"
#include "training/text_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lapilli::training {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kTextLimitBytes = uint64_t{1} << 20;

bool is_picture(const fs::path& path) {
  constexpr std::array<std::string_view, 13> kExtensions = {".jpg",  ".jpeg", ".png",  ".gif",  ".bmp",
                                                            ".webp", ".tif",  ".tiff", ".heic", ".heif",
                                                            ".avif", ".jxl",  ".jfif"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

}  // namespace

Result<std::vector<std::string>> pictures_below(const fs::path& folder) {
  std::vector<std::string> pictures;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && is_picture(at->path())) {
      pictures.push_back(at->path().lexically_relative(folder).string());
    }
  }
  if (error)
    return Error(ErrorCode::kIo, text("the folder can't be read: ", error.message()), folder.string());
  std::ranges::sort(pictures);
  return pictures;
}

RecordReading read_picture_with_text(const fs::path& folder, const std::string& picture,
                                     std::string_view question) {
  const fs::path image = folder / picture;
  const fs::path sidecar = fs::path(image).replace_extension(".txt");
  RecordReading reading;
  reading.record = {.id = fs::path(picture).replace_extension().string(),
                    .images = {image},
                    .file = sidecar.string(),
                    .line = 1};
  const Result<std::string> answer = read_text_file(sidecar, kTextLimitBytes);
  if (!answer) {
    reading.problems.push_back(
        answer.error().code() == ErrorCode::kNotFound
            ? text(image.string(), " has no text beside it: expected ", sidecar.string())
            : answer.error().message());
    return reading;
  }
  reading.record.turns = {{Speaker::kHuman, "human", text("<image>\n", question)},
                          {Speaker::kModel, "gpt", std::string(strip(to_valid_utf8(*answer)))}};
  return reading;
}

}  // namespace lapilli::training
