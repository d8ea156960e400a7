// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/feature_cache.h"
#include "training/picture_loader.h"
#include "training/session.h"
#include "training/training_events.h"

#include <filesystem>
#include <stop_token>

namespace lapilli::training {

/// Brings pictures into a session's slots: decoded ahead on other threads, or, where a cache has what the
/// tower made of them, as that. Used by one thread.
class PictureFeed {
 public:
  /// `cache` may be null; it outlives this. `report` is told when the cache can't be used any more.
  PictureFeed(const ModelConfig& config, const Recipe& recipe, FeatureCache* cache,
              std::function<void(Note)> report, std::stop_token stop);

  void request(std::filesystem::path path) { loader_.request(std::move(path)); }
  /// Puts the oldest picture asked for into a slot; waits for it. Throws what reading it gives, kStopped.
  void put_next(Session& session, uint32_t slot, std::stop_token stop);

 private:
  PictureLoader loader_;
  FeatureCache* cache_;
  std::function<void(Note)> report_;
  std::vector<std::byte> features_;
};

}  // namespace lapilli::training
