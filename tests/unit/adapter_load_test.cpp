// SPDX-License-Identifier: Apache-2.0
// Adapters in both forms over bases in both forms, without a device.
#include "engine/io/ggml_blocks.h"
#include "tests/support/expect_error.h"
#include "tests/unit/model_refusal.h"

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

class AdapterLoad : public TemporaryFolder {
 protected:
  LoadedModel load(const ModelPaths& paths) { return load_model(paths, DType::f32).value(); }
};

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

TEST_F(AdapterLoad, AnAdapterInGgufFormDoesWhatItsPeftFolderDoes) {
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

/// Every weight in f32.
std::map<std::string, HeldTensor> values_of(const LoadedModel& model) {
  std::map<std::string, HeldTensor> all;
  for (const WeightSource& source : model.weights) {
    const TensorType& type = source.type;
    HeldTensor stored{.dtype = type.dtype, .shape = {type.rows(), type.cols()}, .bytes = {}};
    stored.bytes.resize(type.size_bytes());
    source.read(0, std::as_writable_bytes(std::span(stored.bytes))).value();
    all[source.name] = converted(stored, DType::f32);
  }
  return all;
}

bool is_rotated(const std::string& weight) {
  return weight.starts_with("layers.") && (weight.ends_with(".wq") || weight.ends_with(".wk"));
}

/// Tables, encoder, projector, whole rows of a key: all as over the same base in a folder, to the bit.
TEST_F(AdapterLoad, APeftFolderDoesOverAGgufPairWhatItDoesOverAFolder) {
  write_hugging_face_folder(folder() / "base", DType::f32);
  write_gguf_pair(folder() / "pair", {.language_type = DType::f32, .projector_type = DType::f32});
  write_full_adapter(folder() / "adapter");

  const auto plain = values_of(load({.model = folder() / "pair"}));
  const auto over_folder = values_of(load({.model = folder() / "adapter", .base = folder() / "base"}));
  const LoadedModel model = load({.model = folder() / "adapter", .base = folder() / "pair/tiny.gguf"});
  const auto over_pair = values_of(model);
  EXPECT_EQ(model.facts.format, "LoRA adapter over a base model");
  EXPECT_EQ(model.facts.files.back(), (folder() / "adapter").string());
  EXPECT_EQ(model.config.vision->layers, 2U);
  ASSERT_EQ(over_pair.size(), over_folder.size());
  size_t changed = 0;
  for (const auto& [name, tensor] : over_folder) {
    const HeldTensor expected = is_rotated(name) ? interleaved(tensor) : tensor;
    EXPECT_TRUE(over_pair.at(name).bytes == expected.bytes) << name;
    changed += over_pair.at(name).bytes != plain.at(name).bytes;
  }
  // The tables, a norm, 14 matrices of the language model, 12 of the encoder, the projector's four.
  EXPECT_EQ(changed, 33U);
}

TEST_F(AdapterLoad, OverQuantisedWeightsTheMergedOnesAreF16) {
  write_gguf_pair(folder(), {.language_type = DType::q8_0});
  const LoadedModel model =
      load({.model = golden_folder() / "tiny_llava/lora", .base = folder() / "tiny.gguf"});
  std::map<std::string, DType> types;
  for (const WeightSource& source : model.weights) types[source.name] = source.type.dtype;
  EXPECT_EQ(types.at("layers.0.wk"), DType::f16);
  EXPECT_EQ(types.at("token_embedding"), DType::q8_0);
}

TEST_F(AdapterLoad, AGgufBaseIsFoundByTheConfiguration) {
  write_gguf_pair(folder() / "pair");
  fs::copy(golden_folder() / "tiny_llava/lora", folder() / "adapter");
  const fs::path config = folder() / "adapter/adapter_config.json";
  auto json = nlohmann::json::parse(read_file(config));
  json["base_model_name_or_path"] = (folder() / "pair/tiny.gguf").string();
  write_file(config, json.dump());
  EXPECT_TRUE(load({.model = folder() / "adapter"}).config.vision);
}

HeldTensors golden_projector() {
  HeldTensors projector = renamed(tiny_llava_weights(), original_name);
  std::erase_if(projector,
                [](const auto& item) { return item.first.find("mm_projector") == std::string::npos; });
  return projector;
}

/// The projector of the pair is another one; the right one comes from the folder.
TEST_F(AdapterLoad, AProjectorBesideAnAdapterOrAloneReplacesTheMmprojFiles) {
  write_gguf_pair(folder() / "pair");
  const auto wanted = values_of(load({.model = folder() / "pair"})).at("projector.1.weight").bytes;
  edit_gguf(folder() / "pair/mmproj-tiny.gguf", [](GgufMetadata&, HeldTensors& tensors) {
    tensors["mm.2.weight"] = zeros({32, 32});
  });
  const fs::path adapter = folder() / "adapter";
  fs::copy(golden_folder() / "tiny_llava/lora_hf", adapter);
  const auto loaded = [&] {
    return values_of(load({.model = adapter, .base = folder() / "pair"})).at("projector.1.weight").bytes;
  };
  EXPECT_NE(loaded(), wanted);
  write_safetensors_file(adapter / "mm_projector.safetensors", golden_projector());
  EXPECT_EQ(loaded(), wanted);
  fs::remove(adapter / "mm_projector.safetensors");
  write_torch_file(adapter / "mm_projector.bin", golden_projector());
  EXPECT_EQ(loaded(), wanted);
  const auto named = load({.model = folder() / "pair/tiny.gguf", .projector = adapter / "mm_projector.bin"});
  EXPECT_EQ(values_of(named).at("projector.1.weight").bytes, wanted);
  EXPECT_EQ(named.facts.files.back(), (adapter / "mm_projector.bin").string());
  fs::remove(adapter / "adapter_config.json");
  EXPECT_EQ(load({.model = adapter, .base = folder() / "pair"}).facts.format, "projector over a base model");
  EXPECT_EQ(loaded(), wanted);
  fs::remove(adapter / "mm_projector.bin");
  write_safetensors_file(adapter / "mm_projector.safetensors", golden_projector());
  EXPECT_EQ(loaded(), wanted);
}

TEST_F(AdapterLoad, AnAdapterIsNoBase) {
  write_gguf_pair(folder() / "pair");
  fs::copy(golden_folder() / "tiny_llava/lora", folder() / "adapter");
  EXPECT_REFUSED(
      load_model({.model = folder() / "adapter", .base = golden_folder() / "tiny_llava/lora_hf"}, DType::f32),
      ErrorCode::kInvalidArgument, "lora_hf is none");
  edit_gguf(folder() / "pair/tiny.gguf",
            [](GgufMetadata& metadata, HeldTensors&) { metadata.set_string("general.type", "adapter"); });
  EXPECT_REFUSED(load_model({.model = folder() / "adapter", .base = folder() / "pair/tiny.gguf"}, DType::f32),
                 ErrorCode::kUnsupported, "LoRA adapter, a model is expected");
}

// ── Refused over a GGUF pair ───────────────────────────────────────────────────────────────────────────────

class RefusedOverGguf : public Refused {
  void write_base() override {
    write_gguf_pair(folder() / "pair");
    fs::copy(golden_folder() / "tiny_llava/lora", folder() / "model");
  }
  [[nodiscard]] ModelPaths paths() const override {
    return {.model = folder() / "model", .base = folder() / "pair/tiny.gguf"};
  }
};

TEST_P(RefusedOverGguf, WithItsReason) {
  check();
}

std::function<void(const fs::path&)> factors_of(const std::string& module, uint64_t rows, uint64_t cols) {
  return [=](const fs::path& folder) {
    write_torch_file(folder / "adapter_model.bin",
                     {{"base_model.model." + module + ".lora_A.weight", zeros({2, cols})},
                      {"base_model.model." + module + ".lora_B.weight", zeros({rows, 2})}});
  };
}

std::function<void(const fs::path&)> trained_whole(const std::string& name, std::vector<uint64_t> shape) {
  return [=](const fs::path& folder) {
    write_torch_file(folder / "non_lora_trainables.bin", {{"base_model.model." + name, zeros(shape)}});
  };
}

const RefusalCase kOverGguf[] = {
    {"OtherShape",
     {"adapter_model.bin: model.layers.0.self_attn.k_proj.weight", "[24, 32]", "[16, 32]", "another model"},
     factors_of("model.layers.0.self_attn.k_proj", 24, 32)},
    {"OtherShapeInTheEncoder",
     {"adapter_model.bin", "encoder.layers.1.mlp.fc1.weight", "[32, 64]", "[64, 32]", "another model"},
     factors_of("model.vision_tower.vision_model.encoder.layers.1.mlp.fc1", 32, 64)},
    {"LayerTheBaseLacks",
     {"adapter_model.bin", "model.layers.2.self_attn.q_proj.weight", "does not have"},
     factors_of("model.layers.2.self_attn.q_proj", 32, 32)},
    {"BlockTheEncoderCannotHave",
     {"adapter_model.bin", "encoder.layers.3.self_attn.q_proj.weight", "does not have"},
     factors_of("model.vision_tower.vision_model.encoder.layers.3.self_attn.q_proj", 32, 32)},
    {"WholeWeightTheBaseLacks",
     {"non_lora_trainables.bin", "model.mm_resampler.0.weight", "does not have"},
     trained_whole("model.mm_resampler.0.weight", {32, 32})},
    {"WholeWeightOfAnotherShape",
     {"non_lora_trainables.bin", "mm_projector.0.weight", "is [64, 32]", "[32, 32]"},
     trained_whole("model.mm_projector.0.weight", {64, 32})},
    {"ProjectorOfOneLayer",
     {"non_lora_trainables.bin", "mm_projector.weight", "of one layer", "has 2"},
     trained_whole("model.mm_projector.weight", {32, 32})},
    {"NoProjectorFile",
     {"non_lora_trainables.bin", "mm_projector.0", "does not have", "--projector"},
     [](const fs::path& f) { fs::remove(f.parent_path() / "pair/mmproj-tiny.gguf"); }},
};
INSTANTIATE_TEST_SUITE_P(Lora, RefusedOverGguf, testing::ValuesIn(kOverGguf), case_name);

}  // namespace
}  // namespace lapilli::test
