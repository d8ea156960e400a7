// SPDX-License-Identifier: Apache-2.0
#include "engine/io/safetensors.h"

#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

namespace lapilli {
namespace {

constexpr auto kWrong = ErrorCode::kInvalidArgument;

class SafetensorsWriter : public test::TemporaryFolder {
 protected:
  [[nodiscard]] std::string written() const { return read_text_file(folder() / "m", 1 << 20).value(); }
};

TEST_F(SafetensorsWriter, WritesTheGoldenBytes) {
  const std::vector<float> values = {0, 1, 2, 3, 4, 5};
  const TensorToWrite tensor = {.name = "attn.0",
                                .type = stored_type(DType::f32),
                                .shape = {1, 2, 3},
                                .data = std::as_bytes(std::span(values))};
  ASSERT_TRUE(write_safetensors(folder() / "m", std::span(&tensor, 1)));
  const std::string expected = std::string("\x40\0\0\0\0\0\0\0", 8) +
                               R"({"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}})" +
                               std::string(reinterpret_cast<const char*>(values.data()), 24);
  EXPECT_EQ(written(), expected);
  EXPECT_EQ(expected.size(), 96u);
}

TEST_F(SafetensorsWriter, OrdersByAlignmentThenNameAndPadsTheHeader) {
  const std::string data(64, '\7');
  const auto tensor = [&](const char* name, const StoredType& type, uint64_t count) {
    return TensorToWrite{
        .name = name, .type = type, .shape = {count}, .data = as_bytes(data).first(count * type.block_bytes)};
  };
  const std::vector<TensorToWrite> tensors = {
      tensor("b", stored_type(DType::f16), 3),  tensor("z", kStoredU8, 1),
      tensor("a", stored_type(DType::bf16), 1), tensor("y", kStoredI64, 1),
      tensor("c", stored_type(DType::f32), 1),  tensor("a2", stored_type(DType::f16), 1)};
  ASSERT_TRUE(write_safetensors(folder() / "m", tensors, {{"format", "pt"}}));
  const auto file = open_safetensors(folder() / "m");
  ASSERT_TRUE(file) << file.error().what();
  std::string order;
  for (const StoredTensor& read : file->tensors()) order += read.name + " ";
  EXPECT_EQ(order, "y c a a2 b z ");
  EXPECT_EQ(file->metadata().at("format"), "pt");
  EXPECT_TRUE(written().substr(8).starts_with(R"({"__metadata__":{"format":"pt"},"y")"));
  EXPECT_EQ(load<uint64_t>(as_bytes(written()).data()) % 8, 0u);
}

TEST_F(SafetensorsWriter, TakesLargeTensorsPieceByPiece) {
  const uint64_t count = 3'000'000;
  const TensorToWrite tensor = {.name = "big",
                                .type = stored_type(DType::f32),
                                .shape = {count},
                                .data = {},
                                .fill = [](uint64_t first, std::span<std::byte> to) -> Result<void> {
                                  for (size_t i = 0; i < to.size(); i += 4) {
                                    store(to.data() + i, static_cast<float>((first + i) / 4));
                                  }
                                  return {};
                                }};
  ASSERT_TRUE(write_safetensors(folder() / "m", std::span(&tensor, 1)));
  const auto file = open_safetensors(folder() / "m");
  ASSERT_TRUE(file) << file.error().what();
  std::vector<float> last(2);
  ASSERT_TRUE(copy_f32(*file->find("big"), count - 2, last));
  EXPECT_EQ(last, (std::vector<float>{count - 2.0f, count - 1.0f}));
}

TEST_F(SafetensorsWriter, RefusesWhatAReaderWould) {
  const std::string data(4, '\7');
  const TensorToWrite good = {
      .name = "a", .type = stored_type(DType::f32), .shape = {1}, .data = as_bytes(data)};
  const auto write = [&](std::vector<TensorToWrite> tensors) {
    return write_safetensors(folder() / "m", tensors);
  };
  auto changed = good;
  changed.name = "__metadata__";
  EXPECT_REFUSED(write({changed}), kWrong, "cannot be used");
  changed.name = "a\nb";
  EXPECT_REFUSED(write({changed}), kWrong, "cannot be used");
  changed.name = "a\xff";
  EXPECT_REFUSED(write({changed}), kWrong, "UTF-8");
  EXPECT_REFUSED(write({good, good}), kWrong, "given twice");
  changed = good;
  changed.shape = {2};
  EXPECT_REFUSED(write({changed}), kWrong, "has 4 bytes");
  changed = good;
  changed.type = stored_type(DType::q4_0);
  EXPECT_REFUSED(write({changed}), kWrong, "cannot hold");
  EXPECT_FALSE(std::filesystem::exists(folder() / "m"));
}

}  // namespace
}  // namespace lapilli
