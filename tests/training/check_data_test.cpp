// SPDX-License-Identifier: Apache-2.0
#include "training/check_data.h"
#include "tests/support/expect_error.h"
#include "tests/support/picture_zoo.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CheckData : public test::TemporaryFolder {
 protected:
  void SetUp() override {
    write_png(folder() / "good.png", Image(3, 2)).value();
    std::ofstream(folder() / "text.png") << "this is no picture";
    std::ofstream(folder() / "cut.png", std::ios::binary)
        << std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) << std::string(40, '\0');
    std::ofstream(folder() / "empty.png").close();
  }

  /// Adds a record, a line of its own.
  void add(const std::string& image, std::vector<std::pair<std::string, std::string>> turns) {
    nlohmann::json record = {{"id", std::to_string(++records_)}, {"conversations", nlohmann::json::array()}};
    if (!image.empty()) record["image"] = image;
    for (const auto& [from, value] : turns)
      record["conversations"].push_back({{"from", from}, {"value", value}});
    lines_ += record.dump() + "\n";
  }

  DataReport check(const CheckOptions& options = {}, bool tokenize = true) {
    std::ofstream(folder() / "data.jsonl") << lines_;
    return check_data(Dataset::open({folder() / "data.jsonl"}).value(), tokenize ? &tokenizer_ : nullptr,
                      options)
        .value();
  }

  [[nodiscard]] std::string bytes_of(const std::string& name) const {
    std::ifstream file(folder() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static std::vector<std::string> texts(const DataReport& report) {
    std::vector<std::string> result;
    for (const DataProblem& problem : report.problems) {
      result.push_back(text(problem.line, ' ', problem.record_id, ' ', problem.message));
    }
    return result;
  }

  std::string lines_;
  int records_ = 0;
  Tokenizer tokenizer_ =
      Tokenizer::open(std::filesystem::path(LAPILLI_GOLDEN) / "tokenizer/tiny.model").value();
};

TEST_F(CheckData, FindsNothingWrongWithGoodData) {
  add("good.png", {{"human", "<image>\nWhat?"}, {"gpt", "A stone."}});
  add("", {{"human", "Hi"}, {"gpt", "Hello"}});
  const DataReport report = check();
  EXPECT_THAT(texts(report), ElementsAre());
  EXPECT_EQ(report.records, 2u);
  EXPECT_EQ(report.text_only, 1u);
  EXPECT_EQ(report.pictures, 1u);
  EXPECT_GT(report.learned, 4u);
  EXPECT_GT(report.longest, 576u);
}

TEST_F(CheckData, ReportsEveryKindWithItsLine) {
  add("absent.png", {{"human", "<image>"}, {"gpt", "x"}});
  add("text.png", {{"human", "<image>"}, {"gpt", "x"}});
  add("empty.png", {{"human", "<image>"}, {"gpt", "x"}});
  add("good.png", {{"human", "no mark"}, {"gpt", "x"}});
  add("", {{"human", "<image>"}, {"gpt", "x"}});
  add("good.png", {{"human", "<image>"}, {"gpt", " \n"}});
  add("", {{"human", "a"}, {"human", "b"}, {"gpt", "c"}});
  add("", {{"alien", "a"}, {"gpt", "c"}});
  add("", {{"human", "a"}});
  add("", {{"human", "a"}, {"gpt", "b"}, {"human", "c"}});
  add("good.png", {{"human", "What?"}, {"gpt", "<image>"}});
  lines_ += "{broken\n";
  const DataReport report = check();
  EXPECT_THAT(
      texts(report),
      ElementsAre(
          HasSubstr("1 1 picture " + (folder() / "absent.png").string() + ": there is no such picture"),
          HasSubstr("2 2 picture"), HasSubstr("3 3 picture"), HasSubstr("4 4 the conversation has 0 <image>"),
          HasSubstr("5 5 the conversation has 1 <image> and the record 0"),
          HasSubstr("6 6 turn 2 by \"gpt\" is empty"), HasSubstr("7 7 turns 1 and 2 are both by \"human\""),
          HasSubstr("8 8 turn 1 is by \"alien\""), HasSubstr("9 9 the conversation has 1 turns"),
          HasSubstr("10 10 the last question has no answer"),
          HasSubstr("11 11 turn 2 by \"gpt\" has <image>"), HasSubstr("12  ")));
  EXPECT_EQ(report.errors, 12u);
  EXPECT_EQ(to_string(report.problems[8]),
            (folder() / "data.jsonl").string() + ":9: record 9: " + report.problems[8].message);
}

TEST_F(CheckData, DecodesWhenAsked) {
  std::string damaged = bytes_of("good.png");
  damaged[damaged.size() / 2] ^= 0x55;
  std::ofstream(folder() / "damaged.png", std::ios::binary) << damaged;
  add("damaged.png", {{"human", "<image>"}, {"gpt", "x"}});
  EXPECT_EQ(check().errors, 0u);
  EXPECT_EQ(check({.decode_pictures = true}).errors, 1u);
}

TEST_F(CheckData, PicturesThatAreCutAreFoundWithoutDecodingAll) {
  add("cut.png", {{"human", "<image>"}, {"gpt", "x"}});
  const std::string whole = bytes_of("good.png");
  std::ofstream(folder() / "short.png", std::ios::binary) << whole.substr(0, whole.size() - 24);
  add("short.png", {{"human", "<image>"}, {"gpt", "x"}});
  std::ofstream(folder() / "appended.png", std::ios::binary) << whole << "what a camera adds";
  add("appended.png", {{"human", "<image>"}, {"gpt", "x"}});
  const std::string photo = test::read_picture_zoo().at("q20-s0.jpg").file;
  std::ofstream(folder() / "whole.jpg", std::ios::binary) << photo;
  add("whole.jpg", {{"human", "<image>"}, {"gpt", "x"}});
  std::ofstream(folder() / "cut.jpg", std::ios::binary) << photo.substr(0, photo.size() * 3 / 4);
  add("cut.jpg", {{"human", "<image>"}, {"gpt", "x"}});
  EXPECT_THAT(texts(check()),
              ElementsAre(HasSubstr("1 1 picture"), HasSubstr("2 2 picture"), HasSubstr("5 5 picture")));
}

TEST_F(CheckData, WarnsOfWhatIsCutOrNotLearned) {
  add("good.png", {{"human", "<image>"}, {"gpt", "one two three"}});
  add("", {{"human", "a"}, {"gpt", "b </s> c"}});
  CheckOptions options;
  options.sample.max_length = 600;
  const DataReport report = check(options);
  EXPECT_EQ(report.errors, 0u);
  EXPECT_EQ(report.over_long, 1u);
  EXPECT_THAT(texts(report),
              ElementsAre(HasSubstr("1 1 the conversation takes"), HasSubstr("nothing of it is learned")));
  EXPECT_THAT(texts(check(options, false)), ElementsAre());
}

TEST_F(CheckData, PlainTakesOneRound) {
  add("good.png", {{"human", "<image>"}, {"gpt", "a"}, {"human", "b"}, {"gpt", "c"}});
  CheckOptions options;
  options.sample.prompt_version = PromptVersion::kPlain;
  EXPECT_THAT(texts(check(options)), ElementsAre(HasSubstr("has 4 turns, prompt version plain takes one")));
}

TEST_F(CheckData, ThreadsDoNotChangeTheReport) {
  for (int i = 0; i < 200; ++i) {
    add(i % 7 == 0 ? "absent.png" : "good.png", {{"human", i % 5 == 0 ? "a" : "<image>"}, {"gpt", "x"}});
  }
  const DataReport alone = check({.threads = 1});
  uint64_t last = 0;
  const DataReport together =
      check_data(Dataset::open({folder() / "data.jsonl"}).value(), &tokenizer_, {.threads = 5}, {},
                 [&](uint64_t done) {
                   EXPECT_GT(done, last);
                   last = done;
                 })
          .value();
  EXPECT_GE(last, 198u);
  EXPECT_EQ(texts(together), texts(alone));
  EXPECT_EQ(alone.errors, 29u + 40u);
  EXPECT_EQ(together.errors, alone.errors);
  EXPECT_EQ(together.positions, alone.positions);
  EXPECT_EQ(together.learned, alone.learned);
}

TEST_F(CheckData, ReportsABrokenFileAndStops) {
  std::ofstream(folder() / "data.json")
      << R"([{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
{"conv)";
  const Dataset data = Dataset::open({folder() / "data.json"}).value();
  const DataReport report = check_data(data, &tokenizer_).value();
  EXPECT_THAT(texts(report), ElementsAre("2  the file ends inside the record"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_REFUSED(check_data(data, &tokenizer_, {}, stop.get_token()), ErrorCode::kStopped, "stopped");
}

}  // namespace
}  // namespace lapilli::training
