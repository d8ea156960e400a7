// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/picture_feed.h"

#include "app/captions/outputs.h"
#include "engine/io/utf8.h"

#include <new>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

std::string day_of(const fs::path& file) {
  std::error_code error;
  const auto time = std::chrono::file_clock::to_sys(fs::last_write_time(file, error));
  if (error) return {};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char day[16];
  std::strftime(day, sizeof day, "%Y-%m-%d", &local);
  return day;
}

std::string joined(const std::vector<std::string>& tags) {
  std::string all;
  for (const std::string& tag : tags) all += text(all.empty() ? "" : ", ", tag);
  return all;
}

/// The values of one picture's placeholders; files are read when they are needed.
class PlaceholderValues {
 public:
  PlaceholderValues(const fs::path& folder, const PictureRow& row, const Image& image)
      : folder_(folder), file_(folder / row.path), row_(row), image_(image) {}

  std::string of(const std::string& name) {
    if (name == "filename") return file_.filename().string();
    if (name == "stem") return file_.stem().string();
    if (name == "folder") return file_.parent_path().filename().string();
    if (name == "width") return text(image_.width);
    if (name == "height") return text(image_.height);
    if (name == "index") return text(row_.number);
    if (name == "caption") return existing().caption;
    if (name == "tags") return joined(existing().tags);
    if (name == "date") {
      const std::string taken = metadata() ? metadata()->date() : "";
      return taken.empty() ? day_of(file_) : taken;
    }
    LAPILLI_ASSERT(name.starts_with("exif:"));
    return metadata() ? metadata()->exif(name.substr(5)) : "";
  }

 private:
  const ExistingTexts& existing() {
    if (!existing_) existing_ = existing_texts(folder_, row_.path);
    return *existing_;
  }
  /// Null for a picture without readable metadata: it then has no values.
  const PictureMetadata* metadata() {
    if (!metadata_) metadata_.emplace(PictureMetadata::read(file_));
    return *metadata_ ? &**metadata_ : nullptr;
  }

  const fs::path& folder_;
  fs::path file_;
  const PictureRow& row_;
  const Image& image_;
  std::optional<ExistingTexts> existing_;
  std::optional<Result<PictureMetadata>> metadata_;
};

}  // namespace

std::vector<std::string> fill_prompts(std::span<const PromptPattern> patterns, const fs::path& folder,
                                      const PictureRow& row, const Image& image) {
  PlaceholderValues values(folder, row, image);
  std::vector<std::string> prompts;
  for (const PromptPattern& pattern : patterns)
    prompts.push_back(to_valid_utf8(pattern.fill([&](const std::string& name) { return values.of(name); })));
  return prompts;
}

PictureFeed::PictureFeed(fs::path folder, const Settings& settings, const ModelConfig& config,
                         std::vector<PictureRow> rows, size_t ahead)
    : folder_(std::move(folder)),
      settings_(settings),
      config_(config),
      rows_(std::move(rows)),
      ahead_(ahead) {
  for (const Question& question : settings.questions)
    patterns_.push_back(PromptPattern::parse(question.prompt).value());
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

Result<ReadyPicture> PictureFeed::prepare(const PictureRow& row) const {
  try {
    auto loaded =
        load_image(folder_ / row.path, {.orientation = settings_.picture.orientation, .limits = {}});
    if (!loaded) return loaded.error();
    return ReadyPicture{row, prepare_picture(loaded->image, config_, settings_.picture),
                        fill_prompts(patterns_, folder_, row, loaded->image)};
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, "the machine has no memory for this picture");
  }
}

void PictureFeed::work(const std::stop_token& stop) {
  for (const PictureRow& row : rows_) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return ready_.size() < ahead_; })) return;
    }
    Item item{row, prepare(row)};
    const std::lock_guard lock(mutex_);
    ready_.push_back(std::move(item));
    changed_.notify_all();
  }
}

std::optional<PictureFeed::Item> PictureFeed::next() {
  std::unique_lock lock(mutex_);
  if (taken_ == rows_.size()) return std::nullopt;
  changed_.wait(lock, [&] { return !ready_.empty(); });
  Item item = std::move(ready_.front());
  ready_.pop_front();
  ++taken_;
  changed_.notify_all();
  return item;
}

}  // namespace lapilli::captions
