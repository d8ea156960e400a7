// SPDX-License-Identifier: Apache-2.0
// Every damaged or hostile header that GGUF readers have met: refused with a sentence, never a crash. Each
// case also says what the sentence must contain, so that it is refused for its own reason.
#include "tests/unit/gguf_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace lapilli {
namespace {

using test::GgufBytes;
using testing::HasSubstr;

constexpr uint64_t kMinusOne = ~uint64_t{0};
constexpr uint32_t kF32 = 0;
constexpr uint32_t kI8 = 24;
constexpr uint32_t kI64 = 27;

struct Case {
  std::string_view name;
  std::string_view message;
  std::function<void(GgufBytes&)> build;
};

const Case kCases[] = {
    // Header.
    {"EmptyFile", "magic", [](GgufBytes&) {}},
    {"ThreeBytes", "magic", [](GgufBytes& f) { f.raw("GGU"); }},
    {"BadMagic", "does not begin with GGUF", [](GgufBytes& f) { f.raw("FUGG").number(3).data(16); }},
    {"OlderFormat", "from before GGUF", [](GgufBytes& f) { f.raw("tjgg").number(3).data(16); }},
    {"Version0", "version 0", [](GgufBytes& f) { f.header(0, 0, 0); }},
    {"Version1", "version 1", [](GgufBytes& f) { f.header(0, 0, 1); }},
    {"Version4", "version 4", [](GgufBytes& f) { f.header(0, 0, 4); }},
    {"BigEndian", "big-endian", [](GgufBytes& f) { f.header(0, 0, 0x03000000); }},
    {"CutAfterVersion", "a count", [](GgufBytes& f) { f.raw("GGUF").number(3).number(0); }},
    {"TensorCountMinusOne", "18446744073709551615 tensors", [](GgufBytes& f) { f.header(kMinusOne, 0); }},
    {"EntryCountMinusOne", "18446744073709551615 metadata", [](GgufBytes& f) { f.header(0, kMinusOne); }},
    {"TensorCountAboveFile", "states 65536 tensors, only", [](GgufBytes& f) { f.header(65536, 0); }},
    {"EntryCountAboveFile", "states 65536 metadata entries, only", [](GgufBytes& f) { f.header(0, 65536); }},
    {"BothCountsAboveFile", "need at least", [](GgufBytes& f) { f.header(2, 2).data(70); }},
    {"TensorCountTimesRecordWraps", "tensors", [](GgufBytes& f) { f.header(uint64_t{1} << 59, 0).data(64); }},
    // Metadata.
    {"KeyLengthMinusOne", "a key has 18446744073709551615 bytes",
     [](GgufBytes& f) { f.header(0, 1).number(kMinusOne).data(64); }},
    {"KeyTooLong", "at most 65535",
     [](GgufBytes& f) { f.header(0, 1).key(std::string(65536, 'k'), GgufType::kU8).data(64); }},
    {"EmptyKey", "is empty", [](GgufBytes& f) { f.header(0, 1).u32("", 1).data(64); }},
    {"KeyWithNewline", "not printable", [](GgufBytes& f) { f.header(0, 1).u32("a\nb", 1).data(64); }},
    {"DuplicateKey", "key x appears twice", [](GgufBytes& f) { f.header(0, 2).u32("x", 1).u32("x", 2); }},
    {"ValueType13", "value type 13", [](GgufBytes& f) { f.header(0, 1).string("x").number(13).data(64); }},
    {"ValueTypeMinusOne", "value type 4294967295",
     [](GgufBytes& f) { f.header(0, 1).string("x").number(-1).data(64); }},
    {"Bool2", "bool 2", [](GgufBytes& f) { f.header(0, 1).key("x", GgufType::kBool).number<uint8_t>(2); }},
    {"BoolInArray", "bool 255",
     [](GgufBytes& f) {
       f.header(0, 1).key("x", GgufType::kArray).number(GgufType::kBool).number<uint64_t>(2).raw("\x01\xff");
     }},
    {"StringLengthMinusOne", "key x: offset",
     [](GgufBytes& f) { f.header(0, 1).key("x", GgufType::kString).number(kMinusOne).data(64); }},
    {"StringAbove64MiB", "at most 67108864",
     [](GgufBytes& f) {
       f.header(0, 1).key("x", GgufType::kString).number<uint64_t>((64 << 20) + 1).data(64);
     }},
    {"StringBeyondFile", "needs 65 bytes, 64 are left",
     [](GgufBytes& f) { f.header(0, 1).key("x", GgufType::kString).number<uint64_t>(65).data(64); }},
    {"ArrayOfArrays", "array of arrays",
     [](GgufBytes& f) { f.header(0, 1).key("x", GgufType::kArray).number(GgufType::kArray).data(64); }},
    {"ArrayOfUnknown", "value type 99",
     [](GgufBytes& f) { f.header(0, 1).key("x", GgufType::kArray).number(99).data(64); }},
    {"ArrayCountTimesSizeWraps", "2305843009213693953 elements",
     [](GgufBytes& f) {
       f.header(0, 1)
           .key("x", GgufType::kArray)
           .number(GgufType::kU64)
           .number((uint64_t{1} << 61) + 1)
           .data(64);
     }},
    {"ArrayAbove16Mi", "16777217 elements",
     [](GgufBytes& f) {
       f.header(0, 1)
           .key("x", GgufType::kArray)
           .number(GgufType::kU8)
           .number<uint64_t>((16 << 20) + 1)
           .data(64);
     }},
    {"ArrayBeyondFile", "needs 68 bytes, 64 are left",
     [](GgufBytes& f) {
       f.header(0, 1).key("x", GgufType::kArray).number(GgufType::kF32).number<uint64_t>(17).data(64);
     }},
    {"StringArrayBeyondFile", "has 9 strings, only 64 bytes",
     [](GgufBytes& f) {
       f.header(0, 1).key("x", GgufType::kArray).number(GgufType::kString).number<uint64_t>(9).data(64);
     }},
    {"StringInArrayMinusOne", "a string has 18446744073709551615 bytes",
     [](GgufBytes& f) {
       f.header(0, 1)
           .key("x", GgufType::kArray)
           .number(GgufType::kString)
           .number<uint64_t>(1)
           .number(kMinusOne);
     }},
    {"CutInsideValue", "needs 4 bytes, 2 are left",
     [](GgufBytes& f) { f.header(0, 1).key("x", GgufType::kF32).data(2); }},
    // Alignment.
    {"Alignment0", "is 0, a power of two", [](GgufBytes& f) { f.header(0, 1).u32("general.alignment", 0); }},
    {"Alignment13", "is 13, a power of two",
     [](GgufBytes& f) { f.header(0, 1).u32("general.alignment", 13); }},
    {"Alignment1", "is 1, a power of two", [](GgufBytes& f) { f.header(0, 1).u32("general.alignment", 1); }},
    {"Alignment2To30", "is 1073741824",
     [](GgufBytes& f) { f.header(0, 1).u32("general.alignment", 1u << 30); }},
    {"AlignmentSigned", "has type i32",
     [](GgufBytes& f) { f.header(0, 1).key("general.alignment", GgufType::kI32).number(32); }},
    {"AlignmentArray", "u32 is needed",
     [](GgufBytes& f) {
       f.header(0, 1).key("general.alignment", GgufType::kArray).number(GgufType::kU32).number<uint64_t>(0);
     }},
    // Tensor list.
    {"NameLengthMinusOne", "a tensor's name has 18446744073709551615",
     [](GgufBytes& f) { f.header(1, 0).number(kMinusOne).data(64); }},
    {"NameOf64", "has 64 bytes, at most 63",
     [](GgufBytes& f) { f.header(1, 0).tensor(std::string(64, 't'), {8}, kF32, 0).pad().data(32); }},
    {"EmptyName", "is empty", [](GgufBytes& f) { f.header(1, 0).tensor("", {8}, kF32, 0).pad().data(32); }},
    {"NameWithEscape", "not printable",
     [](GgufBytes& f) { f.header(1, 0).tensor("\x1b[2J", {8}, kF32, 0).pad().data(32); }},
    {"DuplicateName", "tensor t: offset",
     [](GgufBytes& f) {
       f.header(2, 0).tensor("t", {8}, kF32, 0).tensor("t", {8}, kF32, 32).pad().data(64);
     }},
    {"NoDimensions", "0 dimensions",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {}, kF32, 0).pad().data(32); }},
    {"FiveDimensions", "5 dimensions",
     [](GgufBytes& f) {
       f.header(1, 0).tensor("t", {1, 1, 1, 1, 1}, kF32, 0).pad().data(32);
     }},
    {"ManyDimensions", "4294967295 dimensions",
     [](GgufBytes& f) { f.header(1, 0).string("t").number(kMinusOne).data(64); }},
    {"DimensionMinusOne", "dimension 18446744073709551615",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {kMinusOne}, kF32, 0).pad().data(32); }},
    {"DimensionZero", "dimension 0",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {0}, kF32, 0).pad().data(32); }},
    {"SecondDimensionZero", "dimension 0",
     [](GgufBytes& f) {
       f.header(1, 0).tensor("t", {32, 0}, 2, 0).pad().data(32);
     }},
    {"ProductOverflow", "8589934588",
     [](GgufBytes& f) {
       const uint64_t size = 4 * uint64_t{0x7fffffff};
       f.header(1, 0).tensor("t", {size, size}, kF32, 0).pad().data(32);
     }},
    {"ProductOverflowWithinTheDimensionLimit", "exceeds 64 bits",
     [](GgufBytes& f) {
       const uint64_t size = uint64_t{1} << 31;
       f.header(1, 0).tensor("t", {size, size, size, size}, kF32, 0).pad().data(32);
     }},
    {"BytesOverflow", "exceeds 64 bits",
     [](GgufBytes& f) {
       f.header(1, 0).tensor("t", {uint64_t{1} << 31, uint64_t{1} << 30}, kI64, 0).pad().data(32);
     }},
    {"BytesBeyondFile", "has 4294967296 bytes of data, the whole file",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {uint64_t{1} << 30}, kF32, 0).pad().data(32); }},
    {"TypeCount", "type 43", [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, 43, 0).pad().data(32); }},
    {"TypeMinusOne", "type 4294967295",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, ~0u, 0).pad().data(32); }},
    {"TypeRemoved4", "removed", [](GgufBytes& f) { f.header(1, 0).tensor("t", {32}, 4, 0).pad().data(32); }},
    {"TypeRemoved33", "removed",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {32}, 33, 0).pad().data(32); }},
    {"TypeRemoved38", "removed",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {32}, 38, 0).pad().data(32); }},
    {"TypeIq2Xs", "unsupported quantisation IQ2_XS",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {256}, 17, 0).pad().data(96); }},
    {"TypeQ8K", "unsupported quantisation Q8_K",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {256}, 15, 0).pad().data(320); }},
    {"RowsNotWholeBlocks", "rows of 33 elements",
     [](GgufBytes& f) {
       f.header(1, 0).tensor("t", {33, 32}, 2, 0).pad().data(1024);
     }},
    {"TensorCutShort", "needs 8 bytes",
     [](GgufBytes& f) { f.header(1, 0).string("tensor_name_of_23_bytes").number(1); }},
    // Data.
    {"OffsetMinusOne", "not a multiple of the alignment",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, kF32, kMinusOne).pad().data(32); }},
    {"OffsetNearTheEndOfTheWorld", "18446744073709551584, 0 is expected",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, kF32, kMinusOne - 31).pad().data(32); }},
    {"OffsetNotAligned", "data offset 8, not a multiple",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, kF32, 8).pad().data(64); }},
    {"OffsetWithGap", "data offset 64, 32 is expected",
     [](GgufBytes& f) {
       f.header(2, 0).tensor("a", {8}, kF32, 0).tensor("b", {8}, kF32, 64).pad().data(96);
     }},
    {"OffsetsOverlap", "data offset 0, 32 is expected",
     [](GgufBytes& f) { f.header(2, 0).tensor("a", {8}, kF32, 0).tensor("b", {8}, kF32, 0).pad().data(96); }},
    {"OffsetIgnoresCustomAlignment", "not a multiple of the alignment 64",
     [](GgufBytes& f) {
       f.header(2, 1).u32("general.alignment", 64).tensor("a", {8}, kF32, 0).tensor("b", {8}, kF32, 32);
       f.pad(64).data(96);
     }},
    {"OneByteMissing", "cut short",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, kF32, 0).pad().data(31); }},
    {"SumOfSizesWraps", "dimension 9223372036854775744",
     [](GgufBytes& f) {
       const uint64_t size = 0x7fffffffffffffc0;
       f.header(2, 0).tensor("a", {size}, kI8, 0).tensor("b", {size}, kI8, size).pad().data(32);
     }},
    {"PaddedSumBeyondFile", "data offset 64, 0 is expected",
     [](GgufBytes& f) { f.header(1, 0).tensor("t", {8}, kF32, 64).pad().data(32); }},
};

class GgufRefusal : public testing::TestWithParam<Case> {};

TEST_P(GgufRefusal, NamesFileAndReason) {
  GgufBytes bytes;
  GetParam().build(bytes);
  const auto file = bytes.parse();
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().what(), HasSubstr(GetParam().message));
  EXPECT_THAT(file.error().place(), HasSubstr("model.gguf"));
}

std::string case_name(const testing::TestParamInfo<Case>& tested) {
  return std::string(tested.param.name);
}

INSTANTIATE_TEST_SUITE_P(All, GgufRefusal, testing::ValuesIn(kCases), case_name);

TEST(GgufAcceptance, AnEmptyFileWithoutPaddingIsAFile) {
  for (const uint32_t version : {2u, 3u}) {
    const GgufBytes bytes = GgufBytes().header(0, 0, version);
    EXPECT_TRUE(bytes.parse()) << version;
  }
}

TEST(GgufAcceptance, PaddingAfterTheLastTensorMayBeMissing) {
  const GgufBytes bytes = GgufBytes().header(1, 0).tensor("t", {3}, kF32, 0).pad().data(12);
  EXPECT_EQ(bytes.parse().value().tensors()[0].data.size(), 12u);
}

TEST(GgufAcceptance, CustomAlignmentIsFollowed) {
  GgufBytes bytes;
  bytes.header(2, 1).u32("general.alignment", 64).tensor("a", {8}, kF32, 0).tensor("b", {8}, kF32, 64);
  bytes.pad(64).data(96);
  const auto file = bytes.parse().value();
  EXPECT_EQ(file.find("b")->data.data() - bytes.bytes().data(), 128 + 64);
}

TEST(GgufAcceptance, IntegerTensorsAreListed) {
  const GgufBytes bytes = GgufBytes().header(1, 0).tensor("t", {2, 3}, kI64, 0).pad().data(48);
  const auto parsed = bytes.parse().value();
  EXPECT_EQ(parsed.tensors()[0].type.name, "i64");
  EXPECT_EQ(parsed.tensors()[0].shape, (std::vector<uint64_t>{3, 2}));
}

}  // namespace
}  // namespace lapilli
