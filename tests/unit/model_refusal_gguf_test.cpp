// SPDX-License-Identifier: Apache-2.0
// GGUF pairs, and single files given as a model, that cannot be what they seem.
#include "tests/support/expect_error.h"
#include "tests/unit/model_refusal.h"

#include <array>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

class RefusedGguf : public Refused {
  void write_base() override { write_gguf_pair(folder() / "model"); }
};

TEST_P(RefusedGguf, WithItsReason) {
  check();
}

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

using EditGguf = std::function<void(GgufMetadata& metadata, HeldTensors& tensors)>;

std::function<void(const fs::path&)> language(const EditGguf& edit) {
  return [=](const fs::path& folder) { edit_gguf(folder / "tiny.gguf", edit); };
}
std::function<void(const fs::path&)> language_u32(const char* key, uint32_t value) {
  return language([=](GgufMetadata& metadata, HeldTensors&) { metadata.set_u32(key, value); });
}
std::function<void(const fs::path&)> projector(const EditGguf& edit) {
  return [=](const fs::path& folder) { edit_gguf(folder / "mmproj-tiny.gguf", edit); };
}
std::function<void(const fs::path&)> projector_u32(const char* key, uint32_t value) {
  return projector([=](GgufMetadata& metadata, HeldTensors&) { metadata.set_u32(key, value); });
}

const RefusalCase kLanguage[] = {
    {"LfsPointer", {"tiny.gguf"}, [](const fs::path& f) { write_file(f / "tiny.gguf", kLfsPointer); }},
    {"Empty", {"tiny.gguf"}, [](const fs::path& f) { write_file(f / "tiny.gguf", ""); }},
    {"Truncated", {"tiny.gguf"}, [](const fs::path& f) { fs::resize_file(f / "tiny.gguf", 90000); }},
    {"TruncatedMetadata", {"tiny.gguf"}, [](const fs::path& f) { fs::resize_file(f / "tiny.gguf", 3000); }},
    {"TwoLanguageModels",
     {"several language models", "other.gguf, tiny.gguf"},
     [](const fs::path& f) { fs::copy_file(f / "tiny.gguf", f / "other.gguf"); }},
    {"OnlyAProjector", {"no language model"}, [](const fs::path& f) { fs::remove(f / "tiny.gguf"); }},
    {"Qwen",
     {"tiny.gguf", "general.architecture", "qwen2", "llama"},
     language([](GgufMetadata& m, HeldTensors&) { m.set_string("general.architecture", "qwen2"); })},
    {"NoArchitecture", {"tiny.gguf", "general.architecture"}, language([](GgufMetadata& m, HeldTensors&) {
       m.erase("general.architecture");
     })},
    {"Mixture", {"llama.expert_count", "experts"}, language_u32("llama.expert_count", 8)},
    {"Adapter", {"tiny.gguf", "general.type", "LoRA adapter"}, language([](GgufMetadata& m, HeldTensors&) {
       m.set_string("general.type", "adapter");
     })},
    {"NoWidth", {"llama.embedding_length"}, language([](GgufMetadata& m, HeldTensors&) {
       m.erase("llama.embedding_length");
     })},
    {"FewerLayersThanStored",
     {"tiny.gguf: blk.1.", "layer 1", "llama.block_count is 1"},
     language_u32("llama.block_count", 1)},
    {"Bias", {"tiny.gguf: blk.0.attn_q.bias", "bias"}, language([](GgufMetadata&, HeldTensors& t) {
       t["blk.0.attn_q.bias"] = converted(zeros({32}), DType::f32);
     })},
    {"NoLayers",
     {"tiny.gguf: language layers (llama.block_count): is 0"},
     language_u32("llama.block_count", 0)},
    {"BillionLayers", {"layers", "1000000000", "512"}, language_u32("llama.block_count", 1000000000)},
    {"MoreLayersThanStored", {"blk.2.", "missing"}, language_u32("llama.block_count", 3)},
    {"NoHeads", {"llama.attention.head_count"}, language_u32("llama.attention.head_count", 0)},
    {"HeadsDoNotDivide",
     {"llama.attention.head_count", "is 5", "32"},
     language_u32("llama.attention.head_count", 5)},
    {"KeyHeadsDoNotDivide",
     {"4 attention heads", "3 key/value heads"},
     language_u32("llama.attention.head_count_kv", 3)},
    {"HeadsDiffer",
     {"llama.attention.head_count_kv", "different numbers"},
     language([](GgufMetadata& m, HeldTensors&) {
       m.set_i32s("llama.attention.head_count_kv", std::vector<int32_t>{2, 4});
     })},
    {"PartialRotation",
     {"llama.rope.dimension_count", "is 4", "8"},
     language_u32("llama.rope.dimension_count", 4)},
    {"RopeScaling", {"llama.rope.scaling.type", "yarn"}, language([](GgufMetadata& m, HeldTensors&) {
       m.set_string("llama.rope.scaling.type", "yarn");
     })},
    {"RopeFactors", {"rope_freqs.weight", "not supported"}, language([](GgufMetadata&, HeldTensors& t) {
       t["rope_freqs.weight"] = converted(zeros({4}), DType::f32);
     })},
    {"RopeFactorsQuantised", {"rope_freqs.weight"}, language([](GgufMetadata&, HeldTensors& t) {
       t["rope_freqs.weight"] = converted(zeros({32}), DType::q8_0);
     })},
    {"NegativeEpsilon", {"norm epsilon"}, language([](GgufMetadata& m, HeldTensors&) {
       m.set_f32("llama.attention.layer_norm_rms_epsilon", -1);
     })},
    {"Tokenizer", {"tiny.gguf", "tokenizer.ggml.model", "gpt2"}, language([](GgufMetadata& m, HeldTensors&) {
       m.set_string("tokenizer.ggml.model", "gpt2");
     })},
    {"ScoresTooFew", {"tokenizer.ggml.scores"}, language([](GgufMetadata& m, HeldTensors&) {
       m.set_f32s("tokenizer.ggml.scores", std::vector<float>(7));
     })},
    {"VocabularyTooLarge",
     {"the tokenizer has 622 tokens, the model 100"},
     language([](GgufMetadata&, HeldTensors& t) {
       t["token_embd.weight"] = zeros({100, 32});
       t["output.weight"] = zeros({100, 32});
     })},
    {"VocabularyAlone", {"token_embd.weight"}, language([](GgufMetadata&, HeldTensors& t) { t.clear(); })},
    {"WrongShape",
     {"blk.1.ffn_down.weight", "is [32, 32]", "[32, 64]"},
     language([](GgufMetadata&, HeldTensors& t) {
       t["blk.1.ffn_down.weight"] = zeros({32, 32});
     })},
    {"InfiniteBlockScale", {"tiny.gguf", "blk.0.attn_v.weight"}, language([](GgufMetadata&, HeldTensors& t) {
       HeldTensor& tensor = t["blk.0.attn_v.weight"];
       tensor = converted(tensor, DType::q8_0);
       tensor.bytes.replace(0, 2, std::string("\x00\x7c", 2));
     })},
    {"NanInF16", {"tiny.gguf", "output.weight"}, language([](GgufMetadata&, HeldTensors& t) {
       t["output.weight"].bytes.replace(0, 2, std::string("\x01\x7e", 2));
     })},
};
INSTANTIATE_TEST_SUITE_P(Language, RefusedGguf, testing::ValuesIn(kLanguage), case_name);

/// A projector that does not fit is not taken for one; so these name it.
class RefusedProjector : public Refused {
  void write_base() override { write_gguf_pair(folder() / "model"); }
  [[nodiscard]] ModelPaths paths() const override {
    return {.model = folder() / "model/tiny.gguf", .projector = folder() / "model/mmproj-tiny.gguf"};
  }
};

TEST_P(RefusedProjector, WithItsReason) {
  check();
}

const RefusalCase kProjector[] = {
    {"Missing", {"mmproj-tiny.gguf"}, [](const fs::path& f) { fs::remove(f / "mmproj-tiny.gguf"); }},
    {"Truncated",
     {"mmproj-tiny.gguf"},
     [](const fs::path& f) { fs::resize_file(f / "mmproj-tiny.gguf", 50000); }},
    {"LanguageModel",
     {"mmproj-tiny.gguf", "no projector"},
     [](const fs::path& f) {
       fs::copy_file(f / "tiny.gguf", f / "mmproj-tiny.gguf", fs::copy_options::overwrite_existing);
     }},
    {"PyTorchFile",
     {"mmproj-tiny.gguf", "GGUF"},
     [](const fs::path& f) {
       fs::copy_file(golden_folder() / "tiny_llava/linear/mm_projector.bin", f / "mmproj-tiny.gguf",
                     fs::copy_options::overwrite_existing);
     }},
    {"OtherWidth",
     {"mmproj-tiny.gguf", "rows of 64", "32", "belong together"},
     projector([](GgufMetadata&, HeldTensors& t) {
       t["mm.2.weight"] = zeros({64, 32});
       t["mm.2.bias"] = converted(zeros({64}), DType::f32);
     })},
    {"Llava16",
     {"mmproj-tiny.gguf", "model.image_newline", "another kind"},
     projector([](GgufMetadata&, HeldTensors& t) { t["model.image_newline"] = zeros({32}); })},
    {"Llava16Merging",
     {"mm_patch_merge_type", "spatial_unpad", "LLaVA-1.6"},
     projector([](GgufMetadata& m, HeldTensors&) {
       m.set_string("clip.vision.mm_patch_merge_type", "spatial_unpad");
     })},
    {"MobileVlm",
     {"mmproj-tiny.gguf", "mm.model.mlp.1.weight", "another kind"},
     projector([](GgufMetadata&, HeldTensors& t) {
       t["mm.model.mlp.1.weight"] = zeros({32, 32});
     })},
    {"ProjectorType", {"clip.projector_type", "ldpv2", "mlp"}, projector([](GgufMetadata& m, HeldTensors&) {
       m.set_string("clip.projector_type", "ldpv2");
     })},
    {"Audio", {"clip.has_audio_encoder"}, projector([](GgufMetadata& m, HeldTensors&) {
       m.set_bool("clip.has_audio_encoder", true);
     })},
    {"NoProjectorWeights", {"mmproj-tiny.gguf", "mm.0.weight"}, projector([](GgufMetadata&, HeldTensors& t) {
       std::erase_if(t, [](const auto& item) { return item.first.starts_with("mm."); });
     })},
    {"NoEncoder", {"mmproj-tiny.gguf", "v.blk.0"}, projector([](GgufMetadata&, HeldTensors& t) {
       std::erase_if(t, [](const auto& item) { return item.first.starts_with("v.blk."); });
     })},
    {"WrongShape",
     {"v.position_embd.weight", "[6, 32]", "[5, 32]"},
     projector([](GgufMetadata&, HeldTensors& t) {
       t["v.position_embd.weight"] = zeros({6, 32});
     })},
    {"OtherPicture",
     {"v.position_embd.weight", "[5, 32]", "[10, 32]"},
     projector_u32("clip.vision.image_size", 42)},
    {"HugePicture", {"image size", "4000000000"}, projector_u32("clip.vision.image_size", 4000000000U)},
    {"NoPatch", {"patch size (clip.vision.patch_size)", "is 0"}, projector_u32("clip.vision.patch_size", 0)},
    {"HeadsDoNotDivide", {"vision heads", "32 over 3"}, projector_u32("clip.vision.attention.head_count", 3)},
    {"FeatureLayers", {"clip.vision.feature_layer"}, projector([](GgufMetadata& m, HeldTensors&) {
       m.set_i32s("clip.vision.feature_layer", std::vector<int32_t>{1, 2});
     })},
    {"Silu", {"clip.use_silu"}, projector([](GgufMetadata& m, HeldTensors&) {
       m.set_bool("clip.use_silu", true);
     })},
    {"StatisticsTooFew", {"clip.vision.image_mean"}, projector([](GgufMetadata& m, HeldTensors&) {
       m.set_f32s("clip.vision.image_mean", std::vector<float>(2));
     })},
    {"NoDeviation", {"picture statistics", "deviation 0"}, projector([](GgufMetadata& m, HeldTensors&) {
       m.set_f32s("clip.vision.image_std", std::vector<float>(3));
     })},
};
INSTANTIATE_TEST_SUITE_P(Projector, RefusedProjector, testing::ValuesIn(kProjector), case_name);

/// One file given as the model.
class RefusedFile : public Refused {
  void write_base() override { write_hugging_face_folder(folder()); }
  [[nodiscard]] ModelPaths paths() const override {
    const fs::path file = folder() / "model";
    return {.model = fs::exists(file) || !fs::exists(folder() / "model.safetensors") ? file : folder()};
  }
};

TEST_P(RefusedFile, WithItsReason) {
  check();
}

void remove_good_model(const fs::path& model) {
  fs::remove(model.parent_path() / "model.safetensors");
}

/// A file of 1000 bytes.
void write_llama2c_header(const fs::path& model, const std::array<int32_t, 7>& header) {
  std::string content(reinterpret_cast<const char*>(header.data()), sizeof header);
  content.resize(1000);
  write_file(model, content);
}

const RefusalCase kFiles[] = {
    {"Absent", {"no such file"}, remove_good_model},
    {"EmptyFolder", {"holds no model"}, [](const fs::path& model) { fs::create_directories(model); }},
    {"Empty", {"model", "empty"}, [](const fs::path& model) { write_file(model, ""); }},
    {"LfsPointer", {"model", "Git-LFS"}, [](const fs::path& model) { write_file(model, kLfsPointer); }},
    {"HtmlPage", {"model", "web page"}, [](const fs::path& model) { write_file(model, "<html></html>"); }},
    {"OldGgml",
     {"model", "GGUF"},
     [](const fs::path& model) { write_file(model, "tjgg" + std::string(100, 'x')); }},
    {"Text", {"model"}, [](const fs::path& model) { write_file(model, "some notes about a model"); }},
    {"Llama2cCut",
     {"model: has 1000 bytes, its llama2.c header asks for", "it is cut short"},
     [](const fs::path& model) {
       write_llama2c_header(model, {64, 172, 5, 8, 4, 512, 512});
     }},
    {"Llama2cWidth",
     {"model: ", "dim is -64", "1 to 131072"},
     [](const fs::path& model) {
       write_llama2c_header(model, {-64, 172, 5, 8, 4, 512, 512});
     }},
    {"WeightsWithoutModel",
     {"config.json", "expected in its folder"},
     [](const fs::path& model) { fs::rename(model.parent_path() / "model.safetensors", model); }},
    {"Projector",
     {"is a projector", "--projector"},
     [](const fs::path& model) {
       write_gguf_pair(model.parent_path() / "pair");
       fs::rename(model.parent_path() / "pair/mmproj-tiny.gguf", model);
     }},
    {"ProjectorWithoutModel",
     {"a projector without its language model", "--base"},
     [](const fs::path& model) {
       remove_good_model(model);
       fs::copy(golden_folder() / "tiny_llava/linear", model);
     }},
};
INSTANTIATE_TEST_SUITE_P(Single, RefusedFile, testing::ValuesIn(kFiles), case_name);

}  // namespace
}  // namespace lapilli::test
