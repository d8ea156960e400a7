// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/pipeline_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace lapilli::gpu {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> sample() {
  return encode_pipeline_file("driver 1", as_bytes("compiled code"));
}

TEST(GpuPipelineFile, ReturnsWhatWasPutIn) {
  const auto content = sample();
  EXPECT_EQ(as_string_view(decode_pipeline_file("driver 1", content)), "compiled code");
}

TEST(GpuPipelineFile, AnotherKeysFileIsIgnored) {
  const auto content = sample();
  EXPECT_TRUE(decode_pipeline_file("driver 2", content).empty());
  EXPECT_TRUE(decode_pipeline_file("driver 10", content).empty());
  EXPECT_NE(pipeline_file_path("f", "driver 1"), pipeline_file_path("f", "driver 2"));
}

TEST(GpuPipelineFile, EveryCutAndEveryFlippedByteIsNoticed) {
  const auto content = sample();
  for (size_t i = 0; i < content.size(); ++i) {
    EXPECT_TRUE(decode_pipeline_file("driver 1", Bytes(content).first(i)).empty()) << "cut at " << i;
    auto flipped = content;
    flipped[i] ^= std::byte{0x10};
    EXPECT_TRUE(decode_pipeline_file("driver 1", flipped).empty()) << "flipped at " << i;
  }
}

TEST(GpuPipelineFile, WritesWholeFilesAndReportsFailure) {
  const test::OwnFolder folder;
  const fs::path file = pipeline_file_path(folder.path() / "new", "driver 1");
  ASSERT_TRUE(write_pipeline_file(file, sample()));
  EXPECT_EQ(read_pipeline_file(file), sample());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() / "new"), fs::directory_iterator()), 1);

  const auto failed = write_pipeline_file(file / "below a file", sample());
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code(), ErrorCode::kIo);
  EXPECT_TRUE(read_pipeline_file(folder.path() / "absent").empty());
}

}  // namespace
}  // namespace lapilli::gpu
