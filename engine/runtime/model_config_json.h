// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/config.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// What a `config.json` of Hugging Face form says about a model.
struct CheckpointConfig {
  std::optional<LlamaConfig> language;
  std::optional<VisionConfig> vision;  ///< only where the file describes the encoder itself
  std::optional<ProjectorConfig> projector;
  int select_layer = -2;  ///< hidden state of the encoder that is used; negative counts from the end
  bool keep_class_row = false;
  ImageAspect aspect = ImageAspect::kPad;
  bool picture_ends = false;  ///< mm_use_im_start_end: pictures stand between <im_start> and <im_end>
  int32_t image_token = -1;
  std::string vision_tower;      ///< name or path of a separate encoder; empty: none
  uint32_t vision_blocks = 0;    ///< blocks of the whole encoder, before the selection
  bool separate_output = false;  ///< says outright that the output layer is not the embedding table
};

/// The file's name in every folder of Hugging Face form.
inline constexpr const char* kConfigFile = "config.json";

/// Reads `config.json` of llava-hf models, original LLaVA models, LLaMA models, and CLIP encoders.
/// Fails with kNotFound, kBadFile (place: file and key) and kUnsupported for other kinds of models.
[[nodiscard]] Result<CheckpointConfig> read_checkpoint_config(const std::filesystem::path& file);

/// The same of the text of a `config.json`; `place` is its name.
[[nodiscard]] Result<CheckpointConfig> parse_checkpoint_config(std::string_view source,
                                                               const std::string& place);

/// A refusal of validate's, its field followed by the key that config.json has for it.
[[nodiscard]] Error with_config_key(const Error& error);

/// Takes the mean and the deviation of pixels from `preprocessor_config.json`, where a folder has one.
/// Fails with kBadFile, and with kUnsupported when the file asks for another size than the encoder's.
[[nodiscard]] Result<void> read_preprocessor(const std::filesystem::path& folder, VisionConfig& vision);

/// The same of the text of a `preprocessor_config.json`; `place` is its name.
[[nodiscard]] Result<void> parse_preprocessor(std::string_view source, const std::string& place,
                                              VisionConfig& vision);

/// The Jinja text of a folder's `chat_template.jinja` or `tokenizer_config.json`; empty where there is none.
[[nodiscard]] Result<std::string> read_chat_template(const std::filesystem::path& folder);

/// The "eos_token_id" (a number or a list of them) of a folder's `generation_config.json` and `config.json`,
/// where it has these files. Fails with kBadFile.
[[nodiscard]] Result<std::vector<int64_t>> read_end_tokens(const std::filesystem::path& folder);

/// How many of an encoder's blocks produce hidden state `select_layer` (0 is the embedding, −1 the last
/// block's output). Fails with kUnsupported when there is no such hidden state or no block is left.
[[nodiscard]] Result<uint32_t> blocks_to_run(uint32_t blocks, int select_layer);

}  // namespace lapilli
