// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/settings.h"
#include "engine/io/quantize_recipe.h"
#include "engine/runtime/engine.h"

#include <filesystem>
#include <optional>
#include <set>
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
  uint32_t submission_ms = 0;  ///< 0: as the device has it
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

/// How an answer shall look; see ResponseFormat.
struct FormatFlags {
  std::optional<ResponseFormat::Kind> kind;
  uint32_t count = 0;
  std::vector<std::string> items;
  std::filesystem::path schema_file;
  std::filesystem::path grammar_file;
  std::filesystem::path format_file;
  bool unanswerable = false;
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
  FormatFlags format;
};

struct InfoFlags {
  ModelFlags model;
  bool test = false;  ///< the devices, on a question whose answer is known
};

struct CaptionFlags {
  enum class Action { kRun, kResume, kRetry, kUndo, kPlan, kTry };
  std::filesystem::path folder;
  ModelFlags model;
  PictureFlags pictures;  ///< without pictures
  PromptFlags prompt;
  std::vector<std::string> asked;  ///< FIELD=PROMPT
  std::string preset;              ///< empty: the prompt's
  FormatFlags format;
  SamplingFlags sampling;
  std::vector<captions::Output> outputs;
  std::optional<captions::Existing> existing;
  captions::Shard shard;
  bool overwrite_edited = false;
  bool bom = false;
  bool recursive = true;
  uint32_t batch = 16;
  Action action = Action::kRun;
  uint32_t try_count = 0;
  std::set<std::string> given;  ///< names of the options that were there: a preset has the others
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

struct EvalFlags {
  ModelFlags model;
  std::filesystem::path data;
  uint32_t limit = 0;  ///< questions asked; 0: all
  uint32_t lanes = 8;
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
  FormatFlags format;
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

using Command = std::variant<ChatFlags, CaptionFlags, InfoFlags, QuantizeFlags, ExportFlags, BenchFlags,
                             EvalFlags, InspectTokensFlags, InspectImageFlags, InspectPromptFlags,
                             InspectForwardFlags, ServeFlags, TrainFlags>;

struct CommandLine {
  Command command;
  bool json = false;
};

}  // namespace lapilli::cli
