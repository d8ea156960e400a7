// SPDX-License-Identifier: Apache-2.0
// Whole models that cannot be what they seem: refused with a sentence that names the file, the place and both
// values. Each case starts from a good model and spoils one thing.
#include "tests/unit/model_refusal.h"

#include <limits>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

void edit_config(const fs::path& folder, const std::function<void(Json&)>& edit) {
  edit_json(folder / "config.json", edit);
}

void edit_weights(const fs::path& folder, const std::function<void(HeldTensors&)>& edit) {
  HeldTensors tensors = tiny_llava_weights();
  edit(tensors);
  write_safetensors_file(folder / "model.safetensors", tensors);
}

std::function<void(const fs::path&)> config_with(const std::string& pointer, const Json& value) {
  return [=](const fs::path& folder) {
    edit_config(folder, [&](Json& config) { config[Json::json_pointer(pointer)] = value; });
  };
}

// ── A Hugging Face folder ──────────────────────────────────────────────────────────────────────────────────

class RefusedFolder : public Refused {
  void write_base() override { write_hugging_face_folder(folder() / "model"); }
};

TEST_P(RefusedFolder, WithItsReason) {
  check();
}

const RefusalCase kFiles[] = {
    {"LfsPointer",
     {"model.safetensors", "Git-LFS"},
     [](const fs::path& f) { write_file(f / "model.safetensors", kLfsPointer); }},
    {"HtmlPage",
     {"model.safetensors", "web page"},
     [](const fs::path& f) { write_file(f / "model.safetensors", "<!DOCTYPE html><html>404</html>"); }},
    {"EmptyWeights",
     {"model.safetensors", "empty"},
     [](const fs::path& f) { write_file(f / "model.safetensors", ""); }},
    {"NoWeights",
     {"holds no model", "model.safetensors"},
     [](const fs::path& f) { fs::remove(f / "model.safetensors"); }},
    {"NoConfig",
     {"config.json: is missing", "fetch"},
     [](const fs::path& f) { fs::remove(f / "config.json"); }},
    {"ConfigIsNoJson", {"config.json"}, [](const fs::path& f) { write_file(f / "config.json", "{\"a\": "); }},
    {"ConfigIsAList",
     {"config.json", "is not a JSON object"},
     [](const fs::path& f) { write_file(f / "config.json", "[1]"); }},
    {"ConfigIsALfsPointer",
     {"config.json"},
     [](const fs::path& f) { write_file(f / "config.json", kLfsPointer); }},
    {"TokenizerIsALfsPointer",
     {"tokenizer.model"},
     [](const fs::path& f) { write_file(f / "tokenizer.model", kLfsPointer); }},
    {"TokenizerCut",
     {"tokenizer.model"},
     [](const fs::path& f) { fs::resize_file(f / "tokenizer.model", 4321); }},
    {"TruncatedWeights",
     {"model.safetensors"},
     [](const fs::path& f) { fs::resize_file(f / "model.safetensors", 200000); }},
    {"TruncatedHeader",
     {"model.safetensors"},
     [](const fs::path& f) { fs::resize_file(f / "model.safetensors", 1000); }},
    {"WeightsAreAFolder",
     {"model.safetensors", "regular file"},
     [](const fs::path& f) {
       fs::remove(f / "model.safetensors");
       fs::create_directories(f / "model.safetensors");
     }},
    {"TokenizerOfAnotherModel",
     {"the tokenizer has 622 tokens, the model 2000"},
     [](const fs::path& f) {
       edit_config(f, [](Json& config) { config["text_config"]["vocab_size"] = 2000; });
       edit_weights(f, [](HeldTensors& t) {
         t["language_model.lm_head.weight"] = zeros({2000, 32});
         t["language_model.model.embed_tokens.weight"] = zeros({2000, 32});
       });
     }},
    {"TokenizerTooLarge",
     {"the tokenizer has 622 tokens, the model 400"},
     [](const fs::path& f) {
       edit_config(f, [](Json& config) {
         config["text_config"]["vocab_size"] = 400;
         config["image_token_index"] = 399;
       });
       edit_weights(f, [](HeldTensors& t) {
         t["language_model.lm_head.weight"] = zeros({400, 32});
         t["language_model.model.embed_tokens.weight"] = zeros({400, 32});
       });
     }},
};
INSTANTIATE_TEST_SUITE_P(Files, RefusedFolder, testing::ValuesIn(kFiles), case_name);

const RefusalCase kWeights[] = {
    {"MissingWeight",
     {"model/model.safetensors: language_model.model.layers.1.self_attn.q_proj.weight", "[32, 32]"},
     [](const fs::path& f) {
       edit_weights(f,
                    [](HeldTensors& t) { t.erase("language_model.model.layers.1.self_attn.q_proj.weight"); });
     }},
    {"MissingNorm",
     {"model.safetensors: language_model.model.norm.weight", "[32]"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) { t.erase("language_model.model.norm.weight"); });
     }},
    {"MissingOutputLayer",  // the configuration says that it is not tied
     {"model.safetensors: language_model.lm_head.weight", "[632, 32]", "is not there"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) { t.erase("language_model.lm_head.weight"); });
     }},
    {"MissingVisionWeight",
     {"model.safetensors: vision_tower.encoder.layers.0.mlp.fc1.bias", "[64]"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) { t.erase("vision_tower.encoder.layers.0.mlp.fc1.bias"); });
     }},
    {"MissingProjectorWeight",
     {"model.safetensors: multi_modal_projector.linear_2.bias", "[32]"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) { t.erase("multi_modal_projector.linear_2.bias"); });
     }},
    {"FewerLayersThanStored",
     {"model.safetensors: language_model.model.layers.1.", "layer 1", "num_hidden_layers is 1"},
     config_with("/text_config/num_hidden_layers", 1)},
    {"BiasOfALinearLayer",
     {"model.safetensors: language_model.model.layers.0.self_attn.q_proj.bias", "bias"},
     [](const fs::path& f) {
       edit_weights(
           f, [](HeldTensors& t) { t["language_model.model.layers.0.self_attn.q_proj.bias"] = zeros({32}); });
     }},
    {"BiasOfTheOutputLayer",
     {"model.safetensors: language_model.lm_head.bias", "bias"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) { t["language_model.lm_head.bias"] = zeros({632}); });
     }},
    {"LinkToNothing",
     {"model.safetensors: is a link to ../../blobs/5d1c", "not there", "fetch"},
     [](const fs::path& f) {
       fs::remove(f / "model.safetensors");
       fs::create_symlink("../../blobs/5d1c", f / "model.safetensors");
     }},
    {"WrongShape",
     {"layers.0.mlp.up_proj.weight", "is [48, 32]", "[64, 32]"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) {
         t["language_model.model.layers.0.mlp.up_proj.weight"] = zeros({48, 32});
       });
     }},
    {"TransposedShape",
     {"layers.0.mlp.up_proj.weight", "is [32, 64]", "[64, 32]"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) {
         t["language_model.model.layers.0.mlp.up_proj.weight"] = zeros({32, 64});
       });
     }},
    {"ProjectorOfAnotherWidth",
     {"multi_modal_projector.linear_2.weight", "is [64, 64]", "[32, 32]"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) { t["multi_modal_projector.linear_2.weight"] = zeros({64, 64}); });
     }},
    {"IntegerWeights",
     {"q_proj.weight", "i32", "no weight type"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) {
         HeldTensor& tensor = t["language_model.model.layers.0.self_attn.q_proj.weight"];
         tensor = converted(tensor, DType::f32);
         tensor.dtype = DType::i32;
       });
     }},
    {"NanInMatrix",
     {"model.safetensors", "v_proj.weight"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) {
         put_f32(t["language_model.model.layers.1.self_attn.v_proj.weight"],
                 std::numeric_limits<float>::quiet_NaN());
       });
     }},
    {"InfinityInNorm",
     {"model.safetensors", "language_model.model.norm.weight", "infinite"},
     [](const fs::path& f) {
       edit_weights(f, [](HeldTensors& t) {
         put_f32(t["language_model.model.norm.weight"], std::numeric_limits<float>::infinity());
       });
     }},
};
INSTANTIATE_TEST_SUITE_P(Weights, RefusedFolder, testing::ValuesIn(kWeights), case_name);

const RefusalCase kConfigs[] = {
    {"Qwen", {"model_type", "qwen2"}, config_with("/model_type", "qwen2")},
    {"Mixtral", {"model_type", "mixtral"}, config_with("/model_type", "mixtral")},
    {"LlavaNext", {"model_type", "llava_next"}, config_with("/model_type", "llava_next")},
    {"Mllama", {"model_type", "mllama"}, config_with("/model_type", "mllama")},
    {"AnyResolution",
     {"image_aspect_ratio", "anyres", "LLaVA-1.6"},
     config_with("/image_aspect_ratio", "anyres")},
    {"AnyResolutionMax",
     {"image_aspect_ratio", "anyres_max_9", "LLaVA-1.6"},
     config_with("/image_aspect_ratio", "anyres_max_9")},
    {"QwenInside",
     {"text_config: model_type", "qwen2", "llama"},
     config_with("/text_config/model_type", "qwen2")},
    {"SiglipInside",
     {"vision_config: model_type", "siglip_vision_model", "clip_vision_model"},
     config_with("/vision_config/model_type", "siglip_vision_model")},
    {"Quantized", {"quantization_config", "GGUF"}, config_with("/quantization_config", {{"bits", 4}})},
    {"QuantizedInside",
     {"text_config: quantization_config"},
     config_with("/text_config/quantization_config", {{"bits", 4}})},
    {"ProjectorActivation",
     {"projector_hidden_act", "relu", "gelu"},
     config_with("/projector_hidden_act", "relu")},
    {"SeveralFeatureLayers",
     {"vision_feature_layer", "[-2,-3]"},
     config_with("/vision_feature_layer", Json::array({-2, -3}))},
    {"FeatureLayerInWords",
     {"vision_feature_layer", "whole number"},
     config_with("/vision_feature_layer", Json::array({"last"}))},
    {"FeatureLayerBeyond", {"hidden state -9", "3 layers"}, config_with("/vision_feature_layer", -9)},
    {"SelectStrategy",
     {"vision_feature_select_strategy", "middle"},
     config_with("/vision_feature_select_strategy", "middle")},
    {"ImageTokenOutside", {"image token (image_token_index)", "632"}, config_with("/image_token_index", 632)},
    {"ImageTokenInWords",
     {"image_token_index", "whole number"},
     config_with("/image_token_index", "<image>")},
    {"HeadsDoNotDivide",
     {"hidden_size", "32", "5 attention heads"},
     [](const fs::path& f) {
       edit_config(f, [](Json& config) {
         config["text_config"].erase("head_dim");
         config["text_config"]["num_attention_heads"] = 5;
       });
     }},
    {"KeyHeadsDoNotDivide",
     {"4 attention heads", "3 key/value heads"},
     config_with("/text_config/num_key_value_heads", 3)},
    {"VisionHeadsDoNotDivide",
     {"vision heads", "32 over 3"},
     config_with("/vision_config/num_attention_heads", 3)},
    {"NoHeads", {"attention heads", "is 0"}, config_with("/text_config/num_attention_heads", 0)},
    {"OddHead", {"head size", "is 7"}, config_with("/text_config/head_dim", 7)},
    {"PatchDoesNotDivide", {"image size", "28", "13"}, config_with("/vision_config/patch_size", 13)},
    {"NoRopeBase",
     {"rope base (rope_theta): is 0"},
     config_with("/text_config/rope_parameters/rope_theta", 0)},
    {"NoPatch", {"patch size (vision_config.patch_size): is 0"}, config_with("/vision_config/patch_size", 0)},
    {"BillionLayers",
     {"config.json: language layers (num_hidden_layers): is 1000000000", "512"},
     config_with("/text_config/num_hidden_layers", 1000000000)},
    {"BillionVisionLayers",
     {"vision layers (vision_config.num_hidden_layers)"},
     config_with("/vision_config/num_hidden_layers", 1000000000)},
    {"MoreLayersThanStored",
     {"model.layers.2.", "missing"},
     config_with("/text_config/num_hidden_layers", 3)},
    {"HugeNumber",
     {"hidden_size", "18446744073709551615"},
     config_with("/text_config/hidden_size", std::numeric_limits<uint64_t>::max())},
    {"NegativeNumber", {"vocab_size", "-1", "whole number"}, config_with("/text_config/vocab_size", -1)},
    {"FractionForANumber", {"hidden_size", "32.5"}, config_with("/text_config/hidden_size", 32.5)},
    {"TextForANumber", {"hidden_size", "\"32\""}, config_with("/text_config/hidden_size", "32")},
    {"NoEpsilon", {"norm epsilon (rms_norm_eps): is 0"}, config_with("/text_config/rms_norm_eps", 0)},
    {"InfiniteEpsilon",
     {"norm epsilon (rms_norm_eps): is inf", "finite"},
     config_with("/text_config/rms_norm_eps", 1e300)},
    {"NoVisionEpsilon", {"vision norm epsilon"}, config_with("/vision_config/layer_norm_eps", -1)},
    {"RopeKind", {"rope_type", "yarn"}, config_with("/text_config/rope_parameters/rope_type", "yarn")},
    {"AttentionBias", {"attention_bias"}, config_with("/text_config/attention_bias", true)},
    {"Activation", {"hidden_act", "gelu", "silu"}, config_with("/text_config/hidden_act", "gelu")},
    {"VisionActivation", {"hidden_act", "relu"}, config_with("/vision_config/hidden_act", "relu")},
    {"SectionIsANumber", {"text_config", "not a JSON object"}, config_with("/text_config", 3)},
};
INSTANTIATE_TEST_SUITE_P(Configs, RefusedFolder, testing::ValuesIn(kConfigs), case_name);

// ── Shards ─────────────────────────────────────────────────────────────────────────────────────────────────

class RefusedShards : public Refused {
  void write_base() override {
    write_original_folder(folder() / "model");
    write_clip_folder(folder() / "clip-vit-tiny");
  }
};

TEST_P(RefusedShards, WithItsReason) {
  check();
}

const char* const kIndex = "pytorch_model.bin.index.json";
const char* const kSecondShard = "pytorch_model-00002-of-00002.bin";

const RefusalCase kOriginal[] = {
    {"MissingShard",
     {kSecondShard, "is missing", "2 files"},
     [](const fs::path& f) { fs::remove(f / kSecondShard); }},
    {"TruncatedShard", {kSecondShard}, [](const fs::path& f) { fs::resize_file(f / kSecondShard, 5000); }},
    {"ShardIsALfsPointer",
     {kSecondShard, "Git-LFS"},
     [](const fs::path& f) { write_file(f / kSecondShard, kLfsPointer); }},
    {"IndexNamesAbsentTensor",
     {"model.extra.weight", "does not hold"},
     [](const fs::path& f) {
       edit_json(f / kIndex, [](Json& index) { index["weight_map"]["model.extra.weight"] = kSecondShard; });
     }},
    {"IndexLacksTensor",
     {"model.norm.weight", "does not list"},
     [](const fs::path& f) {
       edit_json(f / kIndex, [](Json& index) { index["weight_map"].erase("model.norm.weight"); });
     }},
    {"IndexLeadsOutside",
     {"../secret.bin", "plain file name"},
     [](const fs::path& f) {
       edit_json(f / kIndex, [](Json& index) { index["weight_map"]["model.norm.weight"] = "../secret.bin"; });
     }},
    {"IndexCut", {kIndex}, [](const fs::path& f) { fs::resize_file(f / kIndex, 100); }},
    {"ProjectorType", {"projector type", "ldpnetv2"}, config_with("/mm_projector_type", "ldpnetv2")},
    {"ProjectorTypeLarge",
     {"projector type", "mlp99x_gelu"},
     config_with("/mm_projector_type", "mlp99x_gelu")},
    {"NoEncoder",
     {"clip-vit-tiny", "--vision"},
     [](const fs::path& f) { fs::remove_all(f.parent_path() / "clip-vit-tiny"); }},
    {"EncoderIsALanguageModel",
     {"clip-vit-tiny", "no CLIP vision encoder"},
     [](const fs::path& f) {
       fs::copy_file(f / "config.json", f.parent_path() / "clip-vit-tiny/config.json",
                     fs::copy_options::overwrite_existing);
     }},
    {"EncoderLayerOutside", {"hidden state 7"}, config_with("/mm_vision_select_layer", 7)},
};
INSTANTIATE_TEST_SUITE_P(Original, RefusedShards, testing::ValuesIn(kOriginal), case_name);

}  // namespace
}  // namespace lapilli::test
