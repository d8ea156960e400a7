// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/io/quantize_recipe.h"
#include "engine/runtime/engine.h"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lapilli::cli {

/// What the command line says, one struct a group of options; a group is the same for every command.

struct ModelFlags {
  ModelPaths paths;
  std::string device;
  Compute compute = Compute::kAuto;
  uint32_t context = 0;
  uint64_t device_memory_mib = 0;
};

struct PictureFlags {
  std::vector<std::filesystem::path> images;
  PictureOptions options;
};

struct PromptFlags {
  std::optional<std::string> prompt;
  std::optional<std::string> system;
  std::string template_name;  ///< empty: the model's
};

struct SamplingFlags {
  GenerationOptions options;
  std::optional<uint64_t> seed;
};

struct ChatFlags {
  ModelFlags model;
  PictureFlags pictures;
  PromptFlags prompt;
  SamplingFlags sampling;
};

struct InfoFlags {
  ModelFlags model;
};

struct QuantizeFlags {
  ModelPaths input;
  std::filesystem::path output;
  FileType type = FileType::q4_k_m;
  unsigned threads = 0;  ///< 0: one a processor
};

struct ExportFlags {
  ModelPaths base;
  std::filesystem::path checkpoint;
  std::string format = "hf";
  FileType type = FileType::f16;
  std::filesystem::path output;
  std::string device;
  unsigned threads = 0;  ///< 0: one a processor
};

struct BenchFlags {
  ModelFlags model;
  std::string shape;
  FileType type = FileType::f16;
  std::vector<uint32_t> prompt_lengths = {128, 512};
  uint32_t decode_tokens = 32;
  uint32_t pictures = 1;
  uint32_t repetitions = 3;
  uint64_t seed = 1;
  std::filesystem::path save;
  bool trace = false;
  bool dump_plan = false;
};

struct InspectTokensFlags {
  std::filesystem::path model;
  bool bos = true;
  bool json_lines = false;
};

struct InspectImageFlags {
  ModelPaths paths;  ///< may be empty: LLaVA-1.5's preprocessing
  PictureFlags pictures;
  std::filesystem::path out;
};

struct InspectPromptFlags {
  ModelPaths paths;  ///< may be empty: no ids then
  PromptFlags prompt;
  std::vector<std::string> turns;  ///< user, assistant, user, … before the prompt
  uint32_t pictures = 0;
};

struct InspectForwardFlags {
  ModelFlags model;
  PictureFlags pictures;
  PromptFlags prompt;
  bool raw = false;          ///< the prompt is taken as it is, without a template
  std::vector<int32_t> ids;  ///< instead of a prompt
  std::filesystem::path out;
};

struct ServeFlags {};

/// A recipe's value from the command line: key as in recipe files ("batch.size"), value as JSON or as text.
struct RecipeChange {
  std::string flag;
  std::string key;
  std::string value;
};

struct TrainFlags {
  ModelPaths paths;
  std::string device;
  std::filesystem::path recipe;       ///< empty: none
  std::vector<RecipeChange> changes;  ///< the preset among them
  std::vector<std::filesystem::path> data;
  std::filesystem::path images;
  std::filesystem::path output;
  std::filesystem::path log;        ///< empty: none
  std::filesystem::path demo_data;  ///< empty: train; otherwise the folder for the demo model's data
  bool resume = true;
  bool check = false;     ///< look at the data and stop
  bool plan = false;      ///< tell what memory the run takes and stop
  bool rehearse = false;  ///< as plan, after a few updates
};

using Command =
    std::variant<ChatFlags, InfoFlags, QuantizeFlags, ExportFlags, BenchFlags, InspectTokensFlags,
                 InspectImageFlags, InspectPromptFlags, InspectForwardFlags, ServeFlags, TrainFlags>;

struct CommandLine {
  Command command;
  bool json = false;
};

}  // namespace lapilli::cli
