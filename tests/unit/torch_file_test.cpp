// SPDX-License-Identifier: Apache-2.0
#include "engine/io/torch_file.h"

#include "engine/base/json.h"
#include "tests/support/expect_error.h"
#include "tests/support/pickle_builder.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

namespace pickle = test::pickle;
using test::torch_members;

constexpr auto kBad = ErrorCode::kBadFile;
constexpr auto kUnsupported = ErrorCode::kUnsupported;

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(LAPILLI_TORCH_GOLDEN) / name;
}

std::string floats(std::initializer_list<float> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(float)};
}

Result<std::vector<StoredTensor>> parse(const std::vector<test::ZipEntry>& members) {
  return parse_torch_file(as_bytes(test::build_zip(members, {.zip64_end = true})));
}

/// What PyTorch calls the type.
std::string torch_name(std::string_view type) {
  const std::map<std::string_view, std::string> names = {
      {"f32", "float32"}, {"f16", "float16"}, {"bf16", "bfloat16"}, {"f64", "float64"}, {"i64", "int64"}};
  return names.at(type);
}

class RealTorchFile : public testing::TestWithParam<std::string> {};

TEST_P(RealTorchFile, HoldsWhatPyTorchReads) {
  const auto document = parse_json(read_text_file(golden("expected.json"), 1 << 20).value()).value();
  const auto& expected = document.at(GetParam());
  const auto file = open_torch_file(golden(GetParam()));
  ASSERT_TRUE(file) << file.error().what();
  ASSERT_EQ(file->tensors().size(), expected.size());
  for (const auto& item : expected.items()) {
    const StoredTensor* tensor = file->find(item.key());
    ASSERT_NE(tensor, nullptr) << item.key();
    EXPECT_EQ(torch_name(tensor->type.name), item.value().at("type")) << item.key();
    EXPECT_EQ(tensor->shape, item.value().at("shape").get<std::vector<uint64_t>>()) << item.key();
    if (tensor->type.name == "i64") continue;
    const auto values = item.value().at("values").get<std::vector<float>>();
    std::vector<float> read(element_count(tensor->shape).value());
    const auto copied = copy_f32(*tensor, 0, read);
    ASSERT_TRUE(copied) << copied.error().what();
    EXPECT_EQ(read, values) << item.key();
    for (size_t first = 1; first < read.size(); ++first) {
      std::vector<float> part(read.size() - first);
      ASSERT_TRUE(copy_f32(*tensor, first, part));
      EXPECT_EQ(part, std::vector<float>(values.begin() + static_cast<std::ptrdiff_t>(first), values.end()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(TorchFile, RealTorchFile,
                         testing::Values("types.bin", "views.bin", "tied.bin", "parameter.bin",
                                         "nested.bin"));

TEST(TorchFile, SharesTheBytesOfTiedTensors) {
  const auto file = open_torch_file(golden("tied.bin"));
  ASSERT_TRUE(file) << file.error().what();
  EXPECT_EQ(file->find("embed")->data.data(), file->find("head")->data.data());
  EXPECT_TRUE(open_torch_file(golden("views.bin"))->find("rows")->strides.empty());
}

TEST(TorchFile, RefusesOtherThingsThatTorchSaves) {
  EXPECT_REFUSED(open_torch_file(golden("module.bin")), kBad, "torch.nn.modules.container.Sequential");
  EXPECT_REFUSED(open_torch_file(golden("list.bin")), kBad, "holds a list");
  EXPECT_REFUSED(open_torch_file(golden("absent.bin")), ErrorCode::kNotFound, "absent.bin");
}

TEST(TorchFile, ReadsAnArchiveMadeByHand) {
  const std::string archive =
      test::build_zip(torch_members(pickle::state_dict(), floats({1, 2, 3, 4, 5, 6})));
  const auto tensors = parse_torch_file(as_bytes(archive));
  ASSERT_TRUE(tensors) << tensors.error().what();
  std::vector<float> read(2);
  ASSERT_TRUE(copy_f32(tensors->at(0), 3, read));
  EXPECT_EQ(read, (std::vector<float>{4, 5}));
}

TEST(TorchFile, RefusesStoragesThatDifferFromTheirMember) {
  EXPECT_REFUSED(parse(torch_members(pickle::state_dict(), floats({1, 2, 3, 4, 5}))), kBad,
                 "data/0: holds 20 bytes, the pickle says 6 × f32");
  EXPECT_REFUSED(parse(torch_members(pickle::state_dict(), floats({1, 2, 3, 4, 5, 6, 7}))), kBad,
                 "holds 28 bytes");
  EXPECT_REFUSED(parse(torch_members(pickle::state_dict({.key = "1"}), floats({1, 2, 3, 4, 5, 6}))), kBad,
                 "data/1: the archive does not hold this storage");
  EXPECT_REFUSED(parse(torch_members(pickle::state_dict({.elements = int64_t{1} << 62}), floats({1}))), kBad,
                 "data/0");
}

TEST(TorchFile, RefusesArchivesThatAreNotOne) {
  const std::string data = floats({1, 2, 3, 4, 5, 6});
  auto members = torch_members(pickle::state_dict(), data);
  members[1].data = "big";
  EXPECT_REFUSED(parse(members), kUnsupported, "big-endian");
  members[1].data = "middle";
  EXPECT_REFUSED(parse(members), kUnsupported, "byte order");
  members = torch_members(pickle::state_dict(), data);
  members[0].crc = 7;
  EXPECT_REFUSED(parse(members), kBad, "checksum");
  members = torch_members(pickle::state_dict(), data);
  members[3].name = "other/version";
  EXPECT_REFUSED(parse(members), kBad, "not one of torch.save");
  members[3].name = "version";
  EXPECT_REFUSED(parse(members), kBad, "not one of torch.save");
  members = torch_members(pickle::state_dict(), data);
  members.push_back({.name = "archive/DATA.pkl", .data = pickle::state_dict()});
  EXPECT_REFUSED(parse(members), kBad, "listed twice");
  members.back().name = "archive/code/model.py";
  EXPECT_REFUSED(parse(members), kUnsupported, "TorchScript");
  members.back().name = "archive/constants.pkl";
  EXPECT_REFUSED(parse(members), kUnsupported, "TorchScript");
  members = torch_members(pickle::state_dict(), data);
  members[0].name = "archive/data.txt";
  EXPECT_REFUSED(parse(members), kBad, "data.pkl");
  EXPECT_REFUSED(parse({}), kBad, "empty zip");
}

}  // namespace
}  // namespace lapilli
