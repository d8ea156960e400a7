// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf.h"

#include "tests/support/temporary_folder.h"
#include "tests/unit/gguf_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

namespace lapilli {
namespace {

namespace fs = std::filesystem;
using test::GgufBytes;
using testing::ElementsAre;
using testing::HasSubstr;

class GgufFiles : public test::TemporaryFolder {
 protected:
  fs::path put(const std::string& name, const GgufBytes& bytes) const {
    replace_file(folder() / name, bytes.bytes()).value();
    return folder() / name;
  }
};

/// The 192 bytes of the format's worked example: two keys, one f32 tensor ne {3, 2} = 0 … 5.
GgufBytes golden() {
  GgufBytes f;
  f.raw(std::string_view("GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0", 24));
  f.raw(std::string_view("\x14\0\0\0\0\0\0\0general.architecture\x08\0\0\0\x05\0\0\0\0\0\0\0llama", 45));
  f.raw(std::string_view("\x03\0\0\0\0\0\0\0x.a\x09\0\0\0\x06\0\0\0\x02\0\0\0\0\0\0\0", 27));
  f.raw(std::string_view("\0\0\x80\x3f\0\0\0\xc0", 8));
  f.raw(std::string_view("\x01\0\0\0\0\0\0\0t\x02\0\0\0\x03\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0", 29));
  f.raw(std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12)).pad();
  for (int i = 0; i < 6; ++i) f.number(static_cast<float>(i));
  return f.pad();
}

TEST_F(GgufFiles, TheGoldenFileIsRead) {
  ASSERT_EQ(golden().content().size(), 192u);
  const auto file = GgufFile::open(put("golden.gguf", golden())).value();
  EXPECT_EQ(file.metadata().get_string("general.architecture").value(), "llama");
  EXPECT_THAT(file.metadata().get_f32s("x.a", 2).value(), ElementsAre(1.0f, -2.0f));
  ASSERT_EQ(file.tensors().size(), 1u);
  const StoredTensor& tensor = file.tensors()[0];
  EXPECT_EQ(tensor.name, "t");
  EXPECT_EQ(tensor.type.dtype, DType::f32);
  EXPECT_THAT(tensor.shape, ElementsAre(2u, 3u));
  std::array<float, 4> values{};
  ASSERT_TRUE(copy_f32(tensor, 2, values));
  EXPECT_THAT(values, ElementsAre(2.0f, 3.0f, 4.0f, 5.0f));
}

TEST_F(GgufFiles, TheGoldenFileIsWritten) {
  GgufMetadata metadata;
  metadata.set_string("general.architecture", "llama");
  metadata.set_f32s("x.a", std::array{1.0f, -2.0f});
  const std::array tensors = {GgufTensor{"t", DType::f32, {2, 3}}};
  const std::array<float, 6> values = {0, 1, 2, 3, 4, 5};
  ASSERT_TRUE(write_gguf(folder() / "out.gguf", metadata, tensors, [&](size_t, const GgufSink& sink) {
    sink(std::as_bytes(std::span(values).first(1))).value();
    return sink(std::as_bytes(std::span(values).subspan(1)));
  }));
  EXPECT_EQ(read_text_file(folder() / "out.gguf", 1000).value(), golden().content());
}

Result<void> no_data(size_t, const GgufSink&) {
  return {};
}

TEST_F(GgufFiles, EveryValueTypeSurvivesARoundTrip) {
  GgufMetadata metadata;
  constexpr GgufType kNumbers[] = {GgufType::kU8,  GgufType::kI8,  GgufType::kU16, GgufType::kI16,
                                   GgufType::kU32, GgufType::kI32, GgufType::kF32, GgufType::kU64,
                                   GgufType::kI64, GgufType::kF64};
  for (const GgufType type : kNumbers) {
    GgufValue value{.type = type, .is_array = false, .numbers = {}, .strings = {}};
    value.numbers.assign(stored_size(type), std::byte{0x41});
    metadata.set(text("scalar.", to_string(type)), value);
    value.is_array = true;
    value.numbers.assign(3 * stored_size(type), std::byte{0xf2});
    metadata.set(text("array.", to_string(type)), value);
  }
  metadata.set_bool("scalar.bool", true);
  metadata.set_string("scalar.string", std::string("\xff\0▁", 5));
  metadata.set_strings("array.string", {"", "a", "▁b"});
  metadata.set_f32s("array.empty", {});
  ASSERT_TRUE(write_gguf(folder() / "a.gguf", metadata, {}, no_data));
  const auto file = GgufFile::open(folder() / "a.gguf").value();
  ASSERT_EQ(file.metadata().entries().size(), metadata.entries().size());
  for (size_t i = 0; i < metadata.entries().size(); ++i) {
    const auto& [key, value] = metadata.entries()[i];
    const auto& [read_key, read_value] = file.metadata().entries()[i];
    EXPECT_EQ(read_key, key);
    EXPECT_EQ(read_value.type, value.type) << key;
    EXPECT_EQ(read_value.is_array, value.is_array) << key;
    EXPECT_EQ(read_value.numbers, value.numbers) << key;
    EXPECT_EQ(read_value.strings, value.strings) << key;
  }
}

TEST_F(GgufFiles, WriterRefusesWhatAReaderWould) {
  const auto refusal = [&](const GgufMetadata& metadata, std::vector<GgufTensor> tensors) -> std::string {
    const auto result = write_gguf(folder() / "a.gguf", metadata, tensors, no_data);
    return result ? "" : result.error().what();
  };
  GgufMetadata odd;
  odd.set_u32("general.alignment", 13);
  EXPECT_THAT(refusal(odd, {}), HasSubstr("is 13"));
  GgufMetadata empty_key;
  empty_key.set_u32("", 1);
  EXPECT_THAT(refusal(empty_key, {}), HasSubstr("key \"\""));
  EXPECT_THAT(refusal({}, {{std::string(64, 'x'), DType::f32, {1}}}), HasSubstr("63"));
  EXPECT_THAT(refusal({}, {{"a", DType::f32, {}}}), HasSubstr("shape []"));
  EXPECT_THAT(refusal({}, {{"a", DType::f32, {1, 1, 1, 1, 1}}}), HasSubstr("shape"));
  EXPECT_THAT(refusal({}, {{"a", DType::f32, {0}}}), HasSubstr("shape [0]"));
  EXPECT_THAT(refusal({}, {{"a", DType::q4_k, {256, 128}}}), HasSubstr("q4_k"));
  EXPECT_THAT(refusal({}, {{"a", DType::f32, {1}}, {"a", DType::f32, {1}}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({}, {{"a", DType::f32, {1}}}), HasSubstr("got 0 bytes, fewer than its 4"));
  EXPECT_TRUE(fs::is_empty(folder()));
}

TEST_F(GgufFiles, ASourceThatFailsLeavesTheOldFile) {
  ASSERT_TRUE(replace_file(folder() / "a.gguf", as_bytes("old")));
  const std::array tensors = {GgufTensor{"t", DType::f32, {1}}};
  const std::array<std::byte, 5> five{};
  const auto too_many =
      write_gguf(folder() / "a.gguf", {}, tensors, [&](size_t, const GgufSink& sink) { return sink(five); });
  EXPECT_THAT(too_many.error().what(), HasSubstr("got 5 bytes, more than its 4"));
  const auto failed = write_gguf(
      folder() / "a.gguf", {}, tensors,
      [](size_t, const GgufSink&) -> Result<void> { return Error(ErrorCode::kStopped, "stopped"); });
  EXPECT_EQ(failed.error().code(), ErrorCode::kStopped);
  EXPECT_EQ(read_text_file(folder() / "a.gguf", 10).value(), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()), 1);
}

GgufBytes split_part(uint16_t part, uint16_t count, std::string_view tensor, int32_t total = 3) {
  GgufBytes f;
  f.header(1, 3).u16("split.no", part).u16("split.count", count);
  f.key("split.tensors.count", GgufType::kI32).number(total);
  return f.tensor(tensor, {2}, 0, 0).pad().number(static_cast<float>(part)).number(7.0f);
}

class GgufSplit : public GgufFiles {
 protected:
  void SetUp() override {
    put("m-00001-of-00003.gguf", split_part(0, 3, "a"));
    put("m-00002-of-00003.gguf", split_part(1, 3, "b"));
    put("m-00003-of-00003.gguf", split_part(2, 3, "c"));
  }
  [[nodiscard]] std::string refusal(const std::string& name = "m-00001-of-00003.gguf") const {
    const auto file = GgufFile::open(folder() / name);
    return file ? "" : file.error().what();
  }
};

TEST_F(GgufSplit, AnyPartOpensAllInOrder) {
  for (const char* name : {"m-00001-of-00003.gguf", "m-00003-of-00003.gguf"}) {
    const auto file = GgufFile::open(folder() / name).value();
    ASSERT_EQ(file.tensors().size(), 3u);
    EXPECT_EQ(file.metadata().get_u32("split.no").value(), 0u);
    std::array<float, 2> values{};
    ASSERT_TRUE(copy_f32(*file.find("c"), 0, values));
    EXPECT_THAT(values, ElementsAre(2.0f, 7.0f));
  }
}

TEST_F(GgufSplit, OnlyNumbersMakeAPart) {
  for (const char* name :
       {"m-00002-of-00003.gguf", "a/best-of-both-00003-of-00003.gguf", "-00010-of-00012.gguf"})
    EXPECT_TRUE(is_later_part(name)) << name;
  for (const char* name :
       {"m-00001-of-00003.gguf", "best-of-both.gguf", "mmproj-best-of-all.gguf", "m-00002-of-00003.bin",
        "m-2-of-3.gguf", "m-00002-of-00003", "m-   +2-of-00003.gguf", "00002-of-00003.gguf", ""})
    EXPECT_FALSE(is_later_part(name)) << name;
}

TEST_F(GgufSplit, MissingPartIsNamed) {
  fs::remove(folder() / "m-00002-of-00003.gguf");
  EXPECT_THAT(refusal(), HasSubstr("m-00002-of-00003.gguf: cannot open"));
}

TEST_F(GgufSplit, NameThatDoesNotSayThePartIsRefused) {
  fs::rename(folder() / "m-00001-of-00003.gguf", folder() / "model.gguf");
  EXPECT_THAT(refusal("model.gguf"), HasSubstr("must end in -00001-of-00003.gguf"));
}

TEST_F(GgufSplit, PartsThatDisagreeAreRefused) {
  put("m-00002-of-00003.gguf", split_part(2, 3, "b"));
  EXPECT_THAT(refusal(), HasSubstr("part 3 of 3 by its metadata, part 2 of 3 by its name"));
  put("m-00002-of-00003.gguf", split_part(1, 4, "b"));
  EXPECT_THAT(refusal(), HasSubstr("part 2 of 4 by its metadata"));
  put("m-00002-of-00003.gguf", split_part(1, 3, "a"));
  EXPECT_THAT(refusal(), HasSubstr("tensor a appears in two parts"));
  put("m-00002-of-00003.gguf", split_part(1, 3, "b"));
  put("m-00001-of-00003.gguf", split_part(0, 3, "a", 4));
  EXPECT_THAT(refusal(), HasSubstr("states 4 tensors in all parts, they have 3"));
}

TEST_F(GgufFiles, AFileCutWhileOpenIsAnErrorWhenCopied) {
  const auto path = put("a.gguf", golden());
  const auto file = GgufFile::open(path).value();
  fs::resize_file(path, 170);
  std::array<float, 6> values{};
  EXPECT_EQ(copy_f32(file.tensors()[0], 0, values).error().code(), ErrorCode::kIo);
}

TEST_F(GgufFiles, PartialBlocksAreNotConverted) {
  const GgufBytes bytes = GgufBytes().header(1, 0).tensor("t", {64}, 2, 0).pad().data(36);
  const auto file = bytes.parse().value();
  std::array<float, 32> values{};
  EXPECT_TRUE(copy_f32(file.tensors()[0], 32, values));
  EXPECT_EQ(copy_f32(file.tensors()[0], 0, std::span(values).first(31)).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(copy_f32(file.tensors()[0], 16, values).error().code(), ErrorCode::kInvalidArgument);
}

TEST(GgufMetadata, AnyIntegerTypeOfSufficientRangeServes) {
  GgufMetadata metadata("m.gguf");
  const auto put = [&](std::string key, GgufType type, auto number) {
    GgufValue value{.type = type, .is_array = false, .numbers = {}, .strings = {}};
    value.numbers.resize(sizeof number);
    store(value.numbers.data(), number);
    metadata.set(std::move(key), value);
  };
  put("u8", GgufType::kU8, uint8_t{200});
  put("i16", GgufType::kI16, int16_t{300});
  put("u64", GgufType::kU64, uint64_t{4294967295});
  put("too_large", GgufType::kU64, uint64_t{4294967296});
  put("negative", GgufType::kI32, int32_t{-1});
  put("f64", GgufType::kF64, 0.5);
  put("infinite", GgufType::kF32, std::numeric_limits<float>::infinity());
  put("beyond_f32", GgufType::kF64, 1e300);
  EXPECT_EQ(metadata.get_u32("u8").value(), 200u);
  EXPECT_EQ(metadata.get_u32("i16").value(), 300u);
  EXPECT_EQ(metadata.get_u32("u64").value(), 4294967295u);
  EXPECT_EQ(metadata.get_f32("f64").value(), 0.5f);
  for (const char* key : {"too_large", "negative", "f64"}) EXPECT_FALSE(metadata.get_u32(key)) << key;
  for (const char* key : {"u8", "infinite", "beyond_f32"}) EXPECT_FALSE(metadata.get_f32(key)) << key;
  EXPECT_FALSE(metadata.get_bool("u8"));
  EXPECT_STREQ(metadata.get_u32("negative").error().what(),
               "m.gguf: key negative: is the i32 -1, an integer from 0 to 4294967295 is needed");
}

TEST(GgufMetadata, FallbackServesForMissingKeysOnly) {
  GgufMetadata metadata("m.gguf");
  metadata.set_string("a", "text");
  EXPECT_EQ(metadata.get_u32("b", 7).value(), 7u);
  EXPECT_EQ(metadata.get_f32("b", 0.5f).value(), 0.5f);
  EXPECT_EQ(metadata.get_bool("b", true).value(), true);
  EXPECT_EQ(metadata.get_string("b", "x").value(), "x");
  EXPECT_EQ(metadata.get_u32("a", 7).error().message(),
            "is the string \"text\", an integer from 0 to 4294967295 is needed");
  EXPECT_EQ(metadata.get_string("b").error().message(), "is missing, a string is needed");
}

TEST(GgufMetadata, ArraysAreCheckedForTypeAndLength) {
  GgufMetadata metadata("m.gguf");
  metadata.set_f32s("mean", std::array{0.5f, 0.25f});
  metadata.set_i32s("types", std::array{1, -1});
  metadata.set_strings("tokens", {"a", "b"});
  EXPECT_THAT(metadata.get_f32s("mean").value(), ElementsAre(0.5f, 0.25f));
  EXPECT_EQ(metadata.get_f32s("mean", 3).error().message(), "has 2 elements, 3 are needed");
  EXPECT_FALSE(metadata.get_f32s("types"));
  EXPECT_FALSE(metadata.get_f32s("tokens"));
  EXPECT_THAT(metadata.get_i32s("types").value(), ElementsAre(1, -1));
  EXPECT_FALSE(metadata.get_u32s("types"));
  EXPECT_FALSE(metadata.get_i32s("mean"));
  EXPECT_THAT(metadata.get_strings("tokens", 2).value(), ElementsAre("a", "b"));
  EXPECT_FALSE(metadata.get_strings("tokens", 3));
  EXPECT_FALSE(metadata.get_strings("mean"));
  EXPECT_FALSE(metadata.get_string("tokens"));
  EXPECT_FALSE(metadata.get_f32("mean"));
}

TEST(GgufMetadata, SettingAKeyAgainMovesItToTheEnd) {
  GgufMetadata metadata;
  metadata.set_u32("a", 1);
  metadata.set_u32("b", 2);
  metadata.set_u32("a", 3);
  ASSERT_EQ(metadata.entries().size(), 2u);
  EXPECT_EQ(metadata.entries()[0].key, "b");
  EXPECT_EQ(metadata.get_u32("a").value(), 3u);
  metadata.erase("b");
  EXPECT_FALSE(metadata.contains("b"));
  EXPECT_EQ(metadata.get_u32("a").value(), 3u);
}

}  // namespace
}  // namespace lapilli
