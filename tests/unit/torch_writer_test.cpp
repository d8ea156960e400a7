// SPDX-License-Identifier: Apache-2.0
#include "engine/io/torch_writer.h"

#include "engine/io/output_folder.h"
#include "engine/io/torch_file.h"
#include "engine/io/zip_archive.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <fstream>
#include <numeric>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

class TorchWriter : public test::TemporaryFolder {
 protected:
  [[nodiscard]] fs::path file() const { return folder() / "weights.bin"; }
};

TensorToWrite tensor(std::string name, DType type, std::vector<uint64_t> shape, Bytes data) {
  return {.name = std::move(name), .type = stored_type(type), .shape = std::move(shape), .data = data};
}

TEST_F(TorchWriter, WhatIsWrittenIsRead) {
  std::vector<float> values(6);
  std::iota(values.begin(), values.end(), -2.5f);
  const std::vector<uint16_t> halves = {0x3c00, 0xc000, 0x7bff};
  const Bytes bytes = std::as_bytes(std::span(values));
  TensorToWrite filled = tensor("filled", DType::f32, {6}, {});
  filled.fill = [&](uint64_t first, std::span<std::byte> to) -> Result<void> {
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(first), to.size(), to.begin());
    return {};
  };
  const TensorToWrite tensors[] = {tensor("a.weight", DType::f32, {2, 3}, bytes),
                                   tensor("half", DType::f16, {3}, std::as_bytes(std::span(halves))),
                                   tensor("brain", DType::bf16, {3, 1}, std::as_bytes(std::span(halves))),
                                   tensor("scalar", DType::f32, {}, bytes.first(4)), filled};
  ASSERT_TRUE(write_torch_file(file(), tensors));
  const auto read = open_torch_file(file());
  ASSERT_TRUE(read) << read.error().what();
  ASSERT_EQ(read->tensors().size(), std::size(tensors));
  for (const TensorToWrite& expected : tensors) {
    const StoredTensor* found = read->find(expected.name);
    ASSERT_NE(found, nullptr) << expected.name;
    EXPECT_EQ(found->shape, expected.shape);
    EXPECT_EQ(found->type.dtype, expected.type.dtype);
    const Bytes wanted = expected.fill ? bytes : expected.data;
    EXPECT_TRUE(std::equal(found->data.begin(), found->data.end(), wanted.begin(), wanted.end()));
  }
}

TEST_F(TorchWriter, MembersAreAlignedAndHaveTheirChecksums) {
  const std::vector<float> values(5, 1.0f);
  const TensorToWrite tensors[] = {tensor("a", DType::f32, {5}, std::as_bytes(std::span(values))),
                                   tensor("b", DType::f32, {5}, std::as_bytes(std::span(values)))};
  ASSERT_TRUE(write_torch_file(file(), tensors));
  const MappedFile mapped = MappedFile::open(file()).value();
  const auto members = read_zip(mapped.bytes());
  ASSERT_TRUE(members) << members.error().what();
  for (const ZipMember& member : *members) {
    EXPECT_TRUE(verify_crc(member)) << member.name;
    EXPECT_EQ((member.data.data() - mapped.bytes().data()) % 64, 0) << member.name;
  }
}

TEST_F(TorchWriter, RefusesWhatItCannotHold) {
  const std::vector<float> values(2);
  const Bytes bytes = std::as_bytes(std::span(values));
  const auto refused = [&](std::vector<TensorToWrite> tensors, ErrorCode code) {
    const auto written = write_torch_file(file(), tensors);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), code);
    EXPECT_FALSE(fs::exists(file()));
  };
  refused({tensor("a", DType::q8_0, {2}, bytes)}, ErrorCode::kInvalidArgument);
  refused({tensor("a", DType::f32, {3}, bytes)}, ErrorCode::kInvalidArgument);
  refused({tensor("a", DType::f32, {2}, bytes), tensor("a", DType::f32, {2}, bytes)},
          ErrorCode::kInvalidArgument);
  TensorToWrite large = tensor("a", DType::f32, {uint64_t{1} << 30}, {});
  large.fill = [](uint64_t, std::span<std::byte>) { return Result<void>(); };
  refused({large}, ErrorCode::kUnsupported);
}

class OutputFolders : public test::TemporaryFolder {};

TEST_F(OutputFolders, AppearWholeOrNotAtAll) {
  const fs::path target = folder() / "out";
  {
    const OutputFolder output = OutputFolder::create(target, 1).value();
    std::ofstream(output.path() / "file") << "x";
  }
  EXPECT_TRUE(fs::is_empty(folder()));
  OutputFolder output = OutputFolder::create(target, 1).value();
  std::ofstream(output.path() / "file") << "x";
  ASSERT_TRUE(output.commit_folder());
  EXPECT_TRUE(fs::exists(target / "file"));
  EXPECT_EQ(OutputFolder::create(target, 1).error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(OutputFolders, FilesMoveBesideTheirTarget) {
  {
    OutputFolder output = OutputFolder::create(folder() / "a.gguf", 1).value();
    std::ofstream(output.path() / "a.gguf") << "x";
    std::ofstream(output.path() / "mmproj-a.gguf") << "x";
    ASSERT_TRUE(output.commit_files());
  }
  EXPECT_TRUE(fs::exists(folder() / "a.gguf"));
  EXPECT_TRUE(fs::exists(folder() / "mmproj-a.gguf"));
  EXPECT_FALSE(fs::exists(folder() / "a.gguf.unfinished"));
}

TEST_F(OutputFolders, FilesThatAreThereStay) {
  std::ofstream(folder() / "mmproj-a.gguf") << "kept";
  {
    OutputFolder output = OutputFolder::create(folder() / "a.gguf", 1).value();
    std::ofstream(output.path() / "a.gguf") << "x";
    std::ofstream(output.path() / "mmproj-a.gguf") << "x";
    EXPECT_EQ(output.commit_files().error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(fs::exists(folder() / "a.gguf"));
  EXPECT_EQ(fs::file_size(folder() / "mmproj-a.gguf"), 4u);
}

TEST_F(OutputFolders, ANewFileIsNeitherThereNorAFolderNorTheInput) {
  const fs::path file = folder() / "file", link = folder() / "link", dangling = folder() / "dangling";
  std::ofstream(file) << "x";
  fs::create_symlink(file, link);
  fs::create_symlink(folder() / "absent", dangling);
  const auto refusal = [](const fs::path& out, const std::vector<fs::path>& inputs = {}) {
    const auto checked = require_new_file(out, inputs);
    return checked ? std::string() : checked.error().message();
  };
  EXPECT_EQ(refusal(folder() / "new", {{}, file}), "");
  EXPECT_EQ(refusal(file), "exists already; name a new file");
  EXPECT_EQ(refusal(dangling), "exists already; name a new file");
  EXPECT_EQ(refusal(link, {folder() / "absent", file}), "is the input as well; name another file");
  EXPECT_EQ(refusal(folder()), "is a folder; name the file to write");
}

TEST_F(OutputFolders, ADiskWithoutRoomIsSeenBefore) {
  const auto output = OutputFolder::create(folder() / "out", uint64_t{1} << 62);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code(), ErrorCode::kIo);
  EXPECT_TRUE(fs::is_empty(folder()));
}

}  // namespace
}  // namespace lapilli
