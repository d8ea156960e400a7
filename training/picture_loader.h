// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/io/preprocess.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace lapilli::training {

struct PictureLoaderOptions {
  PreprocessOptions preprocess = {};
  /// kIgnore is what LLaVA was trained with.
  OrientationPolicy orientation = OrientationPolicy::kIgnore;
  ImageLimits limits = {};
  size_t threads = 2;
  size_t ahead = 16;  ///< pictures that may be ready and not yet taken; each takes 12·size² bytes
  /// Tells a picture file's hash, and whether one of that hash need not be decoded; called by the threads
  /// that decode. Without them hashes are 0 and everything is decoded.
  std::function<uint64_t(const std::filesystem::path&)> hash = {};
  std::function<bool(uint64_t hash)> known = {};
};

/// A picture as the vision tower takes it.
struct LoadedPicture {
  std::filesystem::path path;
  uint64_t hash = 0;
  std::vector<float> pixels;  ///< [3, size, size]; empty where the hash is known
};

/// Decodes and prepares pictures on threads of its own, ahead of the one that needs them.
///
/// request and next are for one thread. Requests are kept as paths until fewer than `ahead` pictures wait;
/// results come in the order of the requests, whatever thread was quicker. A request to stop ends the work
/// and every wait. Destruction waits for the pictures being decoded at that moment.
class PictureLoader {
 public:
  /// Precondition: threads and ahead are not 0.
  explicit PictureLoader(const PictureLoaderOptions& options, std::stop_token stop = {});
  ~PictureLoader();
  PictureLoader(const PictureLoader&) = delete;
  PictureLoader& operator=(const PictureLoader&) = delete;

  /// Asks for one more picture. Never waits.
  void request(std::filesystem::path path);

  /// The oldest request not yet answered; waits for it. Fails as load does, and with kStopped. Throws
  /// kInvalidArgument when nothing is asked for.
  [[nodiscard]] Result<LoadedPicture> next();

  /// The vision tower's input [3, size, size] of a picture, decoded now. Fails as load_image does, the place
  /// being the path.
  [[nodiscard]] Result<std::vector<float>> load(const std::filesystem::path& path) const;

  /// Requests not yet answered by next.
  [[nodiscard]] size_t pending() const;

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] Result<LoadedPicture> answer(std::filesystem::path path) const;

  const PictureLoaderOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::filesystem::path> requests_;
  std::map<uint64_t, Result<LoadedPicture>> ready_;
  uint64_t first_waiting_ = 0;  // number of the front of requests_
  uint64_t taken_ = 0;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace lapilli::training
