// SPDX-License-Identifier: Apache-2.0
#include "engine/io/weight_folder.h"

#include "engine/io/safetensors.h"
#include "engine/io/shard_index.h"
#include "tests/support/expect_error.h"
#include "tests/support/pickle_builder.h"
#include "tests/support/temporary_folder.h"

namespace lapilli {
namespace {

constexpr auto kBad = ErrorCode::kBadFile;

TEST(ShardIndex, ReadsBothKindsAndIgnoresTheAdvisorySize) {
  for (const char* size : {"17", "1.5e10", "\"stale\""}) {
    const auto index = parse_shard_index(text(R"({"metadata":{"total_size":)", size,
                                              R"(},"weight_map":{"a":"2.bin","b":"1.bin","c":"2.bin"}})"));
    ASSERT_TRUE(index) << index.error().what();
    EXPECT_EQ(index->files, (std::vector<std::string>{"1.bin", "2.bin"}));
    EXPECT_EQ(index->file_of.at("b"), "1.bin");
  }
}

TEST(ShardIndex, RefusesFileNamesThatAreMoreThanAName) {
  for (const char* name : {"../x", "a/b", "/etc/passwd", "a\\\\b", "C:x", "..", ".", "", "a\\u0000b", "con",
                           "NUL.bin", "com1", "Lpt9.txt"}) {
    EXPECT_REFUSED(parse_shard_index(text(R"({"weight_map":{"a":")", name, "\"}}")), kBad, "plain file name");
  }
  EXPECT_TRUE(is_plain_file_name("model-00001-of-00003.safetensors"));
  EXPECT_TRUE(is_plain_file_name("console.bin"));
  EXPECT_FALSE(is_plain_file_name(std::string(256, 'a')));
}

TEST(ShardIndex, RefusesOtherForms) {
  EXPECT_REFUSED(parse_shard_index(""), kBad, "not valid JSON");
  EXPECT_REFUSED(parse_shard_index("[]"), kBad, "weight_map");
  EXPECT_REFUSED(parse_shard_index("{}"), kBad, "weight_map");
  EXPECT_REFUSED(parse_shard_index(R"({"weight_map":[]})"), kBad, "weight_map");
  EXPECT_REFUSED(parse_shard_index(R"({"weight_map":{}})"), kBad, "lists 0 tensors");
  EXPECT_REFUSED(parse_shard_index(R"({"weight_map":{"a":1}})"), kBad, "names the file 1");
  EXPECT_REFUSED(parse_shard_index(R"({"weight_map":{"a":"x","a":"y"}})"), kBad, "appears twice");
  EXPECT_REFUSED(parse_shard_index(R"({"weight_map":{"a\n":"x"}})"), kBad, "control characters");
  EXPECT_REFUSED(parse_shard_index(std::string(100000, '[')), kBad, "nested deeper");
}

class WeightFolder : public test::TemporaryFolder {
 protected:
  void write(const std::string& name, const std::string& content) const {
    ASSERT_TRUE(replace_file(folder() / name, as_bytes(content)));
  }
  void write_tensors(const std::string& name, const std::vector<std::string>& tensors) const {
    const std::vector<float> value = {1};
    std::vector<TensorToWrite> list;
    for (const std::string& tensor : tensors) {
      list.push_back({.name = tensor,
                      .type = stored_type(DType::f32),
                      .shape = {1},
                      .data = std::as_bytes(std::span(value))});
    }
    ASSERT_TRUE(write_safetensors(folder() / name, list));
  }
  void write_torch(const std::string& name) const {
    write(name, test::build_zip(test::torch_members(test::pickle::state_dict(), std::string(24, '\0'))));
  }
  [[nodiscard]] Result<WeightSet> open() const { return open_weight_folder(folder()); }
};

constexpr const char* kIndex = "model.safetensors.index.json";

TEST_F(WeightFolder, JoinsShardsAlsoThroughLinks) {
  write(kIndex, R"({"weight_map":{"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors"}})");
  write_tensors("1.safetensors", {"a", "b"});
  write_tensors("blob", {"c"});
  std::filesystem::create_symlink("blob", folder() / "2.safetensors");
  const auto set = open();
  ASSERT_TRUE(set) << set.error().what();
  EXPECT_EQ(set->size(), 3u);
  EXPECT_EQ(set->find("c")->file, (folder() / "2.safetensors").string());
  EXPECT_EQ(set->find("d"), nullptr);
  std::filesystem::remove(folder() / "blob");
  EXPECT_REFUSED(open(), ErrorCode::kNotFound, "2.safetensors: is a link to blob, which is not there");
}

TEST_F(WeightFolder, RefusesShardsThatDifferFromTheIndex) {
  write(kIndex, R"({"weight_map":{"a":"1","b":"2"}})");
  write_tensors("1", {"a"});
  EXPECT_REFUSED(open(), ErrorCode::kNotFound, "is one of the 2 files listed");
  write_tensors("2", {"c"});
  EXPECT_REFUSED(open(), kBad, "holds the tensor \"c\", which the index does not list");
  write_tensors("2", {"a", "b"});
  EXPECT_REFUSED(open(), kBad, "holds the tensor \"a\", which the index places in 1");
  write_tensors("2", {});
  EXPECT_REFUSED(open(), kBad, "does not hold the tensor \"b\"");
  write_tensors("2", {"b"});
  EXPECT_TRUE(open());
}

TEST_F(WeightFolder, PrefersSafetensorsAndNeverOpensOtherFiles) {
  write("training_args.bin", "not weights");
  EXPECT_REFUSED(open(), ErrorCode::kNotFound, "neither model.safetensors nor pytorch_model.bin");
  write("pytorch_model.bin.index.json", R"({"weight_map":{"w":"pytorch_model-00001-of-00001.bin"}})");
  write_torch("pytorch_model-00001-of-00001.bin");
  ASSERT_TRUE(open()) << open().error().what();
  EXPECT_EQ(open()->find("w")->shape.size(), 2u);
  write_torch("pytorch_model.bin");
  EXPECT_TRUE(open());
  write_tensors("model.safetensors", {"x"});
  EXPECT_NE(open()->find("x"), nullptr);
}

TEST_F(WeightFolder, ExplainsWhatWasDownloadedInsteadOfWeights) {
  const auto refused = [&](const std::string& content, const char* part) {
    write("model.safetensors", content);
    EXPECT_REFUSED(open(), kBad, part);
    EXPECT_REFUSED(open(), kBad, "model.safetensors: is ");
  };
  refused("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "git lfs pull");
  refused("<!DOCTYPE html>", "web page");
  refused("", "is empty");
  refused("Entry not found", "not a weight file of a known kind");
  write("model.safetensors", "GGUF\3");
  EXPECT_REFUSED(open(), ErrorCode::kUnsupported, "GGUF");
  std::filesystem::remove(folder() / "model.safetensors");
  std::filesystem::create_symlink("blob", folder() / "model.safetensors");
  EXPECT_REFUSED(open(), ErrorCode::kNotFound, "model.safetensors: is a link to blob, which is not there");
  EXPECT_EQ(weight_file_in(folder()), folder() / "model.safetensors");
  EXPECT_REFUSED(open_tensor_file(std::string(LAPILLI_TORCH_GOLDEN) + "/legacy.bin"), ErrorCode::kUnsupported,
                 "newer PyTorch");
}

TEST_F(WeightFolder, RefusesANameInTwoFiles) {
  write_tensors("1", {"a"});
  write_tensors("2", {"a"});
  std::vector<TensorFile> files;
  files.push_back(open_tensor_file(folder() / "1").value());
  files.push_back(open_tensor_file(folder() / "2").value());
  EXPECT_REFUSED(WeightSet::create(std::move(files)), kBad, "which is also in");
}

}  // namespace
}  // namespace lapilli
