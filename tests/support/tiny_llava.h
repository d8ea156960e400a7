// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/dtype.h"
#include "engine/io/gguf_metadata.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lapilli::test {

/// The project's own small LLaVA (tests/golden/tiny_llava), and every form in which people keep such a model
/// on disk, written from its weights.

[[nodiscard]] std::filesystem::path golden_folder();

/// A tensor in memory: f16 as in the golden file unless a test puts another type there.
struct HeldTensor {
  DType dtype = DType::f16;
  std::vector<uint64_t> shape;  ///< outermost first
  std::string bytes;
};
using HeldTensors = std::map<std::string, HeldTensor>;

/// Under the names of the golden file: "language_model.model.…", "vision_tower.…", "multi_modal_projector.…".
[[nodiscard]] HeldTensors tiny_llava_weights();

[[nodiscard]] std::vector<float> floats_of(const HeldTensor& tensor);
[[nodiscard]] HeldTensor converted(const HeldTensor& tensor, DType dtype);

using Rename = std::function<std::string(const std::string& name)>;  ///< empty result: left out
[[nodiscard]] HeldTensors renamed(const HeldTensors& tensors, const Rename& rename);

/// `from` replaced at the start of the name; names that begin otherwise stay.
[[nodiscard]] std::string with_prefix(const std::string& name, std::string_view from, std::string_view to);

// Names of other generations, from the golden file's.
[[nodiscard]] std::string llava_hf_name(const std::string& name);  ///< what llava-hf repositories hold
[[nodiscard]] std::string transformers_452_name(const std::string& name);
[[nodiscard]] std::string original_name(const std::string& name);  ///< empty for the encoder
[[nodiscard]] std::string clip_name(const std::string& name);      ///< empty for all but the encoder

void write_file(const std::filesystem::path& path, std::string_view content);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

void write_safetensors_file(const std::filesystem::path& path, const HeldTensors& tensors);
/// As torch.save writes a state dictionary.
void write_torch_file(const std::filesystem::path& path, const HeldTensors& tensors);
/// Two files and their index; `stem` is "model" or "pytorch_model", `extension` "safetensors" or "bin".
void write_shards(const std::filesystem::path& folder, const HeldTensors& tensors, const std::string& stem,
                  const std::string& extension);

/// Folders as they are downloaded, vocabulary included; made where they are missing.
void write_hugging_face_folder(const std::filesystem::path& folder, DType type = DType::f16);
void write_original_folder(const std::filesystem::path& folder);  ///< its encoder: write_clip_folder
void write_clip_folder(const std::filesystem::path& folder);
void write_vocabulary(const std::filesystem::path& folder);

struct GgufPair {
  DType language_type = DType::f16;   ///< of the matrices
  DType projector_type = DType::f16;  ///< of the mmproj's matrices
  bool legacy_names = true;           ///< "ffn_down" is the first layer, as in all files in circulation
};
/// tiny.gguf and mmproj-tiny.gguf, as llama.cpp's converters write them: rows of Q and K permuted, the
/// encoder's last layer left out.
void write_gguf_pair(const std::filesystem::path& folder, const GgufPair& options = {});

/// A PEFT folder as transformers' modules name their parts: factors of rank 2 for every matrix of the tables,
/// the layers and the encoder, the block that is not run included; the projector, a norm and one layer's key
/// whole.
void write_full_adapter(const std::filesystem::path& folder);

/// Writes a GGUF file anew after a change of its metadata or tensors.
void edit_gguf(const std::filesystem::path& path,
               const std::function<void(GgufMetadata& metadata, HeldTensors& tensors)>& edit);

}  // namespace lapilli::test
