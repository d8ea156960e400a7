// SPDX-License-Identifier: Apache-2.0
// Recipes and conversion against what llama.cpp makes of the same files.
#include "engine/base/json.h"
#include "engine/io/convert_tensor.h"
#include "engine/io/ggml_blocks.h"
#include "engine/io/quantize_recipe.h"
#include "tests/support/sha256.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/gguf_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::pair<FileType, std::string_view> kFileTypes[] = {
    {FileType::f16, "f16"},       {FileType::bf16, "bf16"},     {FileType::q4_0, "q4_0"},
    {FileType::q4_1, "q4_1"},     {FileType::q5_0, "q5_0"},     {FileType::q5_1, "q5_1"},
    {FileType::q8_0, "q8_0"},     {FileType::q4_k_s, "q4_k_s"}, {FileType::q4_k_m, "q4_k_m"},
    {FileType::q5_k_s, "q5_k_s"}, {FileType::q5_k_m, "q5_k_m"}, {FileType::q6_k, "q6_k"}};

nlohmann::json read_json(const fs::path& path) {
  return parse_json(read_text_file(path, 1 << 24).value()).value();
}

std::vector<std::byte> converted(const StoredTensor& tensor, DType dtype, unsigned num_threads) {
  std::vector<std::byte> bytes;
  convert_tensor(tensor, dtype, num_threads, [&](Bytes piece) -> Result<void> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  }).value();
  return bytes;
}

/// llama-quantize writes tensors by layer, then by name; those outside the layers first.
std::vector<StoredTensor> in_llama_cpp_order(const GgufFile& file) {
  const auto layer = [](const std::string& name) {
    return name.starts_with("blk.") ? std::stoi(name.substr(4)) : -1;
  };
  std::vector<StoredTensor> tensors(file.tensors().begin(), file.tensors().end());
  std::sort(tensors.begin(), tensors.end(), [&](const StoredTensor& a, const StoredTensor& b) {
    return std::pair(layer(a.name), a.name) < std::pair(layer(b.name), b.name);
  });
  return tensors;
}

std::vector<GgufTensor> plan(const GgufFile& file, std::span<const StoredTensor> stored, FileType file_type) {
  const RecipeModel model{.num_layers = file.metadata().get_u32("llama.block_count").value(),
                          .has_output = file.find("output.weight") != nullptr};
  std::vector<GgufTensor> tensors;
  for (const StoredTensor& tensor : stored)
    tensors.push_back({tensor.name, recipe_dtype(file_type, model, tensor.name, tensor.shape), tensor.shape});
  return tensors;
}

void expect_same_file(const fs::path& source, const nlohmann::json& expected, FileType file_type) {
  const auto file = GgufFile::open(source).value();
  const auto stored = in_llama_cpp_order(file);
  const auto tensors = plan(file, stored, file_type);
  for (size_t i = 0; i < tensors.size(); ++i) {
    const auto& of_tensor = expected["tensors"][tensors[i].name];
    ASSERT_EQ(to_string(tensors[i].dtype), of_tensor["type"]) << tensors[i].name;
    EXPECT_EQ(test::sha256(converted(stored[i], tensors[i].dtype, 1)), of_tensor["sha256"])
        << tensors[i].name;
  }
  GgufMetadata metadata = file.metadata();
  metadata.set_u32("general.quantization_version", 2);
  metadata.set_u32("general.file_type", static_cast<uint32_t>(file_type));
  const test::OwnFolder folder;
  const fs::path out = folder.path() / "out.gguf";
  ASSERT_TRUE(write_gguf(out, metadata, tensors, [&](size_t i, const GgufSink& sink) {
    return convert_tensor(stored[i], tensors[i].dtype, 3, sink);
  }));
  EXPECT_EQ(test::sha256(MappedFile::open(out).value().bytes()), expected["file_sha256"]);
}

TEST(Quantize, WholeFilesEqualThoseOfLlamaCpp) {
  LAPILLI_REQUIRE_SHARED(shared);
  const auto golden = read_json(LAPILLI_QUANTIZE_SUMS);
  for (const auto& [file_type, name] : kFileTypes) {
    SCOPED_TRACE(name);
    expect_same_file(shared / "weights/gguf-quant-zoo/zoo-f32.gguf", golden["zoo"][name], file_type);
    expect_same_file(shared / "weights/stories260K-hf-gguf/stories260K-f32.gguf", golden["stories260K"][name],
                     file_type);
  }
}

TEST(Quantize, EveryZooTensorDequantisesToTheReferencesBits) {
  LAPILLI_REQUIRE_SHARED(shared);
  const fs::path zoo = shared / "weights/gguf-quant-zoo";
  size_t files = 0;
  const auto expected_files = read_json(zoo / "expected_dequant.json");
  for (const auto& [type, expected] : expected_files.items()) {
    const fs::path path = zoo / expected["file"].get<std::string>();
    if (!fs::exists(path)) continue;  // the f16 file is listed and not kept
    ++files;
    const auto file = GgufFile::open(path).value();
    ASSERT_EQ(file.tensors().size(), expected["tensors"].size());
    for (const StoredTensor& tensor : file.tensors()) {
      const auto& of_tensor = expected["tensors"][tensor.name];
      EXPECT_EQ(test::sha256(tensor.data), of_tensor["raw_sha256"]);
      EXPECT_TRUE(check_blocks(tensor.type.dtype.value(), tensor.data));
      std::vector<float> values(element_count(tensor.shape).value());
      ASSERT_TRUE(copy_f32(tensor, 0, values));
      EXPECT_EQ(test::sha256(std::as_bytes(std::span(values))), of_tensor["sha256_f32le"])
          << type << " " << tensor.name;
    }
  }
  EXPECT_EQ(files, 17u);
}

struct Shape {
  uint64_t dim, ffn;
  uint32_t layers;
};

uint64_t file_bytes(FileType file_type, const Shape& s) {
  const RecipeModel model{.num_layers = s.layers, .has_output = true};
  uint64_t total = 0;
  const auto add = [&](const std::string& name, std::vector<uint64_t> shape) {
    total += stored_bytes(stored_type(recipe_dtype(file_type, model, name, shape)), shape).value();
  };
  add("token_embd.weight", {32000, s.dim});
  add("output.weight", {32000, s.dim});
  add("output_norm.weight", {s.dim});
  for (uint32_t layer = 0; layer < s.layers; ++layer) {
    const std::string prefix = text("blk.", layer, ".");
    for (const char* name : {"attn_norm", "ffn_norm"}) add(prefix + name + ".weight", {s.dim});
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"})
      add(prefix + name + ".weight", {s.dim, s.dim});
    for (const char* name : {"ffn_gate", "ffn_up"}) add(prefix + name + ".weight", {s.ffn, s.dim});
    add(prefix + "ffn_down.weight", {s.dim, s.ffn});
  }
  return total;
}

TEST(QuantizeRecipe, FileSizesOf7BAnd13BAreTheKnownOnes) {
  const Shape small{4096, 11008, 32};
  const Shape large{5120, 13824, 40};
  const std::tuple<FileType, uint64_t, uint64_t> expected[] = {
      {FileType::q4_0, 3825065984, 7365089280},   {FileType::q4_k_s, 3855998976, 7422433280},
      {FileType::q4_k_m, 4080263168, 7865210880}, {FileType::q5_k_m, 4782415872, 9229178880},
      {FileType::q6_k, 5528453120, 10678394880},  {FileType::q8_0, 7160348672, 13830574080},
      {FileType::f16, 13477363712, 26032558080}};
  for (const auto& [file_type, bytes_7b, bytes_13b] : expected) {
    EXPECT_EQ(file_bytes(file_type, small), bytes_7b) << to_string(file_type);
    EXPECT_EQ(file_bytes(file_type, large), bytes_13b) << to_string(file_type);
  }
}

TEST(QuantizeRecipe, TiedEmbeddingTakesTheOutputsType) {
  const std::vector<uint64_t> shape = {32000, 4096};
  EXPECT_EQ(recipe_dtype(FileType::q4_k_m, {32, true}, "token_embd.weight", shape), DType::q4_k);
  EXPECT_EQ(recipe_dtype(FileType::q4_k_m, {32, false}, "token_embd.weight", shape), DType::q6_k);
}

TEST(QuantizeRecipe, ProjectorKeepsEmbeddingsNormsAndBiases) {
  const auto chosen = [](std::string_view name, std::vector<uint64_t> shape, DType stored) {
    return projector_recipe_dtype(FileType::q4_k_m, name, shape, stored);
  };
  EXPECT_EQ(chosen("v.blk.0.attn_q.weight", {1024, 1024}, DType::f16), DType::q8_0);
  EXPECT_EQ(chosen("mm.0.weight", {4096, 1024}, DType::f32), DType::q8_0);
  EXPECT_EQ(chosen("v.patch_embd.weight", {1024, 3, 14, 14}, DType::f16), DType::f16);
  EXPECT_EQ(chosen("v.position_embd.weight", {577, 1024}, DType::f16), DType::f16);
  EXPECT_EQ(chosen("v.class_embd", {1024}, DType::f32), DType::f32);
  EXPECT_EQ(chosen("v.pre_ln.weight", {1024}, DType::f32), DType::f32);
  EXPECT_EQ(chosen("mm.0.bias", {4096}, DType::f32), DType::f32);
  EXPECT_EQ(projector_recipe_dtype(FileType::f16, "mm.0.weight", std::vector<uint64_t>{64, 40}, DType::f32),
            DType::f16);
}

TEST(QuantizeRecipe, NamesAreReadInAnyCase) {
  EXPECT_EQ(file_type_from_string("Q4_K_M"), FileType::q4_k_m);
  for (const auto& [file_type, name] : kFileTypes) {
    EXPECT_EQ(file_type_from_string(name), file_type);
    EXPECT_EQ(to_string(file_type), name);
  }
  for (const char* name : {"", "q4_k", "q4_k_m ", "iq4_xs"})
    EXPECT_EQ(file_type_from_string(name), std::nullopt);
}

TEST(ConvertTensor, ThreadsDoNotChangeTheBytes) {
  std::vector<float> values(256 * 1024 * 3 + 256);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i * 2654435761u % 1000003) / 1e6f - 0.5f;
  const StoredTensor tensor{.name = "t",
                            .type = stored_type(DType::f32),
                            .shape = {values.size() / 256, 256},
                            .data = std::as_bytes(std::span(values)),
                            .strides = {},
                            .file = "f"};
  const auto one = converted(tensor, DType::q4_0, 1);
  EXPECT_EQ(one.size(), row_bytes(DType::q4_0, values.size()));
  for (const unsigned threads : {0u, 2u, 3u, 4u, 7u})
    EXPECT_EQ(converted(tensor, DType::q4_0, threads), one) << threads;
}

TEST(ConvertTensor, RefusesWhatWouldLoseOrBreak) {
  const auto refusal = [](const StoredTensor& tensor, DType dtype) -> std::string {
    const auto result = convert_tensor(tensor, dtype, 1, [](Bytes) -> Result<void> { return {}; });
    return result ? "" : result.error().what();
  };
  std::vector<float> values(64, 1.0f);
  StoredTensor tensor{.name = "t",
                      .type = stored_type(DType::f32),
                      .shape = {1, 64},
                      .data = std::as_bytes(std::span(values)),
                      .strides = {},
                      .file = "f"};
  EXPECT_EQ(refusal(tensor, DType::q4_0), "");
  EXPECT_EQ(refusal(tensor, DType::q4_k), "f: tensor t has rows of 64 elements, q4_k blocks hold 256");
  EXPECT_THAT(refusal(tensor, DType::iq4_nl), HasSubstr("cannot be stored as iq4_nl"));
  values[40] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(refusal(tensor, DType::q4_0),
              HasSubstr("f: tensor t, from element 0: element 40: the value nan"));
}

}  // namespace
}  // namespace lapilli
