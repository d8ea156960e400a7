// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"
#include "training/recipe.h"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

// The one list of a recipe's fields, for training/recipe*.cpp, and what its values are called.
namespace lapilli::training {

/// The values a number may take, both ends included.
struct Range {
  double least = 0;
  double most = std::numeric_limits<double>::max();
};

/// A number as people write it: 1000000, not 1e+06.
inline std::string number_text(double value) {
  constexpr double kMostWhole = 1e15;
  const bool whole =
      value >= 0 && value <= kMostWhole && value == static_cast<double>(static_cast<uint64_t>(value));
  return whole ? text(static_cast<uint64_t>(value)) : text(value);
}

/// PEFT's names of the weights that low-rank updates can have, and their names here.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kLoraTargets = {{
    {"q_proj", "wq"},
    {"k_proj", "wk"},
    {"v_proj", "wv"},
    {"o_proj", "wo"},
    {"gate_proj", "w_gate"},
    {"up_proj", "w_up"},
    {"down_proj", "w_down"},
}};

/// The names of an enum's values in JSON, with their values.
template <class T, size_t n>
using Names = std::array<std::pair<std::string_view, T>, n>;

inline constexpr Names<PromptVersion, 2> kPromptVersions = {
    {{"plain", PromptVersion::kPlain}, {"v1", PromptVersion::kV1}}};
inline constexpr Names<MaskRule, 2> kMaskRules = {
    {{"original", MaskRule::kOriginal}, {"answers", MaskRule::kAnswers}}};
inline constexpr Names<AspectPolicy, 3> kAspects = {
    {{"pad", AspectPolicy::kPad}, {"crop", AspectPolicy::kCrop}, {"stretch", AspectPolicy::kStretch}}};
inline constexpr Names<LanguageModelTraining, 3> kLanguageModelTrainings = {
    {{"off", LanguageModelTraining::kOff},
     {"full", LanguageModelTraining::kFull},
     {"lora", LanguageModelTraining::kLora}}};
inline constexpr Names<Schedule, 3> kSchedules = {
    {{"cosine", Schedule::kCosine}, {"linear", Schedule::kLinear}, {"constant", Schedule::kConstant}}};
inline constexpr Names<Precision, 3> kPrecisions = {
    {{"f32", Precision::kF32}, {"f16", Precision::kF16}, {"bf16", Precision::kBf16}}};
inline constexpr Names<Switch, 3> kSwitches = {
    {{"auto", Switch::kAuto}, {"on", Switch::kOn}, {"off", Switch::kOff}}};

/// Calls visit(key path, field, what is allowed) for every field, in the order that JSON is written in. What
/// is allowed is a Range for numbers, Names for enums, nothing for the rest.
template <class AnyRecipe, class Visit>
void for_each_field(AnyRecipe& r, Visit&& visit) {
  constexpr Range kRate{0, 10};
  constexpr Range kCount{0, 1e12};
  visit("name", r.name);
  visit("prompt_version", r.prompt_version, kPromptVersions);
  visit("mask", r.mask, kMaskRules);
  visit("aspect", r.aspect, kAspects);
  visit("train.tower", r.train.tower);
  visit("train.projector", r.train.projector);
  visit("train.language_model", r.train.language_model, kLanguageModelTrainings);
  visit("base_type", r.base_type);
  visit("learning_rate", r.learning_rate, kRate);
  visit("projector_learning_rate", r.projector_learning_rate, kRate);
  visit("tower_learning_rate", r.tower_learning_rate, kRate);
  visit("optimizer.beta1", r.optimizer.beta1, Range{0, 0.999999});
  visit("optimizer.beta2", r.optimizer.beta2, Range{0, 0.999999});
  visit("optimizer.epsilon", r.optimizer.epsilon, Range{1e-30, 1});
  visit("optimizer.weight_decay", r.optimizer.weight_decay, Range{0, 10});
  visit("optimizer.clip_norm", r.optimizer.clip_norm, Range{0, 1e9});
  visit("batch.size", r.batch.size, Range{1, 1 << 20});
  visit("batch.micro", r.batch.micro, Range{0, 1 << 20});
  visit("epochs", r.epochs, Range{1e-6, 1e6});
  visit("steps", r.steps, kCount);
  visit("schedule", r.schedule, kSchedules);
  visit("warmup_ratio", r.warmup_ratio, Range{0, 1});
  visit("warmup_steps", r.warmup_steps, kCount);
  visit("precision", r.precision, kPrecisions);
  visit("loss_scale", r.loss_scale, Range{0, 16777216});
  visit("recompute", r.recompute, kSwitches);
  visit("max_length", r.max_length, Range{8, 1 << 20});
  visit("lora.rank", r.lora.rank, Range{1, 65536});
  visit("lora.alpha", r.lora.alpha, Range{1e-6, 1e6});
  visit("lora.dropout", r.lora.dropout, Range{0, 0.999});
  visit("lora.targets", r.lora.targets);
  visit("seed", r.seed, Range{});
  visit("shuffle", r.shuffle);
  visit("group_by_modality", r.group_by_modality);
  visit("validation_share", r.validation_share, Range{0, 0.5});
  visit("every.log_steps", r.every.log_steps, Range{1, 1e12});
  visit("every.validation_steps", r.every.validation_steps, kCount);
  visit("every.checkpoint_steps", r.every.checkpoint_steps, kCount);
  visit("every.checkpoint_minutes", r.every.checkpoint_minutes, Range{0, 1e6});
  visit("cache_features", r.cache_features, kCount);
  visit("samples.every", r.samples.every, kCount);
  visit("samples.max_tokens", r.samples.max_tokens, Range{1, 65536});
  visit("samples.items", r.samples.items);
  visit("divergence.factor", r.divergence.factor, Range{1, 1e6});
  visit("divergence.updates", r.divergence.updates, kCount);
}

}  // namespace lapilli::training
