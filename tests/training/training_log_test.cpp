// SPDX-License-Identifier: Apache-2.0
#include "training/training_log.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class TrainingLogTest : public test::TemporaryFolder {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder() / "log.jsonl"; }

  void add_to_file(const std::string& content) const {
    std::ofstream(file(), std::ios::binary | std::ios::app) << content;
  }

  [[nodiscard]] std::string content() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  /// "event step" of all lines.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> result;
    std::ifstream stream(file());
    for (std::string line; std::getline(stream, line);) {
      const json parsed = json::parse(line);
      result.push_back(parsed["event"].get<std::string>() + " " + parsed.value("step", json(nullptr)).dump());
    }
    return result;
  }

  /// Steps 1 to `last` with a checkpoint after each.
  void write_steps(uint64_t kept, uint64_t last) const {
    TrainingLog log = TrainingLog::open(file(), kept).value();
    log.add(Note{"resumed", "goes on"});
    for (uint64_t step = kept + 1; step <= last; ++step) {
      log.add(StepDone{.step = step, .total = 9});
      log.add(CheckpointSaved{step, "out"});
    }
  }
};

TEST_F(TrainingLogTest, SampleAnswersAreLines) {
  TrainingLog log = TrainingLog::open(file(), 0).value();
  log.add(
      SampleAnswered{.step = 3, .question = 1, .image = "a.png", .prompt = "What?", .answer = "a \"dot\""});
  log.add(WentBack{2});
  EXPECT_THAT(lines(), ElementsAre("sample 3", "went_back 2"));
  const json sample = json::parse(content().substr(0, content().find('\n')));
  EXPECT_EQ(sample["question"], 1);
  EXPECT_EQ(sample["image"], "a.png");
  EXPECT_EQ(sample["prompt"], "What?");
  EXPECT_EQ(sample["answer"], "a \"dot\"");
}

TEST_F(TrainingLogTest, AStepHasAllItsFields) {
  TrainingLog log = TrainingLog::open(file(), 0).value();
  log.add(StepDone{.step = 3,
                   .total = 10,
                   .loss = 1.5,
                   .learning_rate = 2e-5,
                   .gradient_norm = 0.25,
                   .epoch = 0.3,
                   .tokens_per_second = 100,
                   .pictures_per_second = 2,
                   .seconds_left = 7});
  EXPECT_EQ(json::parse(content()), json::parse(R"({"event": "step", "step": 3, "total": 10, "loss": 1.5,
      "learning_rate": 2e-5, "gradient_norm": 0.25, "epoch": 0.3, "tokens_per_second": 100.0,
      "pictures_per_second": 2.0, "seconds_left": 7.0})"));
}

TEST_F(TrainingLogTest, NumbersThatAreNotFiniteStayJson) {
  const json line = json::parse(json_line(StepDone{.loss = std::nan(""), .skipped = true}));
  EXPECT_TRUE(line["loss"].is_null());
  EXPECT_TRUE(line["skipped"]);
}

TEST_F(TrainingLogTest, ProgressIsLeftOut) {
  TrainingLog log = TrainingLog::open(file(), 0).value();
  log.add(Progress{"loading", 1, 2, "bytes"});
  log.add(ValidationDone{.step = 2, .loss = 1, .records = 5});
  EXPECT_THAT(lines(), ElementsAre("validation 2"));
}

TEST_F(TrainingLogTest, ARunThatGoesOnHasNoStepTwice) {
  write_steps(0, 3);
  write_steps(2, 4);
  EXPECT_THAT(lines(), ElementsAre("note null", "step 1", "checkpoint 1", "step 2", "checkpoint 2",
                                   "note null", "step 3", "checkpoint 3", "step 4", "checkpoint 4"));
}

TEST_F(TrainingLogTest, ARunThatStartsAnewEmptiesTheLog) {
  write_steps(0, 3);
  write_steps(0, 1);
  EXPECT_THAT(lines(), ElementsAre("note null", "step 1", "checkpoint 1"));
}

TEST_F(TrainingLogTest, AnotherRunsCheckpointsAreKeptAside) {
  write_steps(0, 3);
  const std::string before = content();
  EXPECT_EQ(TrainingLog::open(file(), 3).value().earlier(), "");
  const std::filesystem::path earlier = TrainingLog::open(file(), 2).value().earlier();
  EXPECT_EQ(earlier, file().string() + ".earlier-1");
  std::ifstream stream(earlier, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), before);
  EXPECT_EQ(TrainingLog::open(file(), 0).value().earlier(), file().string() + ".earlier-2");
  {
    TrainingLog log = TrainingLog::open(file(), 0).value();
    for (uint64_t step = 1; step <= 2; ++step) log.add(StepDone{.step = step});
  }
  EXPECT_EQ(TrainingLog::open(file(), 0).value().earlier(), "") << "nothing was kept of those updates";
}

TEST_F(TrainingLogTest, ALineThatIsNotWholeIsCutOff) {
  for (const char* torn : {"{\"event\": \"st", "{\"event\": \"note\"", "17\n", "{\"step\": -1}\n"}) {
    std::filesystem::remove(file());
    write_steps(0, 2);
    add_to_file(torn);
    write_steps(2, 3);
    EXPECT_THAT(lines(), ElementsAre("note null", "step 1", "checkpoint 1", "step 2", "checkpoint 2",
                                     "note null", "step 3", "checkpoint 3"))
        << torn;
  }
}

TEST_F(TrainingLogTest, WhatIsNoLogIsNeverCut) {
  for (const char* other :
       {"[{\"id\": 1}]", "{\"id\": 1, \"image\": \"a.png\"}\n", "{\n \"preset\": 1\n}", "words"}) {
    std::filesystem::remove(file());
    add_to_file(other);
    for (const uint64_t kept : {0, 2}) {
      const auto log = TrainingLog::open(file(), kept);
      ASSERT_FALSE(log.ok()) << other;
      EXPECT_EQ(log.error().code(), ErrorCode::kInvalidArgument);
    }
    EXPECT_EQ(content(), other);
  }
  for (const char* torn : {"", "{\"done\": 1, \"eve"}) {
    std::filesystem::remove(file());
    add_to_file(torn);
    EXPECT_TRUE(TrainingLog::open(file(), 2).ok()) << torn;
  }
}

TEST_F(TrainingLogTest, AFolderThatIsMissingIsNamed) {
  const auto log = TrainingLog::open(folder() / "none/log.jsonl", 0);
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(log.error().what(), testing::HasSubstr("none/log.jsonl"));
}

TEST_F(TrainingLogTest, WhatIsNoFileIsRefused) {
  const auto log = TrainingLog::open("/dev/null", 0);
  ASSERT_FALSE(log.ok());  // no regular file: it could not be cut
  EXPECT_EQ(log.error().code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace lapilli::training
