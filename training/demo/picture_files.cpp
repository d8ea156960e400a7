// SPDX-License-Identifier: Apache-2.0
#include "training/demo/picture_files.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace lapilli::demo {
namespace {

constexpr uint64_t kPerFolder = 1000;

std::string padded(uint64_t number, size_t digits) {
  const std::string plain = text(number);
  return std::string(digits - std::min(digits, plain.size()), '0') + plain;
}

/// Without the flush of replace_file: thousands of small files that a second run makes again.
Result<void> write_picture(const std::filesystem::path& path, const Image& image) {
  const auto encoded = encode_png(image, PngEffort::kFast);
  if (!encoded) return encoded.error().within(path.string());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(encoded->data()), static_cast<std::streamsize>(encoded->size()));
  file.close();
  if (!file) return Error(ErrorCode::kIo, "the picture cannot be written; is the disk full?", path.string());
  return {};
}

/// Takes indices until there are none, one fails, or a stop is asked for.
class Work {
 public:
  Work(const PictureSet& set, const std::function<Image(uint64_t)>& picture, const EventSink& sink,
       const std::stop_token& stop)
      : set_(set), picture_(picture), sink_(sink), stop_(stop) {}

  void run() {
    while (!failed_.load()) {
      const uint64_t index = next_.fetch_add(1);
      if (index >= set_.count) return;
      auto written = try_result([&] { write_one(index); });
      if (!written) return fail(written.error());
    }
  }
  [[nodiscard]] Result<void> result() const { return error_ ? Result<void>(*error_) : Result<void>(); }

 private:
  void write_one(uint64_t index) {
    if (stop_.stop_requested()) throw Error(ErrorCode::kStopped, "stopped while drawing pictures");
    write_picture(set_.folder / picture_name(set_.set, index), picture_(index)).value();
    if (!sink_ || (index + 1) % 256 != 0) return;
    const std::lock_guard lock(mutex_);
    sink_(Progress{"drawing pictures", index + 1, set_.count, "pictures"});
  }
  void fail(const Error& error) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    if (!error_) error_ = error;
  }

  const PictureSet& set_;
  const std::function<Image(uint64_t)>& picture_;
  const EventSink& sink_;
  const std::stop_token& stop_;
  std::atomic<uint64_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::optional<Error> error_;
};

Result<void> make_folders(const PictureSet& pictures) {
  for (uint64_t index = 0; index < pictures.count; index += kPerFolder) {
    const auto folder = (pictures.folder / picture_name(pictures.set, index)).parent_path();
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
      return Error(ErrorCode::kIo, text("the folder cannot be made: ", error.message()), folder.string());
  }
  return {};
}

}  // namespace

std::string picture_name(std::string_view set, uint64_t index) {
  return text("images/", set, '/', padded(index / kPerFolder, 3), '/', padded(index, 6), ".png");
}

Result<void> write_pictures(const PictureSet& pictures, const std::function<Image(uint64_t)>& picture,
                            const EventSink& sink, const std::stop_token& stop) {
  if (auto made = make_folders(pictures); !made) return made;
  Work work(pictures, picture, sink, stop);
  {
    const unsigned wanted =
        pictures.num_threads == 0 ? std::thread::hardware_concurrency() : pictures.num_threads;
    std::vector<std::jthread> threads;
    for (unsigned thread = 1; thread < std::max(1u, wanted); ++thread)
      threads.emplace_back([&] { work.run(); });
    work.run();
  }
  return work.result();
}

}  // namespace lapilli::demo
