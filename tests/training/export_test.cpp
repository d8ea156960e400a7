// SPDX-License-Identifier: Apache-2.0
#include "engine/io/torch_file.h"
#include "engine/runtime/export_hf.h"
#include "tests/training/export_fixture.h"
#include "training/trained_model.h"

#include <gmock/gmock.h>

namespace lapilli::training {
namespace {

using namespace lapilli::test;
namespace fs = std::filesystem;

constexpr double kEqual = 1e-4;

TEST_F(ExportTest, WhatWasLearnedChangesTheLogits) {
  train(true);
  const auto errors = verify_export({.model = base()},
                                    trained_model(load_model({.model = base()}, DType::f32).value(),
                                                  newest_checkpoint(run()).value().value())
                                        .value(),
                                    {.device = device()});
  ASSERT_TRUE(errors.ok()) << errors.error().what();
  EXPECT_GT(errors->text, 0.01);
  EXPECT_GT(errors->picture.value(), 0.01);
}

TEST_F(ExportTest, HuggingFaceFolders) {
  train(true, true);
  EXPECT_LE(exported(options(ExportFormat::kHuggingFace, FileType::f32, "f32")).largest(), kEqual);
  EXPECT_GT(exported(options(ExportFormat::kHuggingFace, FileType::f16, "f16")).largest(), 0.0);
  (void)exported(options(ExportFormat::kHuggingFace, FileType::bf16, "bf16"));
  for (const char* name : {"config.json", "generation_config.json", "preprocessor_config.json",
                           "model.safetensors", "tokenizer.model", "added_tokens.json"})
    EXPECT_TRUE(fs::exists(folder() / "f16" / name)) << name;
  EXPECT_FALSE(fs::exists(folder() / "f16.unfinished"));
}

TEST_F(ExportTest, GgufPairs) {
  train(true, true);
  EXPECT_LE(exported(options(ExportFormat::kGguf, FileType::f32, "f32.gguf")).largest(), kEqual);
  EXPECT_TRUE(fs::exists(folder() / "mmproj-f32.gguf"));
  (void)exported(options(ExportFormat::kGguf, FileType::q8_0, "q8.gguf"));
}

TEST_F(ExportTest, ProjectorFiles) {
  train(false);
  EXPECT_LE(exported(options(ExportFormat::kProjector, FileType::f32, "mm_projector.safetensors")).largest(),
            kEqual);
  EXPECT_LE(exported(options(ExportFormat::kProjectorBin, FileType::f32, "mm_projector.bin")).largest(),
            kEqual);
  const TensorFile file = open_torch_file(folder() / "mm_projector.bin").value();
  EXPECT_EQ(file.tensors().size(), 4u);
  ASSERT_NE(file.find("model.mm_projector.2.weight"), nullptr);
  EXPECT_EQ(file.find("model.mm_projector.2.weight")->shape, (std::vector<uint64_t>{32, 32}));
}

/// Merging while loading ends in the base's type, here f32.
TEST_F(ExportTest, AdaptersMergedAndUnmerged) {
  write_hugging_face_folder(base(), DType::f32);
  train(false);
  add_factors();
  EXPECT_LE(exported(options(ExportFormat::kPeft, FileType::f32, "adapter")).largest(), kEqual);
  EXPECT_LE(exported(options(ExportFormat::kHuggingFace, FileType::f32, "merged")).largest(), kEqual);
  EXPECT_LE(exported(options(ExportFormat::kGguf, FileType::f32, "merged.gguf")).largest(), kEqual);
}

/// Over a base of the original's form, whole weights go where the original keeps them.
TEST_F(ExportTest, TheOriginalsAdapterFolder) {
  train(false);
  add_factors();
  fs::remove_all(base());
  write_original_folder(base());
  write_clip_folder(folder() / "clip-vit-tiny");
  EXPECT_LE(exported(options(ExportFormat::kPeft, FileType::f16, "adapter")).largest(), 5e-3);
  const TensorFile file = open_torch_file(folder() / "adapter/non_lora_trainables.bin").value();
  EXPECT_NE(file.find("base_model.model.model.mm_projector.0.bias"), nullptr);
}

/// Rows of query and key turn around.
TEST_F(ExportTest, FromAGgufBase) {
  fs::remove_all(base());
  write_gguf_pair(base(), {.language_type = DType::f32, .projector_type = DType::f32});
  train(true);
  add_factors();
  EXPECT_LE(exported(options(ExportFormat::kHuggingFace, FileType::f32, "hf")).largest(), kEqual);
  EXPECT_LE(exported(options(ExportFormat::kPeft, FileType::f32, "adapter")).largest(), kEqual);
  EXPECT_TRUE(fs::exists(folder() / "adapter/non_lora_trainables.bin"));
}

TEST_F(ExportTest, ProjectorFilesFromAGgufBase) {
  fs::remove_all(base());
  write_gguf_pair(base(), {.language_type = DType::f32, .projector_type = DType::f32});
  train(false);
  EXPECT_LE(exported(options(ExportFormat::kProjector, FileType::f32, "mm_projector.safetensors")).largest(),
            kEqual);
  EXPECT_LE(exported(options(ExportFormat::kProjectorBin, FileType::f32, "mm_projector.bin")).largest(),
            kEqual);
  ExportModelOptions apart = options(ExportFormat::kProjector, FileType::f32, "apart.safetensors");
  apart.base = {.model = base() / "tiny.gguf", .projector = base() / "mmproj-tiny.gguf"};
  const auto projector = export_model(apart);
  ASSERT_TRUE(projector.ok()) << projector.error().what();
  EXPECT_FALSE(projector->errors.has_value());
  EXPECT_FALSE(projector->notes.empty());
}

/// Merging while loading rounds the quantised weights that change to f16.
TEST_F(ExportTest, FromAQuantisedGgufBase) {
  fs::remove_all(base());
  write_gguf_pair(base(), {.language_type = DType::q8_0});
  train(false);
  add_factors();
  EXPECT_LE(exported(options(ExportFormat::kPeft, FileType::f16, "adapter")).largest(), 5e-3);
}

TEST_F(ExportTest, FromTheOriginalsFolder) {
  fs::remove_all(base());
  write_original_folder(base());
  write_clip_folder(folder() / "clip-vit-tiny");
  train(true);
  EXPECT_LE(exported(options(ExportFormat::kHuggingFace, FileType::f32, "known")).largest(), kEqual);
  fs::remove(base() / "added_tokens.json");
  EXPECT_LE(exported(options(ExportFormat::kHuggingFace, FileType::f32, "padding")).largest(), kEqual);
}

TEST_F(ExportTest, LargeFoldersAreSharded) {
  const LoadedModel model = load_model({.model = base()}, DType::f32).value();
  const fs::path sharded = folder() / "sharded";
  fs::create_directories(sharded);
  const auto written = export_hugging_face(model, sharded, {.type = DType::f32, .shard_bytes = 100'000});
  ASSERT_TRUE(written.ok()) << written.error().what();
  const nlohmann::json index = nlohmann::json::parse(read_file(sharded / "model.safetensors.index.json"));
  EXPECT_GT(index["weight_map"].size(), 40u);
  EXPECT_FALSE(fs::exists(sharded / "model.safetensors"));
  const auto errors = verify_export({.model = sharded}, load_model({.model = base()}, DType::f32).value(),
                                    {.device = device()});
  ASSERT_TRUE(errors.ok()) << errors.error().what();
  EXPECT_LE(errors->largest(), 1e-6);
}

/// A vocabulary without such a token, and no row of the tables to spare.
TEST_F(ExportTest, ATokenForPicturesIsAdded) {
  fs::remove_all(base());
  write_original_folder(base());
  write_clip_folder(folder() / "clip-vit-tiny");
  fs::remove(base() / "added_tokens.json");
  LoadedModel model = load_model({.model = base()}, DType::f32).value();
  constexpr uint32_t kPieces = 620;
  ASSERT_EQ(model.tokenizer->size(), int32_t{kPieces});
  model.config.language.vocab = kPieces;
  for (WeightSource& source : model.weights) {
    if (source.name == "token_embedding" || source.name == "lm_head") source.type.shape = {kPieces, 32};
  }
  const fs::path hf = folder() / "hf";
  fs::create_directories(hf);
  const auto written = export_hugging_face(model, hf, {.type = DType::f32});
  ASSERT_TRUE(written.ok()) << written.error().what();
  EXPECT_FALSE(written->notes.empty());
  const LoadedModel reloaded = load_model({.model = hf}, DType::f32).value();
  EXPECT_EQ(reloaded.config.language.vocab, kPieces + 1);
  EXPECT_EQ(reloaded.config.image_token, int32_t{kPieces});
  EXPECT_EQ(reloaded.tokenizer->find("<image>"), int32_t{kPieces});
  const auto errors = verify_export({.model = hf}, std::move(model), {.device = device()});
  ASSERT_TRUE(errors.ok()) << errors.error().what();
  EXPECT_LE(errors->largest(), 1e-6);
}

TEST_F(ExportTest, NothingIsLeftWhereItFails) {
  train(false);
  const auto refused = [&](ExportModelOptions some, ErrorCode code, const std::string& words) {
    const auto result = export_model(some);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code(), code) << result.error().what();
    EXPECT_THAT(result.error().what(), testing::HasSubstr(words));
  };
  refused(options(ExportFormat::kPeft, FileType::f16, "out"), ErrorCode::kInvalidArgument, "low-rank");
  refused(options(ExportFormat::kHuggingFace, FileType::q4_k_m, "out"), ErrorCode::kInvalidArgument,
          "q4_k_m");
  refused(options(ExportFormat::kHuggingFace, FileType::f16, "base"), ErrorCode::kInvalidArgument, "exists");
  EXPECT_FALSE(fs::exists(folder() / "out"));
  EXPECT_FALSE(fs::exists(folder() / "out.unfinished"));

  std::stop_source stop;
  stop.request_stop();
  const auto stopped =
      export_model(options(ExportFormat::kHuggingFace, FileType::f16, "out"), {}, stop.get_token());
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code(), ErrorCode::kStopped);
  EXPECT_FALSE(fs::exists(folder() / "out.unfinished"));
}

}  // namespace
}  // namespace lapilli::training
