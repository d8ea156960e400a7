// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tiny_llava.h"

#include <random>

namespace lapilli::test {
namespace {

constexpr uint64_t kRank = 2;
constexpr const char* kConfig =
    R"({"peft_type": "LORA", "r": 2, "lora_alpha": 3, "target_modules": "all-linear",
 "modules_to_save": ["multi_modal_projector", "norm", "k_proj"]})";

class Values {
 public:
  HeldTensor tensor(std::vector<uint64_t> shape) {
    uint64_t count = 1;
    for (const uint64_t extent : shape) count *= extent;
    HeldTensor result{.dtype = DType::f32, .shape = std::move(shape), .bytes = {}};
    for (uint64_t at = 0; at < count; ++at) {
      const float value = static_cast<float>(generator_() % 2001) / 2500.0f - 0.4f;
      result.bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
    return result;
  }

 private:
  std::mt19937 generator_{5};
};

bool is_whole(const std::string& name) {
  return name.find("multi_modal_projector") != std::string::npos ||
         name == "language_model.model.norm.weight" ||
         name == "language_model.model.layers.1.self_attn.k_proj.weight";
}

/// Embedding of patches and places aside, which adapters leave alone.
bool has_factors(const std::string& name, const HeldTensor& tensor) {
  return tensor.shape.size() == 2 && name.find(".embeddings.") == std::string::npos;
}

}  // namespace

void write_full_adapter(const std::filesystem::path& folder) {
  Values values;
  HeldTensors adapter;
  for (const auto& [name, tensor] : tiny_llava_weights()) {
    const std::string wrapped = "base_model.model." + transformers_452_name(name);
    if (is_whole(name)) {
      adapter[wrapped] = values.tensor(tensor.shape);
    } else if (has_factors(name, tensor)) {
      const std::string module = wrapped.substr(0, wrapped.rfind('.'));
      const bool table = name.find("embed_tokens") != std::string::npos;
      const uint64_t rows = tensor.shape[0], cols = tensor.shape[1];
      adapter[module + (table ? ".lora_embedding_A" : ".lora_A.weight")] =
          values.tensor({kRank, table ? rows : cols});
      adapter[module + (table ? ".lora_embedding_B" : ".lora_B.weight")] =
          values.tensor({table ? cols : rows, kRank});
    }
  }
  write_safetensors_file(folder / "adapter_model.safetensors", adapter);
  write_file(folder / "adapter_config.json", kConfig);
}

}  // namespace lapilli::test
