// SPDX-License-Identifier: Apache-2.0
#include "engine/io/safetensors.h"

#include "tests/support/expect_error.h"
#include "tests/support/shared_data.h"
#include "tests/support/zip_builder.h"

#include <numeric>

namespace lapilli {
namespace {

using test::little;

constexpr auto kBad = ErrorCode::kBadFile;

std::string file_of(const std::string& header, const std::string& data = {}) {
  return little(uint64_t{header.size()}) + header + data;
}

std::string one(const std::string& fields, size_t data_bytes) {
  return file_of("{\"a\":{" + fields + "}}", std::string(data_bytes, '\1'));
}

Result<SafetensorsContent> parse(const std::string& file) {
  return parse_safetensors(as_bytes(file));
}

TEST(Safetensors, ReadsTheSpecificationsExample) {
  const std::string header = R"({"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}})";
  ASSERT_EQ(header.size(), 64u);
  const std::vector<float> values = {0, 1, 2, 3, 4, 5};
  const std::string file =
      file_of(header, std::string(reinterpret_cast<const char*>(values.data()), values.size() * 4));
  ASSERT_EQ(file.size(), 96u);
  const auto content = parse(file);
  ASSERT_TRUE(content) << content.error().what();
  ASSERT_EQ(content->tensors.size(), 1u);
  const StoredTensor& tensor = content->tensors[0];
  EXPECT_EQ(tensor.name, "attn.0");
  EXPECT_EQ(tensor.type.dtype, DType::f32);
  EXPECT_EQ(tensor.shape, (std::vector<uint64_t>{1, 2, 3}));
  std::vector<float> read(6);
  ASSERT_TRUE(copy_f32(tensor, 0, read));
  EXPECT_EQ(read, values);
}

TEST(Safetensors, AcceptsScalarsEmptyTensorsPaddingAndNoTensors) {
  EXPECT_TRUE(parse(one(R"("dtype":"F64","shape":[],"data_offsets":[0,8])", 8)));
  EXPECT_TRUE(parse(one(R"("dtype":"F32","shape":[4,0],"data_offsets":[0,0])", 0)));
  EXPECT_TRUE(parse(file_of("{}")));
  EXPECT_TRUE(parse(file_of("{}      ")));
  const auto metadata = parse(file_of(R"({"__metadata__":{"format":"pt"}})"));
  ASSERT_TRUE(metadata) << metadata.error().what();
  EXPECT_EQ(metadata->metadata.at("format"), "pt");
  // Two empty tensors at the same place, and types narrower than a byte.
  EXPECT_TRUE(parse(file_of(R"({"a":{"dtype":"F4","shape":[2,3],"data_offsets":[0,3]},)"
                            R"("b":{"dtype":"F32","shape":[0],"data_offsets":[3,3]},)"
                            R"("c":{"dtype":"I64","shape":[0],"data_offsets":[3,3]}})",
                            "123")));
}

TEST(Safetensors, RefusesHeaderSizesThatDoNotFit) {
  EXPECT_REFUSED(parse(std::string(7, '\0')), kBad, "7 bytes");
  EXPECT_REFUSED(parse(""), kBad, "0 bytes");
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}}) {
    EXPECT_REFUSED(parse(little(size) + "{}"), kBad, "does not begin with '{'");
  }
  for (const uint64_t size : {uint64_t{1} << 63, ~uint64_t{0}, ~uint64_t{0} - 7, uint64_t{100'000'001}}) {
    EXPECT_REFUSED(parse(little(size) + "{}"), kBad, "header size is " + std::to_string(size));
  }
  EXPECT_REFUSED(parse(little(uint64_t{3}) + "{}"), kBad, "only 2");
  EXPECT_REFUSED(parse(file_of(" {}")), kBad, "does not begin with '{'");
}

TEST(Safetensors, RefusesHeadersThatAreNotStrictJson) {
  EXPECT_REFUSED(parse(file_of("{\"a\":")), kBad, "not valid JSON");
  EXPECT_REFUSED(parse(file_of("{\"\xe2\x82")), kBad, "not valid JSON");
  EXPECT_REFUSED(parse(file_of("{}{}")), kBad, "not valid JSON");
  EXPECT_REFUSED(parse(file_of("{\"a\":" + std::string(100000, '['))), kBad, "nested deeper");
  EXPECT_REFUSED(parse(file_of(R"({"a":{"dtype":"F32","shape":[[[1]]],"data_offsets":[0,4]}})", "1234")),
                 kBad, "nested deeper");
}

TEST(Safetensors, RefusesDuplicateKeys) {
  const std::string entry = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  EXPECT_REFUSED(parse(file_of("{" + entry + "," + entry + "}", "1")), kBad, "\"a\" appears twice");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[1],"data_offsets":[0,1],"shape":[1])", 1)), kBad,
                 "\"shape\" appears twice");
  EXPECT_REFUSED(parse(file_of(R"({"__metadata__":{},"__metadata__":{}})")), kBad, "appears twice");
}

TEST(Safetensors, ReadsIntegersExactlyOrNotAtAll) {
  for (const char* number : {"-1", "-0", "1.0", "1e0", "9223372036854775808", "18446744073709551616", "\"1\"",
                             "null", "true", "[1]"}) {
    EXPECT_REFUSED(parse(one(text(R"("dtype":"U8","shape":[)", number, R"(],"data_offsets":[0,1])"), 1)),
                   kBad, "\"shape\"");
    EXPECT_REFUSED(parse(one(text(R"("dtype":"U8","shape":[1],"data_offsets":[0,)", number, "]"), 1)), kBad,
                   "\"data_offsets\"");
  }
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[01],"data_offsets":[0,1])", 1)), kBad, "not valid JSON");
  // 2^53 + 1 is no double: it must be seen as it is.
  EXPECT_REFUSED(
      parse(one(R"("dtype":"U8","shape":[9007199254740993],"data_offsets":[0,9007199254740992])", 1)), kBad,
      "9007199254740993");
}

TEST(Safetensors, RefusesShapesWhoseBytesWrapOrDiffer) {
  const auto refused = [](const char* dtype, const char* shape, uint64_t end) {
    const std::string file =
        one(text(R"("dtype":")", dtype, R"(","shape":)", shape, R"(,"data_offsets":[0,)", end, "]"), end);
    EXPECT_REFUSED(parse(file), kBad, "\"data_offsets\" span");
  };
  refused("F32", "[4294967296,4294967296]", 0);
  refused("U8", "[9223372036854775807,2,2]", 0);
  refused("F32", "[4611686018427387904]", 0);
  refused("F32", "[4294967296,4294967296,0]", 0);
  refused("F32", "[0,4294967296,4294967296]", 0);
  refused("F32", "[2]", 4);
  refused("F32", "[2]", 12);
  refused("F32", "[0]", 4);
  refused("F4", "[3]", 2);
  refused("F6_E2M3", "[3]", 3);
}

TEST(Safetensors, RefusesOffsetsThatDoNotTileTheData) {
  const auto two = [](const char* first, const char* second, size_t bytes) {
    return file_of(text(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)", first,
                        R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)", second, "}}"),
                   std::string(bytes, '\1'));
  };
  EXPECT_TRUE(parse(two("[0,4]", "[4,8]", 8)));
  EXPECT_TRUE(parse(two("[4,8]", "[0,4]", 8)));
  EXPECT_REFUSED(parse(two("[0,4]", "[5,9]", 9)), kBad, "begins at 5, the data before it ends at 4");
  EXPECT_REFUSED(parse(two("[0,4]", "[3,7]", 7)), kBad, "begins at 3, the data before it ends at 4");
  EXPECT_REFUSED(parse(two("[0,4]", "[0,4]", 4)), kBad, "begins at 0, the data before it ends at 4");
  EXPECT_REFUSED(parse(two("[1,5]", "[5,9]", 9)), kBad, "begins at 1");
  EXPECT_REFUSED(parse(two("[0,4]", "[4,8]", 9)), kBad, "9 bytes of data, its tensors cover 8");
  EXPECT_REFUSED(parse(two("[0,4]", "[4,8]", 7)), kBad, "ends at 8, the file holds 7");
  EXPECT_REFUSED(parse(two("[0,4]", "[8,4]", 8)), kBad, "end at 4, before their begin 8");
  EXPECT_REFUSED(parse(file_of("{}", "x")), kBad, "1 bytes of data, its tensors cover 0");
}

TEST(Safetensors, RefusesEntriesOfTheWrongForm) {
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[1],"data_offsets":[0])", 1)), kBad, "two numbers");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[1],"data_offsets":[0,1,1])", 1)), kBad, "two numbers");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[1])", 1)), kBad, "has no \"data_offsets\"");
  EXPECT_REFUSED(parse(one(R"("shape":[1],"data_offsets":[0,1])", 1)), kBad, "has no \"dtype\"");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","data_offsets":[0,1])", 1)), kBad, "has no \"shape\"");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1)", 1)), kBad,
                 "unknown field \"x\"");
  EXPECT_REFUSED(parse(one(R"("dtype":"F31","shape":[1],"data_offsets":[0,1])", 1)), kBad,
                 "unknown dtype \"F31\"");
  EXPECT_REFUSED(parse(one(R"("dtype":"f32","shape":[1],"data_offsets":[0,4])", 4)), kBad, "unknown dtype");
  EXPECT_REFUSED(parse(one(R"("dtype":8,"shape":[1],"data_offsets":[0,1])", 1)), kBad, "not a string");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":1,"data_offsets":[0,1])", 1)), kBad, "not an array");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":{},"data_offsets":[0,1])", 1)), kBad, "not an array");
  EXPECT_REFUSED(parse(one(R"("dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1])", 1)), kBad,
                 "9 dimensions");
  EXPECT_REFUSED(parse(file_of(R"({"a":[]})")), kBad, "not described by an object");
  EXPECT_REFUSED(parse(file_of(R"({"__metadata__":{"a":1}})")), kBad, "not an object of strings");
  EXPECT_REFUSED(parse(file_of(R"({"__metadata__":[]})")), kBad, "not an object of strings");
}

TEST(Safetensors, RefusesUnusableNamesAndTooManyTensors) {
  const auto named = [](const std::string& name) {
    return file_of("{\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
  };
  EXPECT_TRUE(parse(named(std::string(1024, 'n'))));
  EXPECT_REFUSED(parse(named(std::string(1025, 'n'))), kBad, "1025 bytes");
  EXPECT_REFUSED(parse(named("a\\u0000b")), kBad, "without control characters");
  EXPECT_REFUSED(parse(named("a\\nb")), kBad, "without control characters");
  EXPECT_REFUSED(parse(named("")), kBad, "0 bytes");
  std::string header = "{";
  for (int i = 0; i < 65538; ++i) {
    header += text(i ? "," : "", "\"t", i, R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})");
  }
  EXPECT_REFUSED(parse(file_of(header + "}")), kBad, "65538 tensors");
}

TEST(Safetensors, ReadsRealFiles) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto stories = open_safetensors(data / "weights/stories260K-hf-gguf/hf/model.safetensors");
  ASSERT_TRUE(stories) << stories.error().what();
  const StoredTensor* embedding = stories->find("model.embed_tokens.weight");
  ASSERT_NE(embedding, nullptr);
  EXPECT_EQ(embedding->shape, (std::vector<uint64_t>{512, 64}));
  EXPECT_EQ(stories->find("absent"), nullptr);
  EXPECT_EQ(stories->metadata().at("format"), "pt");

  const auto llava = open_safetensors(data / "weights/tiny-llava/model/model.safetensors");
  ASSERT_TRUE(llava) << llava.error().what();
  uint64_t bytes = 0;
  for (const StoredTensor& tensor : llava->tensors()) {
    ASSERT_EQ(tensor.type.dtype, DType::f16) << tensor.name;
    EXPECT_EQ(first_non_finite(DType::f16, tensor.data), std::nullopt) << tensor.name;
    bytes += tensor.data.size();
  }
  EXPECT_GT(bytes, 9'000'000u);
}

}  // namespace
}  // namespace lapilli
