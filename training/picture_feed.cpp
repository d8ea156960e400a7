// SPDX-License-Identifier: Apache-2.0
#include "training/picture_feed.h"

#include "engine/runtime/picture.h"

#include <algorithm>
#include <thread>

namespace lapilli::training {
namespace {

/// Orientation is left alone, as where LLaVA was trained: the default.
PictureLoaderOptions loader_options(const ModelConfig& config, const Recipe& recipe, FeatureCache* cache) {
  PictureLoaderOptions options{.threads = std::max<size_t>(1, std::thread::hardware_concurrency() / 2),
                               .ahead = std::max<size_t>(8, 2 * recipe.batch.micro)};
  if (config.vision) options.preprocess = preprocess_options(config, {.aspect = recipe.aspect});
  if (cache != nullptr) {
    options.hash = picture_hash;
    options.known = [cache](uint64_t hash) { return cache->contains(hash); };
  }
  return options;
}

}  // namespace

PictureFeed::PictureFeed(const ModelConfig& config, const Recipe& recipe, FeatureCache* cache,
                         std::function<void(Note)> report, std::stop_token stop)
    : loader_(loader_options(config, recipe, cache), std::move(stop)),
      cache_(cache),
      report_(std::move(report)) {}

void PictureFeed::put_next(Session& session, uint32_t slot, std::stop_token stop) {
  LoadedPicture picture = loader_.next().value();
  if (cache_ == nullptr) return session.set_picture(slot, picture.pixels, stop);
  features_.resize(session.feature_bytes());
  // Also where it was decoded: another one like it may have come in between.
  if (cache_->read(picture.hash, features_)) return session.set_features(slot, features_);
  if (picture.pixels.empty()) picture.pixels = loader_.load(picture.path).value();
  session.set_picture(slot, picture.pixels, stop);
  session.read_features(slot, features_);
  if (const auto added = cache_->add(picture.hash, features_); !added && report_) {
    report_(Note{"feature_cache_full",
                 text(added.error().what(), "; further pictures are encoded each time they come")});
  }
}

}  // namespace lapilli::training
