// SPDX-License-Identifier: Apache-2.0
// What load_model says about good models, without a device.
#include "tests/support/expect_error.h"
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

TEST_F(ModelLoad, ATokenizerOfAnotherModelIsNamedByItsOwnFile) {
  write_gguf_pair(folder());
  const fs::path other = folder() / "other.gguf";
  fs::copy_file(folder() / "tiny.gguf", other);
  edit_gguf(other, [](GgufMetadata& metadata, HeldTensors&) {
    std::vector<std::string> tokens;
    for (int id = 0; id < 5000; ++id) tokens.push_back(text("token ", id));
    metadata.set_string("tokenizer.ggml.model", "llama");
    metadata.set_strings("tokenizer.ggml.tokens", tokens);
    metadata.erase("tokenizer.ggml.scores");
    metadata.erase("tokenizer.ggml.token_type");
  });
  EXPECT_REFUSED(load_model({.model = folder() / "tiny.gguf", .tokenizer = other}, DType::f32),
                 ErrorCode::kBadFile, "other.gguf: the tokenizer has 5000 tokens, the model");
}

TEST_F(ModelLoad, ATiedOutputLayerIsTheEmbeddingTable) {
  write_hugging_face_folder(folder());
  HeldTensors tensors = tiny_llava_weights();
  tensors.erase("language_model.lm_head.weight");
  write_safetensors_file(folder() / "model.safetensors", tensors);
  const auto golden = nlohmann::json::parse(read_file(folder() / "config.json"));
  for (const bool says_so : {true, false}) {  // true inside, or not a word of it
    auto config = golden;
    config["text_config"].erase("tie_word_embeddings");
    if (says_so) config["text_config"]["tie_word_embeddings"] = true;
    if (!says_so) config.erase("tie_word_embeddings");
    write_file(folder() / "config.json", config.dump());
    const LoadedModel model = load({.model = folder()});
    EXPECT_TRUE(model.config.language.tied_embeddings);
    for (const WeightSource& weight : model.weights) EXPECT_NE(weight.name, "lm_head");
  }
}

TEST_F(ModelLoad, TablesOfTheRotationMayStandInAnyLayer) {
  write_hugging_face_folder(folder());
  HeldTensors tensors = tiny_llava_weights();
  for (const char* layer : {"1", "2"})
    tensors[text("language_model.model.layers.", layer, ".self_attn.rotary_emb.inv_freq")] = zeros({4});
  write_safetensors_file(folder() / "model.safetensors", tensors);
  EXPECT_EQ(load({.model = folder()}).config.language.layers, 2U);
}

/// An original LLaVA whose configuration says that pictures stand between tokens.
void write_with_picture_ends(const fs::path& folder, bool in_vocabulary) {
  write_original_folder(folder / "llava");
  write_clip_folder(folder / "clip-vit-tiny");
  const fs::path config_file = folder / "llava/config.json", tokens_file = folder / "llava/added_tokens.json";
  auto config = nlohmann::json::parse(read_file(config_file));
  config["mm_use_im_start_end"] = true;
  config["mm_use_im_patch_token"] = true;
  write_file(config_file, config.dump());
  if (!in_vocabulary) return;
  auto tokens = nlohmann::json::parse(read_file(tokens_file));
  const auto next = static_cast<int>(tokens.size());
  tokens["<im_patch>"] = 620 + next;
  tokens["<im_start>"] = 621 + next;
  tokens["<im_end>"] = 622 + next;
  write_file(tokens_file, tokens.dump());
}

TEST_F(ModelLoad, PicturesStandBetweenTokensWhereTheModelWasTrainedSo) {
  write_with_picture_ends(folder(), true);
  const LoadedModel model = load({.model = folder() / "llava"});
  const Conversation chat{.system = "", .messages = {{Message::Role::kUser, "What is it?", 1}}};
  const Prompt prompt = render_for(model.config, find_template("vicuna_v1").value(), chat);
  // The original's run_llava: image_token_se, a line break, the question.
  EXPECT_EQ(prompt_text(prompt), "USER: <im_start><image><im_end>\nWhat is it? ASSISTANT:");
  const std::vector<int32_t> ids = encode_prompt(*model.tokenizer, prompt);
  const auto picture = std::find(ids.begin(), ids.end(), kImageToken);
  ASSERT_NE(picture, ids.end());
  EXPECT_EQ(*(picture - 1), model.tokenizer->find("<im_start>"));
  EXPECT_EQ(*(picture + 1), model.tokenizer->find("<im_end>"));
}

TEST_F(ModelLoad, PicturesBetweenTokensThatAreNotThereAreRefused) {
  write_with_picture_ends(folder(), false);
  EXPECT_REFUSED(load_model({.model = folder() / "llava"}, DType::f32), ErrorCode::kUnsupported,
                 "config.json: mm_use_im_start_end: is true");
}

}  // namespace
}  // namespace lapilli::test
