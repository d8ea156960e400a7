// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/io/preprocess.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::training {

/// How a conversation becomes text: `plain` is picture and caption alone, `v1` is the chat of vicuna_v1.
enum class PromptVersion { kPlain, kV1 };
/// Which tokens are learned. kOriginal repeats the original's arithmetic, which fits LLaMA's vocabulary alone
/// and leaves out conversations that it miscounts; kAnswers finds the answers' tokens under any vocabulary.
/// Both agree wherever the former counts right.
enum class MaskRule { kOriginal, kAnswers };
enum class LanguageModelTraining { kOff, kFull, kLora };
enum class Schedule { kCosine, kLinear, kConstant };
enum class Precision { kF32, kF16, kBf16 };
enum class Switch { kAuto, kOn, kOff };

/// A question that is asked again and again while a model learns.
struct SampleQuestion {
  std::string image = {};  ///< relative to the data's pictures; empty: none
  std::string prompt;      ///< without "<image>"; not read where `plain` shows a picture
  bool operator==(const SampleQuestion&) const = default;
};

/// All that decides what a training run does, besides its data and the model it starts from. The defaults are
/// what the paper's recipes have in common. JSON has the same names, groups as objects: "optimizer.beta1" is
/// {"optimizer": {"beta1": …}}.
struct Recipe {
  std::string name = "custom";
  PromptVersion prompt_version = PromptVersion::kV1;
  MaskRule mask = MaskRule::kOriginal;
  AspectPolicy aspect = AspectPolicy::kPad;

  struct Train {
    bool tower = false;
    bool projector = true;
    LanguageModelTraining language_model = LanguageModelTraining::kOff;
  } train;
  /// How the language model's frozen weights are held: "as_is", or a file type such as "q4_k_m".
  std::string base_type = "as_is";

  double learning_rate = 2e-5;
  std::optional<double> projector_learning_rate = std::nullopt;  ///< nothing: learning_rate
  std::optional<double> tower_learning_rate = std::nullopt;      ///< nothing: learning_rate

  struct Optimizer {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0;  ///< not on norms and biases
    double clip_norm = 0;     ///< of all gradients together; 0: none, as the original ran
  } optimizer;

  struct Batch {
    uint64_t size = 128;  ///< records an update sees, over all devices
    uint64_t micro = 0;   ///< most records a device takes at once; 0: as many as memory allows
  } batch;

  double epochs = 1;
  uint64_t steps = 0;  ///< updates; 0: by epochs
  Schedule schedule = Schedule::kCosine;
  double warmup_ratio = 0.03;
  std::optional<uint64_t> warmup_steps = std::nullopt;  ///< instead of the ratio

  Precision precision = Precision::kBf16;
  double loss_scale = 0;  ///< fixed, for f16; 0: found while running
  Switch recompute = Switch::kAuto;
  uint64_t max_length = 2048;  ///< positions of a record, picture rows included

  struct Lora {
    uint64_t rank = 128;
    double alpha = 256;
    double dropout = 0.05;
    std::vector<std::string> targets = {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                        "gate_proj", "up_proj", "down_proj"};
  } lora;

  uint64_t seed = 42;
  bool shuffle = true;
  bool group_by_modality = true;
  double validation_share = 0;

  struct Every {
    uint64_t log_steps = 1;
    uint64_t validation_steps = 0;   ///< 0: at the end alone
    uint64_t checkpoint_steps = 0;   ///< 0: by time alone
    double checkpoint_minutes = 10;  ///< 0: by steps alone
  } every;

  /// MiB of the output folder that may keep what the frozen tower made of pictures; 0: nothing is kept.
  uint64_t cache_features = 0;

  /// Questions that are answered while the run goes on.
  struct Samples {
    uint64_t every = 0;  ///< updates from one time to the next; 0: at the end alone
    uint64_t max_tokens = 64;
    std::vector<SampleQuestion> items = {};
  } samples;

  /// A run stops when its loss stayed above factor · its running mean + 1 for so many updates in a row.
  struct Divergence {
    double factor = 2;
    uint64_t updates = 50;  ///< 0: only a loss that is no number stops it
  } divergence;
};

/// "stage1", "stage2", "stage2-lora", "stage2-qlora".
[[nodiscard]] std::span<const std::string_view> preset_names();

/// The paper's values of a preset (Liu et al. 2023, table 9, and the original's scripts); "stage2-qlora" is
/// stage2-lora over a base in q4_k_m. Fails with kInvalidArgument, naming all, for other names.
[[nodiscard]] Result<Recipe> recipe_of(std::string_view preset);

/// One thing wrong with a recipe: the key's path, and a sentence with the value, what is allowed and what to
/// do.
struct RecipeProblem {
  std::string key;
  std::string message;
};

struct RecipeReading {
  Recipe recipe = {};
  std::vector<RecipeProblem> problems = {};
};

/// Reads a recipe of untrusted origin and collects all problems. Keys that are absent keep the values of the
/// preset that "preset" names, or else of `base`.
[[nodiscard]] RecipeReading parse_recipe(std::string_view json, const Recipe& base = {});

/// What contradicts itself among a recipe's values; for use after flags have changed it. Ranges are checked
/// as well.
[[nodiscard]] std::vector<RecipeProblem> check_recipe(const Recipe& recipe);

/// The values that differ, "learning_rate 0.001 → 0.0005, steps 100 → 200"; empty where none does.
[[nodiscard]] std::string changed_values(const Recipe& before, const Recipe& after);

/// One error of code kBadFile for a list of problems, a line each. Precondition: not empty.
[[nodiscard]] Error recipe_error(std::span<const RecipeProblem> problems);

/// Every field; parse_recipe gives the same recipe back.
[[nodiscard]] std::string to_json(const Recipe& recipe);

[[nodiscard]] std::string_view to_string(PromptVersion version);

}  // namespace lapilli::training
