// SPDX-License-Identifier: Apache-2.0
#include "training/picture_loader.h"

#include <new>

namespace lapilli::training {

PictureLoader::PictureLoader(const PictureLoaderOptions& options, std::stop_token stop)
    : options_(options), forward_stop_(std::move(stop), [this] { stop_.request_stop(); }) {
  LAPILLI_ASSERT(options.threads > 0 && options.ahead > 0);
  for (size_t i = 0; i < options.threads; ++i) {
    threads_.emplace_back([this] { work(stop_.get_token()); });
  }
}

PictureLoader::~PictureLoader() {
  stop_.request_stop();
}

void PictureLoader::request(std::filesystem::path path) {
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(std::move(path));
  }
  changed_.notify_all();
}

Result<LoadedPicture> PictureLoader::next() {
  std::unique_lock lock(mutex_);
  if (taken_ == first_waiting_ + requests_.size()) {
    throw Error(ErrorCode::kInvalidArgument, "no picture was asked for");
  }
  changed_.wait(lock, stop_.get_token(), [&] { return ready_.contains(taken_); });
  if (stop_.stop_requested()) return Error(ErrorCode::kStopped, "stopped while pictures were read");
  auto picture = ready_.extract(taken_++);
  lock.unlock();
  changed_.notify_all();
  return std::move(picture.mapped());
}

size_t PictureLoader::pending() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<size_t>(first_waiting_ - taken_) + requests_.size();
}

void PictureLoader::work(const std::stop_token& stop) {
  const auto may_start = [&] { return !requests_.empty() && first_waiting_ < taken_ + options_.ahead; };
  for (;;) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, may_start) || stop.stop_requested()) return;
    const uint64_t number = first_waiting_++;
    std::filesystem::path path = std::move(requests_.front());
    requests_.pop_front();
    lock.unlock();
    Result<LoadedPicture> picture = answer(std::move(path));
    lock.lock();
    ready_.emplace(number, std::move(picture));
    lock.unlock();
    changed_.notify_all();
  }
}

Result<LoadedPicture> PictureLoader::answer(std::filesystem::path path) const {
  LoadedPicture picture{.path = std::move(path), .hash = 0, .pixels = {}};
  if (options_.hash) picture.hash = options_.hash(picture.path);
  if (options_.known && options_.known(picture.hash)) return picture;
  auto pixels = load(picture.path);
  if (!pixels) return pixels.error();
  picture.pixels = std::move(*pixels);
  return picture;
}

Result<std::vector<float>> PictureLoader::load(const std::filesystem::path& path) const {
  try {
    const Result<LoadedImage> loaded =
        load_image(path, {.orientation = options_.orientation, .limits = options_.limits});
    if (!loaded) return loaded.error();
    return preprocess(loaded->image, options_.preprocess).values;
  } catch (const Error& error) {
    return error.within(path.string());
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, "not enough memory for the picture", path.string());
  }
}

}  // namespace lapilli::training
