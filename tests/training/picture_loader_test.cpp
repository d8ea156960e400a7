// SPDX-License-Identifier: Apache-2.0
#include "training/picture_loader.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

namespace lapilli::training {
namespace {

class PictureLoaderTest : public test::TemporaryFolder {
 protected:
  /// A picture of one grey, named by it.
  std::filesystem::path picture(uint8_t grey, uint32_t side) {
    Image image(side, side);
    std::ranges::fill(image.pixels, grey);
    const auto path = folder() / (std::to_string(grey) + ".png");
    write_png(path, image).value();
    return path;
  }
  PictureLoaderOptions options_{.preprocess = {.size = 14}, .threads = 3, .ahead = 2};
};

TEST_F(PictureLoaderTest, GivesThemInOrder) {
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < 16; ++i) paths.push_back(picture(static_cast<uint8_t>(6 * i), i % 2 == 0 ? 300 : 2));
  PictureLoader loader(options_);
  for (const auto& path : paths) loader.request(path);
  EXPECT_EQ(loader.pending(), 16u);
  for (const auto& path : paths) {
    const auto expected = preprocess(load_image(path).value().image, options_.preprocess).values;
    EXPECT_EQ(loader.next().value().pixels, expected) << path;
  }
  EXPECT_EQ(loader.pending(), 0u);
  EXPECT_THROW((void)loader.next(), Error);
}

TEST_F(PictureLoaderTest, ABadPictureStandsInItsPlace) {
  std::ofstream(folder() / "bad.png") << "no picture";
  PictureLoader loader(options_);
  loader.request(picture(1, 5));
  loader.request(folder() / "bad.png");
  loader.request(folder() / "absent.png");
  loader.request(picture(2, 5));
  EXPECT_TRUE(loader.next().ok());
  EXPECT_REFUSED(loader.next(), ErrorCode::kBadFile, "bad.png");
  EXPECT_REFUSED(loader.next(), ErrorCode::kNotFound, "absent.png");
  EXPECT_TRUE(loader.next().ok());
}

TEST_F(PictureLoaderTest, KnownPicturesAreNotDecoded) {
  std::ofstream(folder() / "bad.png") << "no picture";
  options_.hash = [](const std::filesystem::path& path) { return path.filename() == "bad.png" ? 7 : 8; };
  options_.known = [](uint64_t hash) { return hash == 7; };
  PictureLoader loader(options_);
  loader.request(folder() / "bad.png");
  loader.request(picture(1, 5));
  const LoadedPicture known = loader.next().value(), other = loader.next().value();
  EXPECT_EQ(known.hash, 7u);
  EXPECT_TRUE(known.pixels.empty());
  EXPECT_EQ(known.path, folder() / "bad.png");
  EXPECT_EQ(other.hash, 8u);
  EXPECT_FALSE(other.pixels.empty());
}

TEST_F(PictureLoaderTest, StopsWhileItWaits) {
  std::stop_source stop;
  PictureLoader loader(options_, stop.get_token());
  stop.request_stop();
  loader.request(picture(1, 5));
  EXPECT_REFUSED(loader.next(), ErrorCode::kStopped, "stopped");
}

TEST_F(PictureLoaderTest, LeavesWithWorkUndone) {
  const auto path = picture(1, 500);
  PictureLoader loader(options_);
  for (int i = 0; i < 100; ++i) loader.request(path);
}

}  // namespace
}  // namespace lapilli::training
