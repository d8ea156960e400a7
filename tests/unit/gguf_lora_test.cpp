// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf_lora.h"

#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace lapilli {
namespace {

class GgufLoraFile : public test::TemporaryFolder {
 protected:
  struct Matrix {
    std::string name;
    std::vector<uint64_t> shape;
    std::vector<float> values;
  };
  static GgufMetadata metadata() {
    GgufMetadata result;
    result.set_string("general.type", "adapter");
    result.set_string("general.architecture", "llama");
    result.set_string("adapter.type", "lora");
    result.set_f32("adapter.lora.alpha", 8);
    return result;
  }
  void write(const std::vector<Matrix>& matrices, const GgufMetadata& keys = metadata()) const {
    std::vector<GgufTensor> tensors;
    for (const Matrix& matrix : matrices) tensors.push_back({matrix.name, DType::f32, matrix.shape});
    const auto written = write_gguf(path(), keys, tensors, [&](size_t index, const GgufSink& sink) {
      return sink(std::as_bytes(std::span(matrices[index].values)));
    });
    ASSERT_TRUE(written) << written.error().what();
  }
  [[nodiscard]] std::filesystem::path path() const { return folder() / "a.gguf"; }
  [[nodiscard]] Result<GgufLora> open() const { return open_gguf_lora(path(), "llama"); }
};

const std::vector<float> kA = {1, 2, 3, 4, 0, 1, 0, -1};
const std::vector<float> kB = {1, 0, 0, 1, 2, -1};

TEST_F(GgufLoraFile, GivesTheSameUpdateForLayersAndEmbeddings) {
  // [2, 4] as lora_a; the embedding's is stored the other way round.
  write({{"blk.0.attn_q.weight.lora_a", {2, 4}, kA},
         {"blk.0.attn_q.weight.lora_b", {3, 2}, kB},
         {"token_embd.weight.lora_a", {3, 2}, kB},
         {"token_embd.weight.lora_b", {4, 2}, {1, 0, 2, 1, 3, 0, 4, -1}}});
  const auto adapter = open();
  ASSERT_TRUE(adapter) << adapter.error().what();
  ASSERT_EQ(adapter->updates.size(), 2u);
  for (const LoraUpdate& update : adapter->updates) {
    const auto factors = load_factors(update, std::vector<uint64_t>{3, 4});
    ASSERT_TRUE(factors) << factors.error().what();
    std::vector<float> weight(12, 1.0f);
    merge_lora(weight, 0, *factors);
    EXPECT_EQ(weight, (std::vector<float>{5, 9, 13, 17, 1, 5, 1, -3, 9, 13, 25, 37})) << update.weight;
  }
}

TEST_F(GgufLoraFile, RefusesOtherAdaptersAndBrokenPairs) {
  const Matrix a = {"blk.0.attn_q.weight.lora_a", {2, 4}, kA};
  const Matrix b = {"blk.0.attn_q.weight.lora_b", {3, 2}, kB};
  auto keys = metadata();
  keys.set_string("general.architecture", "gemma");
  write({a, b}, keys);
  EXPECT_REFUSED(open(), ErrorCode::kUnsupported, "\"gemma\", \"llama\" is expected");
  keys = metadata();
  keys.set_string("general.type", "model");
  write({a, b}, keys);
  EXPECT_REFUSED(open(), ErrorCode::kUnsupported, "general.type");
  write({a});
  EXPECT_REFUSED(open(), ErrorCode::kBadFile, "has no counterpart");
  write({});
  EXPECT_REFUSED(open(), ErrorCode::kBadFile, "a.gguf: holds no updates: of its 0 tensors");
  write({a, {b.name, {2, 3}, kB}});
  EXPECT_REFUSED(open(), ErrorCode::kBadFile, "no common rank");
  write({a, b, {"blk.0.attn_k.weight", {2, 4}, kA}});
  EXPECT_REFUSED(open(), ErrorCode::kBadFile, "neither a lora_a nor a lora_b");
}

}  // namespace
}  // namespace lapilli
