// SPDX-License-Identifier: Apache-2.0
// `mpirun -n 2 lapilli train` against one process.
#include "engine/io/image.h"
#include "engine/io/safetensors.h"
#include "tests/cli/cli_fixture.h"

#include <gmock/gmock.h>

#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

class RanksTest : public TemporaryFolder {
 protected:
  void SetUp() override {
    std::ofstream data(folder() / "data.jsonl");
    int picture = 0;
    for (const char* answer : {"red", "green", "blue", "pink", "white and black", "brown", "gray"}) {
      Image image(56, 56);
      for (size_t at = 0; at < image.pixels.size(); ++at)
        image.pixels[at] = static_cast<uint8_t>(at % (3 * (static_cast<size_t>(picture) + 2)) * 25);
      const std::string name = std::to_string(picture++) + ".png";
      write_png(folder() / name, image).value();
      data << json{{"id", name},
                   {"image", name},
                   {"conversations",
                    {{{"from", "human"}, {"value", "<image>\nWhich?"}},
                     {{"from", "gpt"}, {"value", answer}}}}}
           << '\n';
    }
    std::ofstream(folder() / "recipe.json") << R"({
      "mask": "answers", "train": {"language_model": "full"}, "learning_rate": 1e-3, "precision": "f32",
      "batch": {"size": 4, "micro": 1}, "steps": 5, "validation_share": 0.15, "cache_features": 8,
      "samples": {"every": 2, "max_tokens": 4, "items": [{"image": "0.png", "prompt": "Which?"}]}})";
  }

  [[nodiscard]] std::vector<std::string> arguments(const std::string& name, const std::string& data) const {
    return command({"train", "--recipe", folder() / "recipe.json", "--data", folder() / data, "--images",
                    folder(), "--model", tiny_model(), "--output", folder() / name, "--log",
                    folder() / (name + ".jsonl")});
  }

  [[nodiscard]] static std::vector<std::string> on_ranks(int ranks, std::vector<std::string> arguments) {
    const std::vector<std::string> launcher = {LAPILLI_MPIRUN, "--allow-run-as-root", "--oversubscribe", "-n",
                                               std::to_string(ranks)};
    arguments.insert(arguments.begin(), launcher.begin(), launcher.end());
    return arguments;
  }

  [[nodiscard]] std::map<std::string, std::vector<double>> numbers(const std::string& name) const {
    std::map<std::string, std::vector<double>> found;
    std::ifstream stream(folder() / (name + ".jsonl"));
    for (std::string line; std::getline(stream, line);) {
      const json event = json::parse(line);
      for (const char* key : {"loss", "gradient_norm"}) {
        if (event.contains(key)) found[event["event"].get<std::string>() + " " + key].push_back(event[key]);
      }
    }
    return found;
  }

  [[nodiscard]] std::map<std::string, std::vector<float>> parameters(const std::string& name) const {
    std::map<std::string, std::vector<float>> found;
    const TensorFile file = open_safetensors(folder() / name / "checkpoint-5/parameters.safetensors").value();
    for (const StoredTensor& tensor : file.tensors()) {
      auto& values = found[tensor.name];
      values.resize(element_count(tensor.shape).value());
      copy_f32(tensor, 0, values).value();
    }
    return found;
  }
};

double relative_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, norm = 0;
  for (size_t at = 0; at < a.size(); ++at) {
    difference += (double{a[at]} - b[at]) * (double{a[at]} - b[at]);
    norm += double{a[at]} * a[at];
  }
  return std::sqrt(difference / std::max(norm, 1e-300));
}

TEST_F(RanksTest, TwoLearnWhatOneLearnsFromTheSameBatches) {
  const ProcessResult one = run_process(arguments("one", "data.jsonl"));
  ASSERT_EQ(one.exit_code, 0) << one.err;
  const ProcessResult two = run_process(on_ranks(2, arguments("two", "data.jsonl")));
  ASSERT_EQ(two.exit_code, 0) << two.err;
  const auto expected = numbers("one"), found = numbers("two");
  ASSERT_EQ(expected.at("step loss").size(), 5u);
  ASSERT_EQ(expected.at("validation loss").size(), 1u);
  for (const auto& [key, values] : expected) {
    ASSERT_EQ(found.at(key).size(), values.size()) << key;
    for (size_t at = 0; at < values.size(); ++at)
      EXPECT_NEAR(found.at(key)[at], values[at], 1e-5 * values[at]) << key << ' ' << at;
  }
  const auto expected_parameters = parameters("one"), found_parameters = parameters("two");
  ASSERT_EQ(found_parameters.size(), expected_parameters.size());
  double worst = 0;
  for (const auto& [name, values] : expected_parameters) {
    // Adam makes whole steps of gradients that are all but zero: moments show what was summed.
    if (name.find("moment") != std::string::npos)
      worst = std::max(worst, relative_difference(values, found_parameters.at(name)));
  }
  std::cout << "[ figure   ] moments of two ranks and of one differ by " << worst << '\n';
  EXPECT_LE(worst, 1e-4);
  EXPECT_TRUE(fs::exists(folder() / "two/features-1.cache"));
}

TEST_F(RanksTest, APlanIsToldOnceAndIsForTheShareOfARank) {
  const auto planned = [&](const std::vector<std::string>& words) {
    const ProcessResult result = run_process(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out);  // fails on two of them
  };
  std::vector<std::string> words =
      command({"train", "--plan", "--json", "--preset", "stage1", "--batch", "4", "--model", tiny_model()});
  EXPECT_EQ(planned(words)["micro_batch"], 4);
  EXPECT_EQ(planned(on_ranks(2, words))["micro_batch"], 2);
}

TEST_F(RanksTest, DataAreLookedAtByOneRank) {
  const ProcessResult checked =
      run_process(on_ranks(2, command({"train", "--check", "--json", "--preset", "stage1", "--data",
                                       folder() / "data.jsonl", "--images", folder()})));
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  std::istringstream lines(checked.out);
  std::vector<json> told;
  for (std::string line; std::getline(lines, line);) {
    json event = json::parse(line);
    if (event["event"] == "data") told.push_back(std::move(event));
  }
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]["records"], 7);
}

TEST_F(RanksTest, ACheckpointWhoseWeightsAreBrokenIsSetAsideBeforeAllEnd) {
  std::vector<std::string> words = arguments("broken", "data.jsonl");
  words.insert(words.end(), {"--learning-rate", "10", "--steps", "40"});
  std::ofstream(folder() / "recipe.json") << R"({
      "mask": "answers", "train": {"language_model": "full"}, "precision": "f32",
      "batch": {"size": 4, "micro": 1}, "every": {"checkpoint_steps": 1}})";
  const ProcessResult result = run_process(on_ranks(2, words));
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("the checkpoint of these weights is now"));
  bool aside = false;
  for (const auto& entry : fs::directory_iterator(folder() / "broken"))
    aside = aside || entry.path().filename().string().starts_with("broken-checkpoint-");
  EXPECT_TRUE(aside);
}

TEST_F(RanksTest, ARunGoesOnWithMoreRanks) {
  std::vector<std::string> first = arguments("grown", "data.jsonl"), rest = first;
  first.insert(first.end(), {"--steps", "2"});
  ASSERT_EQ(run_process(first).exit_code, 0);
  const ProcessResult result = run_process(on_ranks(4, rest));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(numbers("grown").at("step loss"), testing::SizeIs(5));
}

TEST_F(RanksTest, AllEndWhereOneFails) {
  ASSERT_EQ(run_process(arguments("one", "data.jsonl")).exit_code, 0);
  // Rank 1 alone can't open its cache of features.
  fs::create_directories(folder() / "failing/features-1.cache");
  const ProcessResult result = run_process(on_ranks(2, arguments("failing", "data.jsonl")));
  EXPECT_EQ(result.exit_code, 4) << result.err;
  EXPECT_THAT(result.err, HasSubstr("process 1: "));
  EXPECT_THAT(result.err, HasSubstr("features-1.cache"));
}

TEST_F(RanksTest, ABatchThatCantBeSharedIsRefused) {
  const ProcessResult result = run_process(on_ranks(3, arguments("odd", "data.jsonl")));
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("batch.size is 4, batch.micro is 1, and 3 processes are to share it"));
}

}  // namespace
}  // namespace lapilli::test
