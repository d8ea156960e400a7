// SPDX-License-Identifier: Apache-2.0
#include "app/cli/train_recipe.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace lapilli::test {
namespace {

using cli::TrainFlags;
using testing::AllOf;
using testing::HasSubstr;
using training::Recipe;

class TrainRecipe : public TemporaryFolder {
 protected:
  void SetUp() override {
    std::ofstream(folder() / "data.json") << "[]";
    flags_.paths.model = folder();
    flags_.data = {folder() / "data.json"};
    flags_.output = folder() / "out";
  }

  void write_recipe(const std::string& content) {
    flags_.recipe = folder() / "recipe.json";
    std::ofstream(flags_.recipe) << content;
  }

  [[nodiscard]] std::string problems() const {
    const auto recipe = cli::recipe_of(flags_);
    return recipe.ok() ? "" : recipe.error().what();
  }

  TrainFlags flags_;
};

TEST_F(TrainRecipe, FlagsChangeTheFileWhichChangesThePreset) {
  write_recipe(R"({"preset": "stage1", "learning_rate": 3e-4, "batch": {"size": 64, "micro": 16},
                   "optimizer": {"clip_norm": 1}})");
  flags_.changes = {{"--batch", "batch.size", "32"},
                    {"--prompt-version", "prompt_version", "v1"},
                    {"--no-shuffle", "shuffle", "false"}};
  const Recipe recipe = cli::recipe_of(flags_).value();
  EXPECT_EQ(recipe.name, "stage1");
  EXPECT_EQ(recipe.aspect, AspectPolicy::kCrop);  // the preset's
  EXPECT_EQ(recipe.learning_rate, 3e-4);          // the file's
  EXPECT_EQ(recipe.optimizer.clip_norm, 1);
  EXPECT_EQ(recipe.batch.micro, 16u);
  EXPECT_EQ(recipe.batch.size, 32u);  // the flags'
  EXPECT_EQ(recipe.prompt_version, training::PromptVersion::kV1);
  EXPECT_FALSE(recipe.shuffle);
}

TEST_F(TrainRecipe, ThePresetOnTheCommandLineReplacesTheFiles) {
  write_recipe(R"({"preset": "stage1", "seed": 5})");
  flags_.changes = {{"--preset", "preset", "stage2-lora"}};
  const Recipe recipe = cli::recipe_of(flags_).value();
  EXPECT_EQ(recipe.name, "stage2-lora");
  EXPECT_EQ(recipe.seed, 5u);
}

TEST_F(TrainRecipe, EpochsOnTheCommandLineReplaceTheFilesSteps) {
  write_recipe(R"({"preset": "stage2", "steps": 100})");
  flags_.changes = {{"--epochs", "epochs", "2"}};
  EXPECT_EQ(cli::recipe_of(flags_).value().steps, 0u);
  flags_.changes.push_back({"--steps", "steps", "7"});
  EXPECT_EQ(cli::recipe_of(flags_).value().steps, 7u);
}

TEST_F(TrainRecipe, AllProblemsComeInOneListWithTheirPlaces) {
  write_recipe(
      "{\n \"preset\": \"stage2\",\n \"seed\": -1,\n \"batch\": {\n  \"size\": 0},\n \"lerning\": 1}");
  flags_.paths.model.clear();
  flags_.data.emplace_back(folder() / "none.json");
  flags_.changes = {{"--steps", "steps", "some"}, {"--precision", "precision", "f64"}};
  const auto recipe = cli::recipe_of(flags_);
  ASSERT_FALSE(recipe.ok());
  EXPECT_EQ(recipe.error().code(), ErrorCode::kInvalidArgument);
  const std::string file = flags_.recipe.string();
  EXPECT_THAT(recipe.error().what(),
              AllOf(HasSubstr("7 reasons"), HasSubstr("--model is missing"), HasSubstr("none.json"),
                    HasSubstr("--steps is \"some\""), HasSubstr("--precision is \"f64\""),
                    HasSubstr(file + ":3: seed is -1"), HasSubstr(file + ":5: batch.size is 0"),
                    HasSubstr(file + ":6: lerning is 1")));
}

TEST_F(TrainRecipe, ContradictionsAreFoundAfterTheFlags) {
  write_recipe(R"({"preset": "stage1", "batch": {"size": 8, "micro": 3}})");
  EXPECT_THAT(problems(), HasSubstr("batch.micro is 3, which does not divide batch.size, 8"));
  flags_.changes = {{"--batch", "batch.size", "9"}};
  EXPECT_EQ(problems(), "");
}

TEST_F(TrainRecipe, ARecipeThatCannotBeReadSaysWhere) {
  write_recipe("{\"seed\": 1,\n \"steps\": }");
  EXPECT_THAT(problems(), AllOf(HasSubstr("recipe.json"), HasSubstr("line 2")));
  EXPECT_EQ(cli::recipe_of(flags_).error().code(), ErrorCode::kBadFile);
  write_recipe("[1]");
  EXPECT_THAT(problems(), HasSubstr("a recipe is an object"));
  flags_.recipe = folder() / "none.json";
  EXPECT_EQ(cli::recipe_of(flags_).error().code(), ErrorCode::kNotFound);
}

TEST_F(TrainRecipe, SomethingMustSayWhatIsTrained) {
  EXPECT_THAT(problems(), HasSubstr("--preset or --recipe is missing"));
}

TEST_F(TrainRecipe, TheRecipeFilesAreThePresets) {
  for (const std::string_view preset : training::preset_names()) {
    flags_.changes.clear();
    flags_.recipe = std::filesystem::path(LAPILLI_SOURCE_FOLDER) / "resources/recipes" / preset;
    flags_.recipe += ".json";
    const auto read = cli::recipe_of(flags_);
    ASSERT_TRUE(read.ok()) << read.error().what();
    EXPECT_EQ(to_json(*read), to_json(training::recipe_of(preset).value()));
  }
}

}  // namespace
}  // namespace lapilli::test
