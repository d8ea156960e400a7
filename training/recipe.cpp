// SPDX-License-Identifier: Apache-2.0
#include "training/recipe.h"

#include "engine/io/quantize_recipe.h"
#include "training/recipe_fields.h"

#include <algorithm>

namespace lapilli::training {
namespace {

constexpr std::array<std::string_view, 4> kPresets = {"stage1", "stage2", "stage2-lora", "stage2-qlora"};

Recipe stage1() {
  Recipe recipe;
  recipe.name = "stage1";
  recipe.prompt_version = PromptVersion::kPlain;
  recipe.aspect = AspectPolicy::kCrop;  // the original's pre-training script does not ask for padding
  recipe.learning_rate = 1e-3;
  recipe.batch.size = 256;
  recipe.group_by_modality = false;
  return recipe;
}

Recipe stage2() {
  Recipe recipe;
  recipe.name = "stage2";
  recipe.train.language_model = LanguageModelTraining::kFull;
  return recipe;
}

Recipe stage2_lora() {
  Recipe recipe = stage2();
  recipe.name = "stage2-lora";
  recipe.train.language_model = LanguageModelTraining::kLora;
  recipe.learning_rate = 2e-4;
  recipe.projector_learning_rate = 2e-5;
  return recipe;
}

Recipe stage2_qlora() {
  Recipe recipe = stage2_lora();
  recipe.name = "stage2-qlora";
  recipe.base_type = "q4_k_m";
  return recipe;
}

/// Whether every number lies in its range. NaN lies in none.
class RangeCheck {
 public:
  explicit RangeCheck(std::vector<RecipeProblem>& problems) : problems_(&problems) {}

  void operator()(const char* key, double value, Range range) const {
    if (value >= range.least && value <= range.most) return;
    problems_->push_back({key, text("is ", number_text(value), ", allowed is ", number_text(range.least),
                                    " to ", number_text(range.most))});
  }
  void operator()(const char* key, uint64_t value, Range range) const {
    (*this)(key, static_cast<double>(value), range);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& value, Range range) const {
    if (value) (*this)(key, *value, range);
  }
  template <class... Rest>
  void operator()(const char*, const Rest&...) const {}

 private:
  std::vector<RecipeProblem>* problems_;
};

void check_what_is_trained(const Recipe& recipe, std::vector<RecipeProblem>& problems) {
  const bool lora = recipe.train.language_model == LanguageModelTraining::kLora;
  if (!recipe.train.tower && !recipe.train.projector &&
      recipe.train.language_model == LanguageModelTraining::kOff) {
    problems.push_back({"train", "nothing is trained: turn on tower, projector or language_model"});
  }
  if (recipe.train.language_model == LanguageModelTraining::kFull && recipe.base_type != "as_is") {
    problems.push_back(
        {"base_type", text("is \"", recipe.base_type,
                           "\" and train.language_model is \"full\": quantised "
                           "weights can't be trained; set base_type to \"as_is\" or train \"lora\"")});
  }
  if (recipe.base_type != "as_is" && !file_type_from_string(recipe.base_type)) {
    problems.push_back(
        {"base_type", text("is \"", recipe.base_type,
                           "\", allowed are \"as_is\" and file types such as \"q8_0\" and \"q4_k_m\"")});
  }
  if (lora && recipe.lora.targets.empty()) {
    problems.push_back(
        {"lora.targets", "is empty and train.language_model is \"lora\": name the layers to adapt"});
  }
  for (const std::string& target : recipe.lora.targets) {
    if (std::ranges::find(kLoraTargets, target, [](const auto& known) { return known.first; }) !=
        kLoraTargets.end())
      continue;
    problems.push_back(
        {"lora.targets",
         text("names \"", target,
              "\"; known are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj")});
  }
}

}  // namespace

std::span<const std::string_view> preset_names() {
  return kPresets;
}

Result<Recipe> recipe_of(std::string_view preset) {
  if (preset == "stage1") return stage1();
  if (preset == "stage2") return stage2();
  if (preset == "stage2-lora") return stage2_lora();
  if (preset == "stage2-qlora") return stage2_qlora();
  std::string names;
  for (const std::string_view name : kPresets) names += text(names.empty() ? "" : ", ", name);
  return Error(ErrorCode::kInvalidArgument,
               text("there is no preset \"", preset, "\": choose one of ", names));
}

std::vector<RecipeProblem> check_recipe(const Recipe& recipe) {
  std::vector<RecipeProblem> problems;
  for_each_field(recipe, RangeCheck(problems));
  check_what_is_trained(recipe, problems);
  if (recipe.batch.micro != 0 && recipe.batch.size % recipe.batch.micro != 0) {
    problems.push_back(
        {"batch.micro", text("is ", recipe.batch.micro, ", which does not divide batch.size, ",
                             recipe.batch.size, ": choose a divisor, or 0 to have it chosen")});
  }
  if (recipe.loss_scale != 0 && recipe.precision != Precision::kF16) {
    problems.push_back(
        {"loss_scale", text("is ", recipe.loss_scale, " and precision is not \"f16\": leave it 0")});
  }
  for (const SampleQuestion& question : recipe.samples.items) {
    if (question.prompt.find("<image>") == std::string::npos) continue;
    problems.push_back({"samples.items", text("has the prompt \"", question.prompt,
                                              "\": leave <image> out, \"image\" says whether there is one")});
  }
  if (recipe.cache_features != 0 && recipe.train.tower) {
    problems.push_back(
        {"cache_features", text("is ", recipe.cache_features,
                                " and train.tower is true: what a tower that learns makes of a "
                                "picture can't be kept; set it to 0")});
  }
  if (recipe.warmup_steps && recipe.steps != 0 && *recipe.warmup_steps > recipe.steps) {
    problems.push_back({"warmup_steps", text("is ", *recipe.warmup_steps, ", more than steps, ", recipe.steps,
                                             ": the warm-up must end before the run does")});
  }
  return problems;
}

Error recipe_error(std::span<const RecipeProblem> problems) {
  LAPILLI_ASSERT(!problems.empty());
  std::string lines = problems.size() == 1
                          ? "the recipe can't be used:"
                          : text("the recipe can't be used for ", problems.size(), " reasons:");
  for (const RecipeProblem& problem : problems) {
    lines += text("\n  ", problem.key, problem.key.empty() ? "" : ": ", problem.message);
  }
  return Error(ErrorCode::kBadFile, lines);
}

std::string_view to_string(PromptVersion version) {
  return kPromptVersions[static_cast<size_t>(version)].first;
}

}  // namespace lapilli::training
