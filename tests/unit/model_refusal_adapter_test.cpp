// SPDX-License-Identifier: Apache-2.0
// Adapters that cannot be what they seem.
#include "tests/unit/model_refusal.h"

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class RefusedAdapter : public Refused {
  void write_base() override {
    write_hugging_face_folder(folder() / "base");
    fs::copy(golden_folder() / "tiny_llava/lora", folder() / "model");
  }
  [[nodiscard]] ModelPaths paths() const override {
    if (!fs::exists(folder() / "base")) return {.model = folder() / "model"};
    return {.model = folder() / "model", .base = folder() / "base"};
  }
};

TEST_P(RefusedAdapter, WithItsReason) {
  check();
}

void write_adapter(const fs::path& folder, const HeldTensors& tensors) {
  write_torch_file(folder / "adapter_model.bin", tensors);
}

HeldTensors one_update(const std::string& module, uint64_t rows, uint64_t cols) {
  return {{"base_model.model." + module + ".lora_A.weight", zeros({2, cols})},
          {"base_model.model." + module + ".lora_B.weight", zeros({rows, 2})}};
}

const std::string kModule = "model.layers.0.self_attn.q_proj";

std::function<void(const fs::path&)> adapter_with(const std::string& key, const Json& value) {
  return [=](const fs::path& folder) {
    edit_json(folder / "adapter_config.json", [&](Json& config) { config[key] = value; });
  };
}

const RefusalCase kAdapters[] = {
    {"NoBase",
     {"LoRA adapter without its base", "--base", "tiny-llava"},
     [](const fs::path& f) { fs::remove_all(f.parent_path() / "base"); }},
    {"BaseIsAFile",
     {"base", "is none"},
     [](const fs::path& f) {
       fs::remove_all(f.parent_path() / "base");
       write_file(f.parent_path() / "base", "no model");
     }},
    {"NoWeights", {"adapter_model"}, [](const fs::path& f) { fs::remove(f / "adapter_model.bin"); }},
    {"WeightTheBaseLacks",
     {"model.layers.9.self_attn.q_proj.weight", "does not have"},
     [](const fs::path& f) { write_adapter(f, one_update("model.layers.9.self_attn.q_proj", 32, 32)); }},
    {"TrainableTheBaseLacks",
     {"model.mm_resampler.0.weight", "does not have"},
     [](const fs::path& f) {
       write_torch_file(f / "non_lora_trainables.bin",
                        {{"base_model.model.model.mm_resampler.0.weight", zeros({32, 32})}});
     }},
    {"TrainableOfAnotherShape",
     {"mm_projector.0.weight", "is [64, 32]", "[32, 32]"},
     [](const fs::path& f) {
       write_torch_file(f / "non_lora_trainables.bin",
                        {{"base_model.model.model.mm_projector.0.weight", zeros({64, 32})}});
     }},
    {"OtherShape",
     {"[64, 32]", "[32, 32]", "another model"},
     [](const fs::path& f) { write_adapter(f, one_update(kModule, 64, 32)); }},
    {"OtherRank", {"lora_A", "rank 5"}, adapter_with("r", 5)},
    {"HalfMissing",
     {"counterpart"},
     [](const fs::path& f) {
       HeldTensors tensors = one_update(kModule, 32, 32);
       tensors.erase(tensors.begin());
       write_adapter(f, tensors);
     }},
    {"TrainedLowRankBias",
     {"lora_bias", "not supported"},
     [](const fs::path& f) {
       HeldTensors tensors = one_update(kModule, 32, 32);
       tensors["base_model.model." + kModule + ".lora_B.bias"] = zeros({32});
       write_adapter(f, tensors);
     }},
    {"NanInFactor",
     {"lora_A", "nan"},
     [](const fs::path& f) {
       HeldTensors tensors = one_update(kModule, 32, 32);
       put_f32(tensors.begin()->second, std::numeric_limits<float>::quiet_NaN());
       write_adapter(f, tensors);
     }},
    {"NoUpdates",
     {"adapter_model", "holds no updates"},
     [](const fs::path& f) {
       fs::remove(f / "non_lora_trainables.bin");
       write_adapter(f, {});
     }},
    {"DoRA", {"adapter_config.json", "use_dora"}, adapter_with("use_dora", true)},
    {"OtherKind", {"peft_type", "IA3"}, adapter_with("peft_type", "IA3")},
    {"TruncatedAdapter",
     {"adapter_model.bin"},
     [](const fs::path& f) { fs::resize_file(f / "adapter_model.bin", 9000); }},
};
INSTANTIATE_TEST_SUITE_P(Lora, RefusedAdapter, testing::ValuesIn(kAdapters), case_name);

}  // namespace
}  // namespace lapilli::test
