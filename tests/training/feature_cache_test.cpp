// SPDX-License-Identifier: Apache-2.0
#include "training/feature_cache.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

namespace lapilli::training {
namespace {

namespace fs = std::filesystem;

class FeatureCacheTest : public test::TemporaryFolder {
 protected:
  [[nodiscard]] FeatureCache::Options options() const {
    return {
        .path = folder() / "out/features.cache", .tower = 5, .feature_bytes = 100, .limit_bytes = 1 << 20};
  }
  static std::vector<std::byte> features(int picture) {
    std::vector<std::byte> bytes(100);
    for (size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<std::byte>(at * 7 + size_t(picture));
    return bytes;
  }
  /// What the cache has of a picture; empty where it has nothing.
  static std::vector<std::byte> kept(FeatureCache& cache, uint64_t picture) {
    std::vector<std::byte> bytes(100);
    return cache.read(picture, bytes) ? bytes : std::vector<std::byte>();
  }
  /// A cache of the pictures 1 to 3, closed.
  void fill() const {
    const auto cache = FeatureCache::open(options()).value();
    for (const int picture : {1, 2, 3}) cache->add(static_cast<uint64_t>(picture), features(picture)).value();
  }
};

TEST_F(FeatureCacheTest, GivesBackWhatItWasGivenAlsoLater) {
  fill();
  const auto cache = FeatureCache::open(options()).value();
  EXPECT_EQ(cache->size(), 3u);
  EXPECT_TRUE(cache->contains(2));
  EXPECT_FALSE(cache->contains(4));
  for (const int picture : {3, 1, 2})
    EXPECT_EQ(kept(*cache, static_cast<uint64_t>(picture)), features(picture));
  EXPECT_TRUE(kept(*cache, 4).empty());
  cache->add(4, features(4)).value();
  cache->add(4, features(9)).value();  // the first one stays
  EXPECT_EQ(kept(*cache, 4), features(4));
}

TEST_F(FeatureCacheTest, AnEntryThatWasBrokenOffIsCutAway) {
  fill();
  const uint64_t whole = fs::file_size(options().path);
  for (const uint64_t less : {1u, 50u, 101u, 115u}) {
    fs::resize_file(options().path, whole - less);
    const auto cache = FeatureCache::open(options()).value();
    EXPECT_EQ(cache->size(), 2u);
    EXPECT_TRUE(kept(*cache, 3).empty());
    cache->add(3, features(3)).value();
    EXPECT_EQ(kept(*cache, 3), features(3));
    EXPECT_EQ(fs::file_size(options().path), whole);
  }
}

TEST_F(FeatureCacheTest, ADamagedEntryIsForgotten) {
  fill();
  {
    std::fstream file(options().path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(32 + 116 + 16 + 40);  // the second entry's features
    file.put('!');
  }
  const auto cache = FeatureCache::open(options()).value();
  EXPECT_TRUE(kept(*cache, 2).empty());
  EXPECT_FALSE(cache->contains(2));
  EXPECT_EQ(kept(*cache, 3), features(3));
  cache->add(2, features(2)).value();
  EXPECT_EQ(kept(*cache, 2), features(2));
}

TEST_F(FeatureCacheTest, OtherTowersAndFilesThatAreNoneBeginAnew) {
  fill();
  FeatureCache::Options other = options();
  other.tower = 6;
  EXPECT_EQ(FeatureCache::open(other).value()->size(), 0u);
  EXPECT_EQ(FeatureCache::open(options()).value()->size(), 0u);
  for (const std::string content : {"", "x", "a file of quite another program, which is not short at all"}) {
    std::ofstream(options().path, std::ios::binary) << content;
    EXPECT_EQ(FeatureCache::open(options()).value()->size(), 0u);
  }
}

TEST_F(FeatureCacheTest, KeepsWithinItsLimit) {
  FeatureCache::Options narrow = options();
  narrow.limit_bytes = 32 + 2 * 116 + 115;
  const auto cache = FeatureCache::open(narrow).value();
  for (const int picture : {1, 2, 3}) cache->add(static_cast<uint64_t>(picture), features(picture)).value();
  EXPECT_EQ(cache->size(), 2u);
  EXPECT_LE(fs::file_size(narrow.path), narrow.limit_bytes);
  EXPECT_EQ(kept(*cache, 2), features(2));
}

TEST_F(FeatureCacheTest, PicturesAreToldApartByTheirBytes) {
  std::ofstream(folder() / "a") << "one";
  std::ofstream(folder() / "b") << "two";
  std::ofstream(folder() / "c") << "one";
  EXPECT_EQ(picture_hash(folder() / "a"), picture_hash(folder() / "c"));
  EXPECT_NE(picture_hash(folder() / "a"), picture_hash(folder() / "b"));
  EXPECT_EQ(picture_hash(folder() / "absent"), 0u);
}

}  // namespace
}  // namespace lapilli::training
