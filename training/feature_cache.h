// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/runtime/loaded_model.h"
#include "training/recipe.h"

#include <filesystem>
#include <mutex>
#include <unordered_map>

namespace lapilli::training {

/// A hash of all that features depend on besides the picture: the tower's weights and shape, how pictures are
/// made square and normalised, the type that is computed with. Reads the tower's weights once. Precondition:
/// model.config.vision.
[[nodiscard]] uint64_t tower_hash(const LoadedModel& model, const Recipe& recipe);

/// A hash of a picture file's bytes; 0 where they can't be read.
[[nodiscard]] uint64_t picture_hash(const std::filesystem::path& path);

/// What a frozen tower made of pictures, in a file that grows by one entry a picture, up to a limit; then it
/// stays as it is. An entry has a checksum; one that was broken off is cut away when the file is opened, and
/// a file of another tower, type or size is begun anew. Safe to use from several threads.
class FeatureCache {
 public:
  struct Options {
    std::filesystem::path path;
    uint64_t tower = 0;          ///< tower_hash
    uint64_t feature_bytes = 0;  ///< of one picture
    uint64_t limit_bytes = 0;    ///< of the file
  };
  /// Opens or makes the file. Fails with kIo.
  [[nodiscard]] static Result<std::unique_ptr<FeatureCache>> open(const Options& options);
  FeatureCache(const FeatureCache&) = delete;
  FeatureCache& operator=(const FeatureCache&) = delete;
  ~FeatureCache();

  [[nodiscard]] bool contains(uint64_t picture) const;
  /// False where there is no entry, or a damaged one, which is then forgotten.
  [[nodiscard]] bool read(uint64_t picture, std::span<std::byte> to);
  /// Keeps a picture's features, where there is room and it is not kept yet. Fails with kIo (disk full and
  /// the like); the file then grows no more, what it has stays usable.
  [[nodiscard]] Result<void> add(uint64_t picture, Bytes features);

  [[nodiscard]] size_t size() const;

 private:
  explicit FeatureCache(Options options) : options_(std::move(options)) {}
  [[nodiscard]] Result<void> open_file();
  [[nodiscard]] Result<void> begin_anew();
  [[nodiscard]] Result<void> read_index(uint64_t size_bytes);
  [[nodiscard]] uint64_t entry_bytes() const { return kEntryHeaderBytes + options_.feature_bytes; }
  [[nodiscard]] Error failed(const char* what) const;

  static constexpr uint64_t kEntryHeaderBytes = 16;  // picture, checksum

  const Options options_;
  mutable std::mutex mutex_;
  int descriptor_ = -1;
  uint64_t end_ = 0;
  bool full_ = false;
  std::unordered_map<uint64_t, uint64_t> offsets_;  // of entries by picture
};

}  // namespace lapilli::training
