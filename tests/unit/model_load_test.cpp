// SPDX-License-Identifier: Apache-2.0
// What load_model says about good models, without a device.
#include "tests/unit/model_refusal.h"

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

class ModelLoad : public TemporaryFolder {
 protected:
  LoadedModel load(const ModelPaths& paths) { return load_model(paths, DType::f32).value(); }
};

TEST_F(ModelLoad, DescribesAHuggingFaceFolder) {
  write_hugging_face_folder(folder());
  const LoadedModel model = load({.model = folder()});
  EXPECT_EQ(model.config.vision->layers, 2U) << "the hidden state before the last of three layers";
  EXPECT_EQ(model.config.vision->image_rows(), 4U);
  EXPECT_EQ(model.config.language.kv_heads, 2U);
  EXPECT_EQ(model.config.image_token, 620);
  EXPECT_EQ(model.tokenizer->size(), 622);
  EXPECT_TRUE(model.facts.notes.empty());
}

TEST_F(ModelLoad, EndTokensComeFromBothConfigurationFiles) {
  write_hugging_face_folder(folder());
  write_file(folder() / "generation_config.json", R"({"eos_token_id": [7, 3, 7, 100000, -1]})");
  auto config = nlohmann::json::parse(read_file(folder() / "config.json"));
  config["text_config"]["eos_token_id"] = 5;
  config["eos_token_id"] = nullptr;
  write_file(folder() / "config.json", config.dump());
  const LoadedModel model = load({.model = folder()});
  EXPECT_EQ(model.end_ids, (std::vector<int32_t>{3, 5, 7})) << "ids outside the vocabulary can't be said";
  EXPECT_EQ(all_end_ids(model), (std::vector<int32_t>{2, 3, 5, 7})) << "the tokenizer's own counts too";
  write_file(folder() / "generation_config.json", R"({"eos_token_id": "</s>"})");
  const auto refused = load_model({.model = folder()}, DType::f32);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what(),
              testing::HasSubstr("generation_config.json: eos_token_id: is \"</s>\""));
}

TEST_F(ModelLoad, EndTokensOfATurnAndAMessageStandInAGguf) {
  write_gguf_pair(folder());
  edit_gguf(folder() / "tiny.gguf", [](GgufMetadata& metadata, HeldTensors&) {
    metadata.set_u32("tokenizer.ggml.eot_token_id", 9);
    metadata.set_u32("tokenizer.ggml.eom_token_id", 4);
  });
  EXPECT_EQ(all_end_ids(load({.model = folder() / "tiny.gguf"})), (std::vector<int32_t>{2, 4, 9}));
}

TEST_F(ModelLoad, FeatureLayerAndClassRowFollowTheConfiguration) {
  write_hugging_face_folder(folder());
  auto config = nlohmann::json::parse(read_file(folder() / "config.json"));
  config["vision_feature_layer"] = nlohmann::json::array({-1});
  config["vision_feature_select_strategy"] = "full";
  write_file(folder() / "config.json", config.dump());
  const LoadedModel model = load({.model = folder()});
  EXPECT_EQ(model.config.vision->layers, 3U);
  EXPECT_EQ(model.config.vision->image_rows(), 5U);
}

TEST_F(ModelLoad, AWholeEncoderInAGgufPairRunsToTheLayerBeforeTheLast) {
  write_gguf_pair(folder());
  edit_gguf(folder() / "mmproj-tiny.gguf", [](GgufMetadata&, HeldTensors& tensors) {
    tensors["v.post_ln.weight"] = tensors.at("v.pre_ln.weight");
  });
  EXPECT_EQ(load({.model = folder()}).config.vision->layers, 1U);
}

TEST_F(ModelLoad, AProjectorOfAnotherModelBesideItIsNotTaken) {
  write_gguf_pair(folder());
  edit_gguf(folder() / "mmproj-tiny.gguf", [](GgufMetadata&, HeldTensors& tensors) {
    tensors["mm.2.weight"] = zeros({64, 32});
  });
  EXPECT_FALSE(load({.model = folder() / "tiny.gguf"}).config.vision);
}

TEST_F(ModelLoad, OldProjectorsWithoutATypeAreTakenWithANote) {
  write_gguf_pair(folder());
  edit_gguf(folder() / "mmproj-tiny.gguf",
            [](GgufMetadata& metadata, HeldTensors&) { metadata.erase("clip.projector_type"); });
  const LoadedModel model = load({.model = folder()});
  EXPECT_EQ(model.config.projector.layers, 2U);
  EXPECT_THAT(model.facts.notes, testing::Contains(testing::HasSubstr("does not name its type")));
}

TEST_F(ModelLoad, AMissingTokenizerIsANote) {
  write_hugging_face_folder(folder());
  fs::remove(folder() / "tokenizer.model");
  const LoadedModel model = load({.model = folder()});
  EXPECT_FALSE(model.tokenizer);
  ASSERT_EQ(model.facts.notes.size(), 1U);
  EXPECT_THAT(model.facts.notes[0], testing::HasSubstr("--tokenizer"));
}

TEST_F(ModelLoad, SpecialTokensBehindTheTableAreUsual) {
  write_hugging_face_folder(folder());
  HeldTensors tensors = tiny_llava_weights();
  for (const char* name : {"language_model.lm_head.weight", "language_model.model.embed_tokens.weight"})
    tensors[name] = zeros({621, 32});
  write_safetensors_file(folder() / "model.safetensors", tensors);
  auto config = nlohmann::json::parse(read_file(folder() / "config.json"));
  config["text_config"]["vocab_size"] = 621;
  write_file(folder() / "config.json", config.dump());
  EXPECT_EQ(load({.model = folder()}).tokenizer->size(), 622);
}

/// Factors of a rank-2 update, the same in both forms.
HeldTensor factor(uint64_t rows, uint64_t cols, uint32_t seed) {
  HeldTensor tensor{.dtype = DType::f32, .shape = {rows, cols}, .bytes = std::string(4 * rows * cols, 0)};
  for (uint64_t at = 0; at < rows * cols; ++at) {
    const float value = static_cast<float>((at * 37 + seed * 11) % 19) / 16.0f - 0.5f;
    tensor.bytes.replace(4 * at, 4, reinterpret_cast<const char*>(&value), 4);
  }
  return tensor;
}

/// Rows in GGUF's order for heads of eight.
HeldTensor interleaved(const HeldTensor& tensor) {
  HeldTensor result = tensor;
  const size_t row_bytes = 4 * tensor.shape[1];
  for (size_t row = 0; row < tensor.shape[0]; ++row) {
    const size_t within = row % 8;
    const size_t target = row - within + 2 * (within % 4) + within / 4;
    result.bytes.replace(target * row_bytes, row_bytes, tensor.bytes, row * row_bytes, row_bytes);
  }
  return result;
}

std::map<std::string, std::vector<std::byte>> bytes_of(const LoadedModel& model) {
  std::map<std::string, std::vector<std::byte>> all;
  for (const WeightSource& source : model.weights) {
    all[source.name].resize(source.type.size_bytes());
    source.read(0, all[source.name]).value();
  }
  return all;
}

TEST_F(ModelLoad, AnAdapterInGgufFormDoesWhatItsPeftFolderDoes) {
  write_hugging_face_folder(folder() / "base");
  write_gguf_pair(folder() / "pair");
  const HeldTensor q_a = factor(2, 32, 1), q_b = factor(32, 2, 2), v_a = factor(2, 32, 3),
                   v_b = factor(16, 2, 4);
  const std::string module = "base_model.model.model.language_model.layers.0.self_attn.";
  fs::create_directories(folder() / "peft");
  write_file(folder() / "peft/adapter_config.json",
             R"({"peft_type": "LORA", "r": 2, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"]})");
  write_safetensors_file(folder() / "peft/adapter_model.safetensors",
                         {{module + "q_proj.lora_A.weight", q_a},
                          {module + "q_proj.lora_B.weight", q_b},
                          {module + "v_proj.lora_A.weight", v_a},
                          {module + "v_proj.lora_B.weight", v_b}});
  fs::copy_file(folder() / "pair/tiny.gguf", folder() / "adapter.gguf");
  edit_gguf(folder() / "adapter.gguf", [&](GgufMetadata& metadata, HeldTensors& tensors) {
    metadata.set_string("general.type", "adapter");
    metadata.set_string("adapter.type", "lora");
    metadata.set_f32("adapter.lora.alpha", 8);
    tensors = {{"blk.0.attn_q.weight.lora_a", q_a},
               {"blk.0.attn_q.weight.lora_b", interleaved(q_b)},
               {"blk.0.attn_v.weight.lora_a", v_a},
               {"blk.0.attn_v.weight.lora_b", v_b}};
  });

  const auto plain = bytes_of(load({.model = folder() / "base"}));
  const auto peft = bytes_of(load({.model = folder() / "peft", .base = folder() / "base"}));
  const LoadedModel over_folder = load({.model = folder() / "adapter.gguf", .base = folder() / "base"});
  EXPECT_EQ(over_folder.facts.format, "LoRA adapter over a base model");
  EXPECT_TRUE(bytes_of(over_folder) == peft);
  EXPECT_FALSE(plain.at("layers.0.wq") == peft.at("layers.0.wq"));
  EXPECT_FALSE(plain.at("layers.0.wv") == peft.at("layers.0.wv"));

  const auto pair = bytes_of(load({.model = folder() / "adapter.gguf", .base = folder() / "pair"}));
  EXPECT_TRUE(pair.at("layers.0.wv") == peft.at("layers.0.wv"));
  const auto& query = peft.at("layers.0.wq");
  const HeldTensor stored{.dtype = DType::f32,  // 16 columns of four bytes are 32 of two
                          .shape = {32, 16},
                          .bytes = {reinterpret_cast<const char*>(query.data()), query.size()}};
  EXPECT_EQ(interleaved(stored).bytes,
            std::string(reinterpret_cast<const char*>(pair.at("layers.0.wq").data()), query.size()));

  const auto alone = load_model({.model = folder() / "adapter.gguf"}, DType::f32);
  ASSERT_FALSE(alone);
  EXPECT_THAT(alone.error().what(), testing::HasSubstr("--base"));
}

TEST_F(ModelLoad, ATiedOutputLayerIsTheEmbeddingTable) {
  write_hugging_face_folder(folder());
  HeldTensors tensors = tiny_llava_weights();
  tensors.erase("language_model.lm_head.weight");
  write_safetensors_file(folder() / "model.safetensors", tensors);
  const LoadedModel model = load({.model = folder()});
  EXPECT_TRUE(model.config.language.tied_embeddings);
  for (const WeightSource& weight : model.weights) EXPECT_NE(weight.name, "lm_head");
}

}  // namespace
}  // namespace lapilli::test
