// SPDX-License-Identifier: Apache-2.0
#include "engine/io/llama2c.h"

#include "engine/io/gguf.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace lapilli {
namespace {

using testing::HasSubstr;

/// The GGUF name of a tensor named as Hugging Face does.
std::string gguf_name(std::string name) {
  const std::pair<std::string, std::string> replacements[] = {{"model.embed_tokens", "token_embd"},
                                                              {"model.norm", "output_norm"},
                                                              {"lm_head", "output"},
                                                              {"model.layers", "blk"},
                                                              {"input_layernorm", "attn_norm"},
                                                              {"post_attention_layernorm", "ffn_norm"},
                                                              {"self_attn.q_proj", "attn_q"},
                                                              {"self_attn.k_proj", "attn_k"},
                                                              {"self_attn.v_proj", "attn_v"},
                                                              {"self_attn.o_proj", "attn_output"},
                                                              {"mlp.gate_proj", "ffn_gate"},
                                                              {"mlp.up_proj", "ffn_up"},
                                                              {"mlp.down_proj", "ffn_down"}};
  for (const auto& [from, to] : replacements) {
    if (const auto at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
  }
  return name;
}

bool same_bytes(Bytes a, Bytes b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

TEST(Llama2c, TrainedModelEqualsItsGgufConversion) {
  LAPILLI_REQUIRE_SHARED(shared);
  const auto model = Llama2cFile::open(shared / "weights/tinyllamas-260k/stories260K.bin").value();
  const auto gguf = GgufFile::open(shared / "weights/stories260K-hf-gguf/stories260K-f32.gguf").value();
  EXPECT_EQ(model.config().dim, 64u);
  EXPECT_EQ(model.config().ffn, 172u);
  EXPECT_EQ(model.config().num_layers, 5u);
  EXPECT_EQ(model.config().num_heads, 8u);
  EXPECT_EQ(model.config().num_kv_heads, 4u);
  EXPECT_EQ(model.config().vocab, 512u);
  EXPECT_EQ(model.config().context, 512u);
  EXPECT_FALSE(model.config().has_output);
  for (const StoredTensor& tensor : model.tensors()) {
    const StoredTensor* other = gguf.find(gguf_name(tensor.name));
    ASSERT_NE(other, nullptr) << tensor.name;
    EXPECT_EQ(tensor.shape, other->shape) << tensor.name;
    EXPECT_TRUE(same_bytes(tensor.data, other->data)) << tensor.name;
    EXPECT_NE(tensor.source, nullptr);
  }
  EXPECT_EQ(model.tensors().size() + 1, gguf.tensors().size());  // the GGUF file holds the tied output again
}

TEST(Llama2c, GroupsOfInt8ExpandToTheNearestStep) {
  LAPILLI_REQUIRE_SHARED(shared);
  const auto exact = Llama2cFile::open(shared / "weights/tinyllamas-260k/stories260K.bin").value();
  const auto grouped = Llama2cFile::open(shared / "weights/tinyllamas-260k/stories260K-q8.bin").value();
  constexpr size_t kGroup = 8;
  ASSERT_EQ(grouped.tensors().size(), exact.tensors().size());
  for (const StoredTensor& tensor : exact.tensors()) {
    const StoredTensor* other = grouped.find(tensor.name);
    ASSERT_NE(other, nullptr) << tensor.name;
    ASSERT_EQ(tensor.shape, other->shape);
    std::vector<float> a(element_count(tensor.shape).value());
    std::vector<float> b(a.size());
    ASSERT_TRUE(copy_f32(tensor, 0, a));
    ASSERT_TRUE(copy_f32(*other, 0, b));
    if (tensor.shape.size() == 1) {
      EXPECT_EQ(a, b) << tensor.name;
      continue;
    }
    for (size_t group = 0; group < a.size(); group += kGroup) {
      float largest = 0;
      for (size_t i = group; i < group + kGroup; ++i) largest = std::max(largest, std::fabs(a[i]));
      for (size_t i = group; i < group + kGroup; ++i)
        ASSERT_LE(std::fabs(a[i] - b[i]), largest / 127 * 0.5001f) << tensor.name << " " << i;
    }
  }
}

/// Files of a two-layer model: dim 4, ffn 6, two heads, one KV head, five words, context 3.
class Llama2cBytes {
 public:
  explicit Llama2cBytes(std::vector<int32_t> header) {
    for (const int32_t value : header) number(value);
  }
  template <class T>
  Llama2cBytes& number(T value) {
    content_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Llama2cBytes& floats(size_t count) {
    for (size_t i = 0; i < count; ++i) number(next_ += 1.0f);
    return *this;
  }
  Llama2cBytes& pad(size_t size) {
    content_.resize(size);
    return *this;
  }
  [[nodiscard]] Result<Llama2cFile> parse() const { return Llama2cFile::parse(as_bytes(content_), "m.bin"); }
  [[nodiscard]] std::string refusal() const {
    const auto file = parse();
    return file ? "" : file.error().what();
  }
  std::string content_;

 private:
  float next_ = -1.0f;
};

constexpr size_t kNorms = 2 * 4 + 2 * 4 + 4;
constexpr size_t kMatrices = 5 * 4 + 2 * (16 + 8 + 8 + 16) + 2 * 3 * 24;
constexpr size_t kRope = 3 * 2;

float first_of(const Llama2cFile& file, std::string_view name) {
  float value = 0;
  copy_f32(*file.find(name), 0, std::span(&value, 1)).value();
  return value;
}

TEST(Llama2c, FirstLayoutInOrder) {
  const auto bytes = Llama2cBytes({4, 6, 2, 2, 1, -5, 3}).floats(kNorms + kMatrices + kRope + 20);
  const auto file = bytes.parse().value();
  EXPECT_TRUE(file.config().has_output);
  EXPECT_EQ(first_of(file, "model.embed_tokens.weight"), 0);
  EXPECT_EQ(first_of(file, "model.layers.1.input_layernorm.weight"), 24);
  EXPECT_EQ(first_of(file, "model.layers.0.self_attn.q_proj.weight"), 28);
  EXPECT_EQ(first_of(file, "model.layers.1.self_attn.v_proj.weight"), 84);
  EXPECT_EQ(first_of(file, "model.layers.0.post_attention_layernorm.weight"), 124);
  EXPECT_EQ(first_of(file, "model.layers.0.mlp.down_proj.weight"), 180);
  EXPECT_EQ(first_of(file, "model.layers.0.mlp.up_proj.weight"), 228);
  EXPECT_EQ(first_of(file, "model.norm.weight"), 276);
  EXPECT_EQ(first_of(file, "lm_head.weight"), 286);
  EXPECT_EQ(file.find("RoPE tables"), nullptr);
  EXPECT_TRUE(Llama2cFile::detect(as_bytes(bytes.content_)));
}

Llama2cBytes version1() {
  return Llama2cBytes({0x616b3432, 1, 4, 6, 2, 2, 1, 5, 3})
      .number<uint8_t>(1)
      .pad(256)
      .floats(kNorms + kMatrices);
}

TEST(Llama2c, Version1InOrder) {
  const auto bytes = version1();
  const auto file = bytes.parse().value();
  EXPECT_FALSE(file.config().has_output);
  EXPECT_EQ(file.find("lm_head.weight"), nullptr);
  EXPECT_EQ(first_of(file, "model.layers.0.input_layernorm.weight"), 0);
  EXPECT_EQ(first_of(file, "model.layers.1.post_attention_layernorm.weight"), 12);
  EXPECT_EQ(first_of(file, "model.norm.weight"), 16);
  EXPECT_EQ(first_of(file, "model.embed_tokens.weight"), 20);
  EXPECT_EQ(first_of(file, "model.layers.1.self_attn.q_proj.weight"), 56);
  EXPECT_EQ(first_of(file, "model.layers.0.mlp.up_proj.weight"), 232);
}

TEST(Llama2c, RefusalsNameBothValues) {
  const size_t floats = kNorms + kMatrices + kRope;
  const auto first = [&](std::vector<int32_t> header) {
    return Llama2cBytes(std::move(header)).floats(floats).refusal();
  };
  EXPECT_EQ(first({4, 6, 2, 2, 1, 5, 3}), "");
  EXPECT_THAT(first({}), HasSubstr("m.bin: "));
  EXPECT_THAT(first({0, 6, 2, 2, 1, 5, 3}), HasSubstr("offset 0: dim is 0"));
  EXPECT_THAT(first({4, -6, 2, 2, 1, 5, 3}), HasSubstr("hidden_dim is -6"));
  EXPECT_THAT(first({4, 6, 513, 2, 1, 5, 3}), HasSubstr("n_layers is 513, 1 to 512"));
  EXPECT_THAT(first({4, 6, 2, 3, 1, 5, 3}), HasSubstr("dim 4, n_heads 3"));
  EXPECT_THAT(first({4, 6, 2, 4, 1, 5, 3}), HasSubstr("even heads"));
  EXPECT_THAT(first({4, 6, 2, 2, 2, 5, 3}), HasSubstr("bytes, its llama2.c header asks for"));
  EXPECT_THAT(first({4, 6, 2, 2, 1, std::numeric_limits<int32_t>::min(), 3}),
              HasSubstr("vocab_size is -2147483648"));
  EXPECT_THAT(first({131072, 131072, 512, 2, 1, 1 << 20, 1 << 20}), HasSubstr("it is cut short"));
  auto cut = version1();
  cut.content_.pop_back();
  EXPECT_THAT(cut.refusal(), HasSubstr("it is cut short"));
  EXPECT_THAT(Llama2cBytes({0x616b3432, 3}).pad(300).refusal(), HasSubstr("version 3"));
  EXPECT_THAT(Llama2cBytes({0x616b3432, 1, 4, 6, 2, 2, 1, 5, 3}).number<uint8_t>(2).pad(300).refusal(),
              HasSubstr("shared_classifier is 2"));
  const auto grouped = [](int32_t group) {
    return Llama2cBytes({0x616b3432, 2, 4, 6, 2, 2, 1, 5, 3})
        .number<uint8_t>(1)
        .number(group)
        .pad(2000)
        .refusal();
  };
  EXPECT_THAT(grouped(0), HasSubstr("group_size is 0"));
  EXPECT_THAT(grouped(3), HasSubstr("20 elements, not a multiple of the group size 3"));
}

TEST(Llama2c, OtherFilesAreNotDetected) {
  EXPECT_FALSE(Llama2cFile::detect({}));
  EXPECT_FALSE(Llama2cFile::detect(as_bytes("GGUF")));
  EXPECT_FALSE(Llama2cFile::detect(as_bytes(std::string(4096, '\1'))));
  EXPECT_TRUE(Llama2cFile::detect(as_bytes(version1().content_)));
  const auto resembles = [](const std::string& content) { return Llama2cFile::resembles(as_bytes(content)); };
  EXPECT_FALSE(resembles({}));
  EXPECT_FALSE(resembles(std::string(4096, '\0')));
  EXPECT_FALSE(resembles("A text that is long enough to hold the seven numbers of a header."));
  EXPECT_FALSE(resembles(Llama2cBytes({-4, -6, 2, 2, 1 << 30, -5, 0}).content_)) << "two wrong numbers";
  const size_t floats = kNorms + kMatrices + kRope;
  EXPECT_TRUE(resembles(Llama2cBytes({4, 6, 2, 2, 1, -5, 0}).floats(floats).content_));
  EXPECT_TRUE(resembles(Llama2cBytes({4, 6, 2, 2, 1, 5, 3}).floats(floats / 2).content_)) << "cut";
  EXPECT_TRUE(resembles(Llama2cBytes({4, 6, 2, 2, 1, 5, 3}).floats(2 * floats).content_)) << "too long";
  EXPECT_FALSE(resembles(Llama2cBytes({400, 600, 2, 3, 1, 5, 3}).floats(100).content_)) << "small numbers";
  EXPECT_FALSE(resembles(Llama2cBytes({4, 6, 2, 2, 1, 5, 3}).floats(100 * floats).content_));
  EXPECT_FALSE(resembles(Llama2cBytes({400, 600, 2, 2, 1, 30000, 0}).floats(1000).content_));
}

}  // namespace
}  // namespace lapilli
