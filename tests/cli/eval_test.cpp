// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cli_fixture.h"

#include <gmock/gmock.h>

#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Questions to the tiny model, whose answers are noise but always the same.
class Eval : public TemporaryFolder {
 protected:
  void add(const std::string& kind, const std::string& question, const std::string& truth) const {
    std::ofstream(data(), std::ios::app)
        << json{{"id", kind},           {"kind", kind},    {"image", tiny_picture().string()},
                {"question", question}, {"answer", truth}, {"truth", {truth}}}
        << '\n';
  }

  static std::string answer_of_chat(const std::string& question) {
    const auto result = lapilli_run({"chat", "--model", tiny_model() / "tiny.gguf", "--image", tiny_picture(),
                                     "--prompt", question, "--max-tokens", "256", "--json"});
    return json::parse(last_line(result.out)).at("text").get<std::string>();
  }

  [[nodiscard]] ProcessResult eval(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"eval", "--model", tiny_model() / "tiny.gguf", "--data", data()});
    return lapilli_run(more);
  }

  [[nodiscard]] std::filesystem::path data() const { return folder() / "eval.jsonl"; }
};

TEST_F(Eval, GradesWhatTheModelAnswers) {
  const std::string answer = answer_of_chat("What color is it?");
  ASSERT_FALSE(answer.empty());
  add("color", "What color is it?", answer);
  add("color", "What color is it?", answer + " not");
  add("count", "How many?", "no answer of this model");

  const auto table = eval({"--lanes", "2"});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, testing::ContainsRegex("color +1 of +2 +50.0 %"));
  EXPECT_THAT(table.out, testing::ContainsRegex("count +0 of +1 +0.0 %"));
  EXPECT_THAT(table.out, testing::ContainsRegex("short answers +1 of +3 +33.3 %"));
}

TEST_F(Eval, TellsEachAnswerAsJson) {
  const std::string answer = answer_of_chat("What color is it?");
  add("color", "What color is it?", answer);
  add("color", "What color is it?", answer + " not");
  add("count", "How many?", "1");

  const auto result = eval({"--limit", "2", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::istringstream lines(result.out);
  std::vector<bool> right(2);
  size_t graded = 0;
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (event["event"] != "graded") continue;
    ++graded;
    EXPECT_EQ(event["answer"], answer);
    right.at(event["question"].get<size_t>()) = event["right"].get<bool>();
  }
  EXPECT_EQ(graded, 2u);
  EXPECT_EQ(right, (std::vector<bool>{true, false}));
  const json score = json::parse(last_line(result.out));
  EXPECT_EQ(score["event"], "score");
  EXPECT_EQ(score["total"]["asked"], 2);
  EXPECT_EQ(score["kinds"]["color"]["right"], 1);
  EXPECT_FALSE(score["kinds"].contains("count"));
}

TEST_F(Eval, RefusesWhatItCannotAsk) {
  EXPECT_EQ(eval().exit_code, 3);
  std::ofstream(data()) << "\n";
  const auto empty = eval();
  EXPECT_EQ(empty.exit_code, 5);
  EXPECT_THAT(empty.err, HasSubstr("no question"));
  std::ofstream(data()) << R"({"kind": "smell", "question": "?", "answer": "", "truth": ["a"]})"
                        << "\n";
  const auto unknown = eval();
  EXPECT_EQ(unknown.exit_code, 5);
  EXPECT_THAT(unknown.err, testing::AllOf(HasSubstr("smell"), HasSubstr("eval.jsonl:1")));
  std::filesystem::remove(data());
  add("color", "What color is it?", "red");
  EXPECT_EQ(eval({"--lanes", "0"}).exit_code, 2);
}

TEST(DemoModel, DescribesItsExample) {
  const std::string example = std::string(LAPILLI_SOURCE_FOLDER) + "/resources/demo/example.png";
  const auto result = lapilli_run({"chat", "--model", "demo", "--image", example, "--prompt",
                                   "Describe this picture in detail.", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(
      json::parse(last_line(result.out))["text"],
      "The picture shows 4 objects on a dark striped background. A small blue heart is at the top left. A "
      "small "
      "pink circle is at the top right. A large purple digit 2 is at the center. A pink word CAT is at the "
      "bottom.");
}

}  // namespace
}  // namespace lapilli::test
