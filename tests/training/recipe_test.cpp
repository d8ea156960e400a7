// SPDX-License-Identifier: Apache-2.0
#include "training/recipe.h"
#include "tests/support/expect_error.h"
#include "tests/support/mutations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::vector<std::string> problems(const std::string& json) {
  std::vector<std::string> result;
  for (const RecipeProblem& problem : parse_recipe(json).problems)
    result.push_back(problem.key + " " + problem.message);
  return result;
}

TEST(Recipe, ContradictionsAreToldBesideWhatCanNotBeRead) {
  EXPECT_THAT(
      problems(R"({"seed": "one", "steps": 5, "warmup_steps": 9, "batch": {"size": "all", "micro": 7}})"),
      UnorderedElementsAre(HasSubstr("seed is \"one\""), HasSubstr("batch.size is \"all\""),
                           HasSubstr("warmup_steps is 9, more than steps, 5")));
}

TEST(Recipe, NothingIsSaidAgainstValuesThatNobodyChose) {
  EXPECT_THAT(problems(R"({"preset": "stag1", "batch": {"micro": 256}})"), ElementsAre(HasSubstr("preset")));
  EXPECT_THAT(problems(R"({"batch_size": 256, "batch": {"micro": 256}})"),
              ElementsAre(HasSubstr("batch_size")));
}

TEST(Recipe, WhatChangedIsTold) {
  const Recipe before = parse_recipe(R"({"preset": "stage1", "steps": 5})").recipe;
  const Recipe after = parse_recipe(R"({"preset": "stage1", "steps": 7, "train": {"tower": true}})").recipe;
  EXPECT_EQ(changed_values(before, before), "");
  EXPECT_EQ(changed_values(before, after), "steps 5 → 7, train.tower false → true");
}

TEST(Recipe, PresetsHaveThePapersValues) {
  const Recipe one = recipe_of("stage1").value();
  EXPECT_EQ(one.learning_rate, 1e-3);
  EXPECT_EQ(one.batch.size, 256u);
  EXPECT_EQ(one.prompt_version, PromptVersion::kPlain);
  EXPECT_EQ(one.aspect, AspectPolicy::kCrop);
  EXPECT_FALSE(one.group_by_modality);
  EXPECT_TRUE(one.train.projector);
  EXPECT_EQ(one.train.language_model, LanguageModelTraining::kOff);

  const Recipe two = recipe_of("stage2").value();
  EXPECT_EQ(two.learning_rate, 2e-5);
  EXPECT_EQ(two.projector_learning_rate, std::nullopt);
  EXPECT_EQ(two.batch.size, 128u);
  EXPECT_EQ(two.prompt_version, PromptVersion::kV1);
  EXPECT_EQ(two.aspect, AspectPolicy::kPad);
  EXPECT_TRUE(two.group_by_modality);
  EXPECT_EQ(two.train.language_model, LanguageModelTraining::kFull);

  const Recipe lora = recipe_of("stage2-lora").value();
  EXPECT_EQ(lora.learning_rate, 2e-4);
  EXPECT_EQ(lora.projector_learning_rate, 2e-5);
  EXPECT_EQ(lora.lora.rank, 128u);
  EXPECT_EQ(lora.lora.alpha, 256);
  EXPECT_EQ(lora.lora.dropout, 0.05);
  EXPECT_EQ(lora.lora.targets.size(), 7u);
  EXPECT_EQ(recipe_of("stage2-qlora").value().base_type, "q4_k_m");

  for (const std::string_view name : preset_names()) {
    const Recipe recipe = recipe_of(name).value();
    EXPECT_EQ(recipe.name, name);
    EXPECT_THAT(check_recipe(recipe), testing::IsEmpty());
    EXPECT_EQ(recipe.epochs, 1);
    EXPECT_EQ(recipe.warmup_ratio, 0.03);
    EXPECT_EQ(recipe.schedule, Schedule::kCosine);
    EXPECT_EQ(recipe.max_length, 2048u);
    EXPECT_EQ(recipe.optimizer.weight_decay, 0);
    EXPECT_EQ(recipe.optimizer.clip_norm, 0);
    EXPECT_FALSE(recipe.train.tower);
  }
  EXPECT_REFUSED(recipe_of("stage3"), ErrorCode::kInvalidArgument,
                 "stage1, stage2, stage2-lora, stage2-qlora");
}

TEST(Recipe, ComesBackFromItsJson) {
  Recipe recipe = recipe_of("stage2-qlora").value();
  recipe.warmup_steps = 7;
  recipe.train.tower = true;
  recipe.tower_learning_rate = 1.0 / 3;
  recipe.seed = 0xFFFFFFFFFFFFFFFF;
  recipe.mask = MaskRule::kAnswers;
  recipe.every.checkpoint_minutes = 0.5;
  recipe.samples = {.every = 9, .items = {{"a.png", "What?"}, {"", "Who are you?"}}};
  recipe.divergence.updates = 0;
  for (const Recipe& written : {recipe, Recipe{}, recipe_of("stage1").value()}) {
    const RecipeReading reading = parse_recipe(to_json(written), recipe_of("stage2").value());
    EXPECT_THAT(reading.problems, testing::IsEmpty());
    EXPECT_EQ(to_json(reading.recipe), to_json(written));
    EXPECT_EQ(reading.recipe.seed, written.seed);
    EXPECT_EQ(reading.recipe.samples.items, written.samples.items);
    EXPECT_EQ(reading.recipe.tower_learning_rate, written.tower_learning_rate);
    EXPECT_EQ(reading.recipe.warmup_steps, written.warmup_steps);
  }
}

TEST(Recipe, StartsFromAPresetOrABase) {
  const RecipeReading preset =
      parse_recipe(R"({"learning_rate": 3e-4, "preset": "stage2-lora", "lora": {"rank": 8}})");
  EXPECT_THAT(preset.problems, testing::IsEmpty());
  EXPECT_EQ(preset.recipe.learning_rate, 3e-4);
  EXPECT_EQ(preset.recipe.lora.rank, 8u);
  EXPECT_EQ(preset.recipe.lora.alpha, 256);
  EXPECT_EQ(preset.recipe.train.language_model, LanguageModelTraining::kLora);
  const RecipeReading base = parse_recipe(R"({"steps": 10, "projector_learning_rate": null})", preset.recipe);
  EXPECT_EQ(base.recipe.steps, 10u);
  EXPECT_EQ(base.recipe.projector_learning_rate, std::nullopt);
  EXPECT_EQ(base.recipe.learning_rate, 3e-4);
}

TEST(Recipe, CollectsAllProblems) {
  EXPECT_THAT(
      problems(
          R"({"learning_rate": "fast", "optimizer": {"beta1": 1.5, "beta3": 0}, "batch": {"size": -4, "micro": 1.5},
    "precision": "f8", "shuffle": 1, "lora": {"targets": ["q_proj", 7], "rank": 0}, "learning_rat": 1, "rank": 3,
    "warmup_steps": "3", "preset": "stage9", "name": null})"),
      UnorderedElementsAre(
          HasSubstr("learning_rate is \"fast\", it must be a number from 0 to 10"),
          HasSubstr("optimizer.beta1 is 1.5, it must be a number from 0 to 0.999999"),
          HasSubstr("optimizer.beta3 is 0, but there is no such key: known there are beta1, beta2, epsilon"),
          HasSubstr("batch.size is -4, it must be a whole number from 1"), HasSubstr("batch.micro is 1.5"),
          HasSubstr("precision is \"f8\", it must be one of \"f32\", \"f16\", \"bf16\""),
          HasSubstr("shuffle is 1, it must be true or false"), HasSubstr("lora.targets is [\"q_proj\",7]"),
          HasSubstr("lora.rank is 0, it must be a whole number from 1 to 65536"),
          HasSubstr("learning_rat is 1, but there is no such key: did you mean"),
          HasSubstr("rank is 3, but there is no such key: did you mean \"lora.rank\"?"),
          HasSubstr("warmup_steps is \"3\""), HasSubstr("preset there is no preset \"stage9\""),
          HasSubstr("name is null, it must be text")));
}

TEST(Recipe, FindsWhatContradictsItself) {
  EXPECT_THAT(problems(R"({"batch": {"size": 10, "micro": 4}})"),
              ElementsAre(HasSubstr("batch.micro is 4, which does not divide batch.size, 10")));
  EXPECT_THAT(problems(R"({"train": {"projector": false}})"), ElementsAre(HasSubstr("nothing is trained")));
  EXPECT_THAT(problems(R"({"preset": "stage2", "base_type": "q8_0"})"),
              ElementsAre(HasSubstr("base_type is \"q8_0\"")));
  EXPECT_THAT(problems(R"({"base_type": "q9"})"), ElementsAre(HasSubstr("file types such as")));
  EXPECT_THAT(problems(R"({"loss_scale": 128})"), ElementsAre(HasSubstr("precision is not \"f16\"")));
  EXPECT_THAT(problems(R"({"steps": 5, "warmup_steps": 6})"), ElementsAre(HasSubstr("more than steps, 5")));
  EXPECT_THAT(problems(R"({"cache_features": 10, "train": {"tower": true}})"),
              ElementsAre(HasSubstr("cache_features is 10 and train.tower is true")));
  EXPECT_THAT(problems(R"({"samples": {"items": [{"prompt": "<image> What?"}]}})"),
              ElementsAre(HasSubstr("leave <image> out")));
  EXPECT_THAT(problems(R"({"batch": {"size": 2000000}})"),
              ElementsAre(HasSubstr("batch.size is 2000000, it must be a whole number from 1 to 1048576")));
  EXPECT_THAT(problems(R"({"steps": -1})"), ElementsAre(HasSubstr("whole number from 0 to 1000000000000")));
  for (const char* items : {R"([{}])", R"([{"prompt": 1}])", R"([{"picture": "a"}])", R"("a")"}) {
    EXPECT_THAT(problems(std::string(R"({"samples": {"items": )") + items + "}}"),
                ElementsAre(HasSubstr("it must be a list of {\"image\": text")));
  }
  EXPECT_THAT(problems(R"({"preset": "stage2-lora", "lora": {"targets": []}})"),
              ElementsAre(HasSubstr("lora.targets is empty")));
  EXPECT_THAT(problems(R"({"preset": "stage2-lora", "lora": {"targets": ["q_proj", "lm_head"]}})"),
              ElementsAre(HasSubstr("lora.targets names \"lm_head\"; known are q_proj")));
  Recipe recipe;
  recipe.learning_rate = std::numeric_limits<double>::quiet_NaN();
  ASSERT_EQ(check_recipe(recipe).size(), 1u);
  EXPECT_THAT(recipe_error(check_recipe(recipe)).what(),
              HasSubstr("learning_rate: is nan, allowed is 0 to 10"));
}

TEST(Recipe, DamagedRecipesDoNotCrash) {
  const std::string json = to_json(recipe_of("stage2-lora").value());
  EXPECT_THAT(problems("[]"), ElementsAre(HasSubstr("the recipe is array")));
  EXPECT_THAT(problems("{"), ElementsAre(HasSubstr("not valid JSON")));
  EXPECT_THAT(problems(R"({"seed": 1, "seed": 2})"), ElementsAre(HasSubstr("appears twice")));
  size_t refused = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    const RecipeReading reading = parse_recipe(test::Mutator(seed)(json));
    refused += !reading.problems.empty();
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace lapilli::training
