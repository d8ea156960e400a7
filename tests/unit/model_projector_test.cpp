// SPDX-License-Identifier: Apache-2.0
// Which projector file goes with a GGUF model, and what is said where none or several may.
#include "tests/support/expect_error.h"
#include "tests/unit/model_refusal.h"

#include <array>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

class GgufPair : public TemporaryFolder {};

TEST_F(GgufPair, TheProjectorNamedAfterTheModelIsTakenAmongSeveral) {
  write_gguf_pair(folder());
  fs::copy_file(folder() / "mmproj-tiny.gguf", folder() / "mmproj-a.gguf");
  EXPECT_TRUE(load_model({.model = folder() / "tiny.gguf"}, DType::f32).value().config.vision);
}

/// Whether pictures are taken, and what the user reads of it.
struct Beside {
  bool pictures = false;
  std::string notes;
};
Beside opened(const ModelPaths& paths) {
  const LoadedModel model = load_model(paths, DType::f32).value();
  std::string notes;
  for (const std::string& note : model.facts.notes) notes += note + '\n';
  return {model.config.vision.has_value(), notes};
}

TEST_F(GgufPair, AProjectorBesideItIsTakenByItsNameOrAlone) {
  write_gguf_pair(folder());
  fs::rename(folder() / "tiny.gguf", folder() / "llava-v1.5-7b-Q4_K_M.gguf");
  const fs::path model = folder() / "llava-v1.5-7b-Q4_K_M.gguf";
  fs::copy_file(model, folder() / "model.gguf");  // a word of many projectors' names
  fs::path projector = folder() / "mmproj-tiny.gguf";
  const auto with = [&](const char* name) {
    fs::rename(projector, folder() / name);
    projector = folder() / name;
    return opened({.model = model});
  };
  for (const char* name : {"mmproj-model-f16.gguf", "mmproj-model-iq4_xxs.gguf", "mmproj-llava7b-f16.gguf",
                           "mmproj-llava-v1.5-7b-Q4_K_M.gguf", "llava-v1.5-7b-mmproj-f16.gguf"}) {
    const Beside beside = with(name);
    EXPECT_TRUE(beside.pictures) << name;
    EXPECT_THAT(beside.notes, testing::HasSubstr(text(name, "; --projector none leaves it out")));
  }
  const Beside other = with("mmproj-obsidian-3b-f16.gguf");
  EXPECT_FALSE(other.pictures);
  EXPECT_THAT(other.notes, testing::HasSubstr("obsidian-3b-f16.gguf, has the name of another model"));
  EXPECT_THAT(other.notes, testing::HasSubstr("--projector"));
}

TEST_F(GgufPair, AProjectorNamedForAnotherModelOfTheFolderStaysWithIt) {
  write_gguf_pair(folder());
  fs::copy_file(folder() / "tiny.gguf", folder() / "tiny-stories.gguf");
  EXPECT_TRUE(opened({.model = folder() / "tiny.gguf"}).pictures);
  const Beside text_only = opened({.model = folder() / "tiny-stories.gguf"});
  EXPECT_FALSE(text_only.pictures);
  EXPECT_THAT(text_only.notes, testing::HasSubstr("mmproj-tiny.gguf, has the name of another model"));
}

TEST_F(GgufPair, OfSeveralProjectorsThatFitNoneIsTaken) {
  write_gguf_pair(folder());
  fs::copy_file(folder() / "mmproj-tiny.gguf", folder() / "mmproj-f16.gguf");
  fs::rename(folder() / "mmproj-tiny.gguf", folder() / "mmproj-q8_0.gguf");
  const Beside several = opened({.model = folder()});
  EXPECT_FALSE(several.pictures);
  EXPECT_THAT(several.notes, testing::HasSubstr("--projector: mmproj-f16.gguf, mmproj-q8_0.gguf"));
}

TEST_F(GgufPair, NamesMayHaveOfInThem) {
  write_gguf_pair(folder());
  fs::rename(folder() / "tiny.gguf", folder() / "best-of-both.gguf");
  fs::rename(folder() / "mmproj-tiny.gguf", folder() / "mmproj-best-of-all.gguf");
  const Beside pair = opened({.model = folder()});
  EXPECT_TRUE(pair.pictures);
  EXPECT_THAT(pair.notes, testing::HasSubstr("mmproj-best-of-all.gguf; --projector none leaves it out"));
}

TEST_F(GgufPair, OptionsThatNothingLooksAtAreRefused) {
  write_gguf_pair(folder() / "pair");
  write_hugging_face_folder(folder() / "folder");
  write_clip_folder(folder() / "clip");
  const fs::path pair = folder() / "pair/tiny.gguf", whole = folder() / "folder", clip = folder() / "clip";
  const auto refused = [](const ModelPaths& paths, const std::string& words) {
    EXPECT_REFUSED(load_model(paths, DType::f32), ErrorCode::kInvalidArgument, words);
  };
  refused({.model = pair, .vision = clip}, "tiny.gguf: does not use --vision, which is for");
  refused({.model = pair, .base = whole}, "tiny.gguf: does not use --base, which is for LoRA adapters");
  refused({.model = whole, .base = pair}, "folder: does not use --base");
  EXPECT_THAT(opened({.model = whole, .vision = clip}).notes,
              testing::HasSubstr("given with --vision is not used: the model has its own"));
}

TEST_F(GgufPair, WithProjectorNoneTheOneBesideIsLeftOut) {
  write_gguf_pair(folder());
  const Beside without = opened({.model = folder() / "tiny.gguf", .projector = "none"});
  EXPECT_FALSE(without.pictures);
  EXPECT_EQ(without.notes, "");
  write_hugging_face_folder(folder() / "folder");
  EXPECT_REFUSED(load_model({.model = folder() / "folder", .projector = "none"}, DType::f32),
                 ErrorCode::kInvalidArgument, "--projector none is for GGUF models");
}

TEST_F(GgufPair, TheStoredTemplateCountsWithPicturesToo) {
  write_gguf_pair(folder());
  EXPECT_EQ(chat_template_of(load_model({.model = folder()}, DType::f32).value()).name, "vicuna_v1");
  edit_gguf(folder() / "tiny.gguf", [](GgufMetadata& metadata, HeldTensors&) {
    metadata.set_string("tokenizer.chat_template", "{{ '<|im_start|>' + message['role'] }}");
  });
  EXPECT_EQ(chat_template_of(load_model({.model = folder()}, DType::f32).value()).name, "chatml_direct");
}

TEST_F(GgufPair, ADamagedProjectorIsRefusedIfItIsTheModelsAndElseNoted) {
  write_gguf_pair(folder());
  fs::resize_file(folder() / "mmproj-tiny.gguf", 50000);
  const fs::path model = folder() / "tiny.gguf";
  const auto refused = load_model({.model = model}, DType::f32);
  EXPECT_REFUSED(refused, ErrorCode::kBadFile, "mmproj-tiny.gguf");
  EXPECT_THAT(refused.error().what(), testing::HasSubstr("--projector none"));
  fs::rename(folder() / "mmproj-tiny.gguf", folder() / "mmproj-model-f16.gguf");
  const Beside noted = opened({.model = model});
  EXPECT_FALSE(noted.pictures);
  EXPECT_THAT(noted.notes, testing::HasSubstr("cannot be read and was not taken"));
  EXPECT_THAT(noted.notes, testing::HasSubstr("mmproj-model-f16.gguf"));
}

TEST_F(GgufPair, AFolderWithoutAProjectorIsNone) {
  write_gguf_pair(folder());
  fs::create_directories(folder() / "empty");
  EXPECT_REFUSED(load_model({.model = folder() / "tiny.gguf", .projector = folder() / "empty"}, DType::f32),
                 ErrorCode::kNotFound, "empty: holds no projector: neither mm_projector.bin nor");
}

TEST_F(GgufPair, EveryPathThatIsNamedHasToBeThere) {
  write_gguf_pair(folder());
  const fs::path model = folder() / "tiny.gguf", none = folder() / "none";
  for (const ModelPaths& paths :
       {ModelPaths{.model = model, .projector = none}, ModelPaths{.model = model, .vision = none},
        ModelPaths{.model = model, .base = none}, ModelPaths{.model = model, .tokenizer = none}})
    EXPECT_REFUSED(load_model(paths, DType::f32), ErrorCode::kNotFound, "none");
}

}  // namespace
}  // namespace lapilli::test
