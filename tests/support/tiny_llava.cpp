// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tiny_llava.h"

#include "engine/base/half.h"
#include "engine/io/ggml_blocks.h"
#include "engine/io/safetensors.h"
#include "tests/support/pickle_builder.h"

#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

std::string_view storage_class(DType dtype) {
  return dtype == DType::f32 ? "FloatStorage" : dtype == DType::bf16 ? "BFloat16Storage" : "HalfStorage";
}

pickle::Tensor pickled(const HeldTensor& tensor, size_t index) {
  pickle::Tensor result;
  result.key = std::to_string(index);
  result.storage_class = storage_class(tensor.dtype);
  result.shape.assign(tensor.shape.begin(), tensor.shape.end());
  result.strides.assign(tensor.shape.size(), 1);
  for (size_t axis = tensor.shape.size(); axis-- > 1;)
    result.strides[axis - 1] = result.strides[axis] * result.shape[axis];
  result.elements = tensor.shape.empty() ? 1 : result.strides[0] * result.shape[0];
  return result;
}

nlohmann::json golden_config() {
  return nlohmann::json::parse(read_file(golden_folder() / "tiny_llava/model/config.json"));
}

}  // namespace

fs::path golden_folder() {
  return LAPILLI_GOLDEN;
}

HeldTensors tiny_llava_weights() {
  const TensorFile file = open_safetensors(golden_folder() / "tiny_llava/model/model.safetensors").value();
  HeldTensors tensors;
  for (const StoredTensor& stored : file.tensors()) {
    tensors[stored.name] = {.dtype = stored.type.dtype.value(),
                            .shape = stored.shape,
                            .bytes = {reinterpret_cast<const char*>(stored.data.data()), stored.data.size()}};
  }
  return tensors;
}

std::vector<float> floats_of(const HeldTensor& tensor) {
  const Bytes bytes = std::as_bytes(std::span(tensor.bytes));
  std::vector<float> values(bytes.size() / block_bytes(tensor.dtype) * block_elements(tensor.dtype));
  decode_row(tensor.dtype, bytes, values);
  return values;
}

HeldTensor converted(const HeldTensor& tensor, DType dtype) {
  const std::vector<float> values = floats_of(tensor);
  HeldTensor result{.dtype = dtype, .shape = tensor.shape, .bytes = {}};
  result.bytes.resize(row_bytes(dtype, values.size()));
  quantize_row(dtype, values, std::as_writable_bytes(std::span(result.bytes))).value();
  return result;
}

HeldTensors renamed(const HeldTensors& tensors, const Rename& rename) {
  HeldTensors result;
  for (const auto& [name, tensor] : tensors) {
    if (const std::string other = rename(name); !other.empty()) result[other] = tensor;
  }
  return result;
}

std::string with_prefix(const std::string& name, std::string_view from, std::string_view to) {
  return name.starts_with(from) ? std::string(to) + name.substr(from.size()) : name;
}

std::string llava_hf_name(const std::string& name) {
  return with_prefix(name, "vision_tower.", "vision_tower.vision_model.");
}

std::string transformers_452_name(const std::string& name) {
  if (name.starts_with("language_model.lm_head")) return with_prefix(name, "language_model.", "");
  if (name.starts_with("language_model."))
    return with_prefix(name, "language_model.model.", "model.language_model.");
  return "model." + llava_hf_name(name);
}

std::string original_name(const std::string& name) {
  if (name.starts_with("vision_tower.")) return {};
  const std::string first = with_prefix(name, "multi_modal_projector.linear_1.", "model.mm_projector.0.");
  return with_prefix(with_prefix(first, "multi_modal_projector.linear_2.", "model.mm_projector.2."),
                     "language_model.", "");
}

std::string clip_name(const std::string& name) {
  return name.starts_with("vision_tower.") ? with_prefix(name, "vision_tower.", "vision_model.") : "";
}

void write_file(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_safetensors_file(const fs::path& path, const HeldTensors& tensors) {
  std::vector<TensorToWrite> list;
  for (const auto& [name, tensor] : tensors) {
    list.push_back({.name = name,
                    .type = stored_type(tensor.dtype),
                    .shape = tensor.shape,
                    .data = std::as_bytes(std::span(tensor.bytes))});
  }
  fs::create_directories(path.parent_path());
  write_safetensors(path, list, {{"format", "pt"}}).value();
}

void write_torch_file(const fs::path& path, const HeldTensors& tensors) {
  std::string dictionary = pickle::start() + pickle::ordered_dict() + "(";
  std::vector<ZipEntry> members = {{}};
  for (const auto& [name, tensor] : tensors) {
    const size_t index = members.size() - 1;
    dictionary += pickle::string(name) + pickle::tensor(pickled(tensor, index));
    members.push_back({.name = "archive/data/" + std::to_string(index), .data = tensor.bytes});
  }
  members.front() = {.name = "archive/data.pkl", .data = dictionary + "u."};
  members.push_back({.name = "archive/version", .data = "3\n"});
  write_file(path, build_zip(members));
}

void write_shards(const fs::path& folder, const HeldTensors& tensors, const std::string& stem,
                  const std::string& extension) {
  HeldTensors parts[2];
  nlohmann::json map;
  size_t index = 0;
  for (const auto& [name, tensor] : tensors) {
    const size_t part = 2 * index++ / tensors.size();
    parts[part][name] = tensor;
    map[name] = text(stem, "-0000", part + 1, "-of-00002.", extension);
  }
  for (size_t part = 0; part < 2; ++part) {
    const fs::path path = folder / text(stem, "-0000", part + 1, "-of-00002.", extension);
    extension == "bin" ? write_torch_file(path, parts[part]) : write_safetensors_file(path, parts[part]);
  }
  const nlohmann::json document = {{"metadata", {{"total_size", 1}}}, {"weight_map", map}};
  write_file(folder / text(stem, '.', extension, ".index.json"), document.dump());
}

void write_vocabulary(const fs::path& folder) {
  fs::create_directories(folder);
  fs::copy_file(golden_folder() / "tokenizer/tiny.model", folder / "tokenizer.model",
                fs::copy_options::overwrite_existing);
  fs::copy_file(golden_folder() / "tiny_llava/model/added_tokens.json", folder / "added_tokens.json",
                fs::copy_options::overwrite_existing);
}

void write_hugging_face_folder(const fs::path& folder, DType type) {
  write_vocabulary(folder);
  for (const char* name : {"config.json", "model.safetensors"}) {
    fs::copy_file(golden_folder() / "tiny_llava/model" / name, folder / name,
                  fs::copy_options::overwrite_existing);
  }
  if (type == DType::f16) return;
  HeldTensors tensors;
  for (const auto& [name, tensor] : tiny_llava_weights()) tensors[name] = converted(tensor, type);
  write_safetensors_file(folder / "model.safetensors", tensors);
}

void write_original_folder(const fs::path& folder) {
  nlohmann::json config = golden_config()["text_config"];
  config["architectures"] = {"LlavaLlamaForCausalLM"};
  config["model_type"] = "llava";
  config["mm_vision_tower"] = "openai/clip-vit-tiny";
  config["mm_hidden_size"] = 32;
  config["mm_projector_type"] = "mlp2x_gelu";
  config["mm_vision_select_layer"] = -2;
  config["mm_vision_select_feature"] = "patch";
  config["image_aspect_ratio"] = "pad";
  config["tie_word_embeddings"] = false;
  write_vocabulary(folder);
  write_file(folder / "config.json", config.dump(1));
  write_shards(folder, renamed(tiny_llava_weights(), original_name), "pytorch_model", "bin");
}

void write_clip_folder(const fs::path& folder) {
  const nlohmann::json config = {{"model_type", "clip"}, {"vision_config", golden_config()["vision_config"]}};
  write_file(folder / "config.json", config.dump(1));
  HeldTensors tensors = renamed(tiny_llava_weights(), clip_name);
  tensors["logit_scale"] = {.dtype = DType::f32, .shape = {}, .bytes = std::string(4, '\0')};
  tensors["visual_projection.weight"] = tensors.at("vision_model.encoder.layers.0.self_attn.q_proj.weight");
  write_safetensors_file(folder / "model.safetensors", tensors);
}

}  // namespace lapilli::test
