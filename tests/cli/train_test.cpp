// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"
#include "tests/cli/cli_fixture.h"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

std::vector<json> json_lines(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

std::vector<json> events(const std::vector<json>& lines, const std::string& name) {
  std::vector<json> found;
  for (const json& line : lines) {
    if (line["event"] == name) found.push_back(line);
  }
  return found;
}

class Train : public TemporaryFolder {
 protected:
  void SetUp() override {
    Image image(56, 56);
    for (size_t at = 0; at < image.pixels.size(); ++at) image.pixels[at] = static_cast<uint8_t>(at * 3);
    write_png(folder() / "picture.png", image).value();
    for (const char* answer : {"red", "green", "blue", "pink"}) add_record("picture.png", answer);
    std::ofstream(folder() / "recipe.json") << R"({
      "mask": "answers", "train": {"language_model": "full"}, "learning_rate": 1e-3,
      "batch": {"size": 2, "micro": 1}, "precision": "f32"})";
  }

  void add_record(const std::string& picture, const std::string& answer) const {
    std::ofstream(folder() / "data.jsonl", std::ios::app)
        << json{{"id", answer},
                {"image", picture},
                {"conversations",
                 {{{"from", "human"}, {"value", "<image>\nWhich?"}}, {{"from", "gpt"}, {"value", answer}}}}}
        << '\n';
  }

  [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> more) const {
    std::vector<std::string> all = {"train", "--recipe", folder() / "recipe.json", "--data",
                                    folder() / "data.jsonl"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  [[nodiscard]] ProcessResult train(std::vector<std::string> more) const {
    more.insert(more.end(), {"--model", tiny_model(), "--output", folder() / "out"});
    return lapilli_run(arguments(std::move(more)));
  }

  [[nodiscard]] std::vector<json> log() const {
    std::ifstream stream(folder() / "log.jsonl");
    return json_lines({std::istreambuf_iterator<char>(stream), {}});
  }
};

std::vector<int> steps_of(const std::vector<json>& lines) {
  std::vector<int> steps;
  for (const json& line : events(lines, "step")) steps.push_back(line["step"]);
  return steps;
}

TEST_F(Train, WritesEveryStepAndGoesOn) {
  const fs::path log_file = folder() / "log.jsonl";
  const auto first = train({"--json", "--steps", "2", "--log", log_file});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const std::vector<json> lines = json_lines(first.out);
  EXPECT_THAT(steps_of(lines), ElementsAre(1, 2));
  EXPECT_EQ(events(lines, "checkpoint").size(), 1u);
  EXPECT_EQ(lines.back()["event"], "finished");
  EXPECT_EQ(lines.back()["steps"], 2);
  for (const json& step : events(log(), "step")) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : step.items()) keys.push_back(key);
    EXPECT_THAT(keys, IsSupersetOf({"step", "loss", "learning_rate", "gradient_norm", "tokens_per_second",
                                    "pictures_per_second", "epoch", "seconds_left"}));
    EXPECT_GT(step["loss"], 0.0);
  }
  EXPECT_TRUE(fs::exists(folder() / "out/checkpoint-2/parameters.safetensors"));

  const auto second = train({"--steps", "3", "--log", log_file});
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, AllOf(HasSubstr("goes on from"), HasSubstr("step 3/3  loss "), HasSubstr("mean")));
  EXPECT_THAT(steps_of(log()), ElementsAre(1, 2, 3));
  const auto curves = fs::directory_iterator(folder() / "out/tensorboard");
  EXPECT_EQ(std::distance(begin(curves), end(curves)), 2);

  const auto anew = train({"--steps", "1", "--log", log_file, "--no-resume"});
  ASSERT_EQ(anew.exit_code, 0) << anew.err;
  EXPECT_THAT(steps_of(log()), ElementsAre(1));
  EXPECT_TRUE(fs::exists(folder() / "out/checkpoint-1"));
  EXPECT_FALSE(fs::exists(folder() / "out/checkpoint-3"));
  for (const char* kept : {"checkpoint-3", "checkpoint-2", "tensorboard", "log.jsonl"})
    EXPECT_TRUE(fs::exists(folder() / "out/earlier-1" / kept)) << kept;
}

TEST_F(Train, RehearsesWhatItPlans) {
  const auto result =
      lapilli_run(arguments({"--rehearse", "--json", "--steps", "100", "--model", tiny_model()}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json plan = json_lines(result.out).back();
  const double planned = plan["total_bytes"];
  EXPECT_NEAR(plan["used_bytes"].get<double>(), planned, 0.1 * planned) << plan;
  EXPECT_EQ(plan["updates"], 100);
  EXPECT_GT(plan["seconds_per_update"], 0.0);
  EXPECT_NEAR(plan["seconds"].get<double>(), 100 * plan["seconds_per_update"].get<double>(), 1e-6);
  EXPECT_EQ(plan["checkpoint_bytes"],
            3 * (plan["gradient_bytes"].get<uint64_t>() + plan["moment_bytes"].get<uint64_t>()));
  EXPECT_FALSE(fs::exists(folder() / "out"));
  EXPECT_EQ(lapilli_run({"train", "--rehearse", "--preset", "stage1", "--model", tiny_model()}).exit_code, 2)
      << "there are no data";
}

TEST_F(Train, AsksItsSampleQuestions) {
  std::ofstream(folder() / "recipe.json") << R"({
    "mask": "answers", "train": {"language_model": "full"}, "learning_rate": 1e-3, "precision": "f32",
    "batch": {"size": 2, "micro": 1}, "cache_features": 8,
    "samples": {"every": 2, "max_tokens": 3, "items": [{"image": "picture.png", "prompt": "Which?"}, {"prompt": "Hm?"}]}})";
  const auto result = train({"--steps", "3", "--log", folder() / "log.jsonl", "--images", folder()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::vector<json> samples = events(log(), "sample");
  ASSERT_EQ(samples.size(), 4u);
  EXPECT_EQ(samples[0]["step"], 2);
  EXPECT_EQ(samples[0]["image"], "picture.png");
  EXPECT_EQ(samples[1]["prompt"], "Hm?");
  EXPECT_EQ(samples[3]["step"], 3);
  EXPECT_THAT(result.err, HasSubstr("step 2: picture.png: Which? → "));
  EXPECT_TRUE(fs::exists(folder() / "out/features.cache"));
}

TEST_F(Train, DataWithErrorsStartNothing) {
  constexpr int kBad = 23;
  for (int bad = 0; bad < kBad; ++bad) add_record("none" + std::to_string(bad) + ".png", "gone");
  const auto result = train({"--log", folder() / "log.jsonl"});
  EXPECT_EQ(result.exit_code, 5) << result.err;
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("data.jsonl:5: record gone: "), HasSubstr("none19.png"),
                    Not(HasSubstr("none20.png")), HasSubstr("3 more errors"), HasSubstr("23 errors in 27")));
  const std::vector<json> problems = events(log(), "data_problem");
  ASSERT_EQ(problems.size(), size_t{kBad});
  EXPECT_EQ(problems.back()["line"], 27);
  EXPECT_EQ(problems.back()["severity"], "error");
  EXPECT_FALSE(fs::exists(folder() / "out"));

  const auto as_json = train({"--json"});
  EXPECT_EQ(as_json.exit_code, 5);
  EXPECT_EQ(events(json_lines(as_json.out), "data_problem").size(), size_t{kBad});
  EXPECT_EQ(json_lines(as_json.out).back()["code"], "bad_file");
}

TEST_F(Train, WarningsAreShownAndCounted) {
  const auto result = train({"--steps", "1", "--max-length", "30"});
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: "), HasSubstr("0 errors, 4 warnings")));
}

TEST_F(Train, DataWithNothingToLearnStartNothing) {
  const auto result = train({"--steps", "1", "--max-length", "10"});
  EXPECT_EQ(result.exit_code, 5) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("4 warnings"), HasSubstr("nothing of the data is learned")));
  EXPECT_FALSE(fs::exists(folder() / "out"));
}

TEST_F(Train, CheckLooksAtEveryPictureAndStops) {
  std::ofstream(folder() / "log.jsonl") << R"({"event": "step", "step": 9})" << '\n';
  const auto good = lapilli_run(arguments({"--check", "--json", "--log", folder() / "log.jsonl"}));
  EXPECT_THAT(steps_of(log()), ElementsAre(9));  // a run's log stays
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_EQ(json_lines(good.out).back()["records"], 4);

  std::ifstream whole(folder() / "picture.png", std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(whole), {}};
  std::ofstream(folder() / "cut.png", std::ios::binary) << content.substr(0, content.size() / 2);
  add_record("cut.png", "half");
  const auto bad = lapilli_run(arguments({"--check", "--model", tiny_model()}));
  EXPECT_EQ(bad.exit_code, 5) << bad.err;
  EXPECT_THAT(bad.err, AllOf(HasSubstr("cut.png"), HasSubstr("1 error,"), HasSubstr("positions")));
}

TEST_F(Train, PlanTellsTheMemoryAndStops) {
  const auto result =
      lapilli_run({"train", "--plan", "--json", "--preset", "stage1", "--model", tiny_model()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json plan = json::parse(result.out);
  EXPECT_GE(plan["micro_batch"], 1);
  EXPECT_EQ(plan["moment_bytes"], 2 * plan["gradient_bytes"].get<uint64_t>());
  EXPECT_GT(plan["total_bytes"], plan["weight_bytes"]);
  EXPECT_THAT(lapilli_run({"train", "--plan", "--preset", "stage1", "--model", tiny_model()}).out,
              HasSubstr("gradients"));
}

TEST_F(Train, OptionsAndRecipeAreRefusedTogether) {
  const auto result = train({"--batch", "0", "--precision", "f64", "--images", folder() / "nowhere"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("3 reasons"), HasSubstr("--batch is 0"),
                                HasSubstr("--precision is \"f64\""), HasSubstr("nowhere")));
  EXPECT_EQ(lapilli_run({"train", "--preset", "stage1", "--model", tiny_model(), "--output", folder() / "out",
                         "--data", folder() / "none.json"})
                .exit_code,
            3);
}

/// Reads until an update is done; false when the program ended before.
bool wait_for_step(ChildProcess& process) {
  std::optional<std::string> line;
  do {
    line = process.read_line();
  } while (line && json::parse(*line)["event"] != "step");
  return line.has_value();
}

TEST_F(Train, CtrlCSavesAndTheRunGoesOn) {
  ChildProcess process(command(
      arguments({"--model", tiny_model(), "--output", folder() / "out", "--json", "--steps", "1000"})));
  ASSERT_TRUE(wait_for_step(process));
  process.signal(SIGINT);
  const ProcessResult result = process.finish();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  const std::vector<json> lines = json_lines(result.out);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back()["event"], "finished");
  EXPECT_TRUE(lines.back()["stopped"]);
  const int steps = lines.back()["steps"];
  EXPECT_TRUE(fs::exists(folder() / "out" / ("checkpoint-" + std::to_string(steps))));

  const auto rest = train({"--json", "--steps", std::to_string(steps + 1)});
  EXPECT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_THAT(steps_of(json_lines(rest.out)), ElementsAre(steps + 1));
}

TEST_F(Train, OneRunAtATimeSavesInAFolder) {
  fs::create_directory(folder() / "out");
  const int other = ::open((folder() / "out").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  const auto refused = train({"--steps", "1", "--log", folder() / "log.jsonl"});
  EXPECT_EQ(refused.exit_code, 4) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("another run saves here"));
  EXPECT_FALSE(fs::exists(folder() / "log.jsonl"));
  ::close(other);
}

TEST_F(Train, ASecondSignalEndsAtOnce) {
  ChildProcess process(command(
      arguments({"--model", tiny_model(), "--output", folder() / "out", "--json", "--steps", "1000"})));
  ASSERT_TRUE(wait_for_step(process));
  process.signal(SIGINT);
  process.signal(SIGTERM);  // two of a kind may arrive as one
  EXPECT_EQ(process.finish().exit_code, 130);
}

}  // namespace
}  // namespace lapilli::test
