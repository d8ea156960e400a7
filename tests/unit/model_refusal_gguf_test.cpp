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
