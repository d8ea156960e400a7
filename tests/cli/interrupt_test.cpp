// SPDX-License-Identifier: Apache-2.0
// What a signal does; times are measured, so this runs alone.
#include "tests/cli/cli_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;

using std::chrono::milliseconds;

/// From the signal to the program's end; nothing where the answer was complete before it came.
std::optional<milliseconds> time_to_end(ChildProcess& process) {
  const auto start = std::chrono::steady_clock::now();
  process.signal(SIGINT);
  const ProcessResult result = process.finish();
  const auto took = std::chrono::steady_clock::now() - start;
  if (result.exit_code == 0) return std::nullopt;
  EXPECT_EQ(result.exit_code, 130) << result.err;
  const json answer = json::parse(last_line(result.out));
  EXPECT_EQ(answer["event"], "answer");
  EXPECT_EQ(answer["stop_reason"], "stopped");
  EXPECT_FALSE(answer["ids"].empty());
  EXPECT_FALSE(answer["text"].get<std::string>().empty());
  return std::chrono::duration_cast<milliseconds>(took);
}

/// More than the blanks and broken characters that an answer's text is trimmed of.
bool tells_a_word(const json& event) {
  if (event["event"] != "token") return false;
  const std::string text = event["text"];
  return std::any_of(text.begin(), text.end(), [](unsigned char byte) { return std::isalnum(byte) != 0; });
}

TEST(Interrupt, CtrlCStopsTheAnswerAndEndsInTime) {
  constexpr int kTries = 5;
  std::vector<milliseconds> times;
  for (int tries = 0; tries < kTries; ++tries) {
    ChildProcess process(command({"chat", "--json", "--model", tiny_model(), "--prompt", "x", "--max-tokens",
                                  "200", "--temperature", "9"}));
    std::optional<std::string> line;
    do {
      line = process.read_line();
    } while (line && !tells_a_word(json::parse(*line)));
    ASSERT_TRUE(line);
    if (const auto took = time_to_end(process)) times.push_back(*took);
  }
  if (times.empty()) GTEST_SKIP() << "every answer was complete before the signal came";
  std::sort(times.begin(), times.end());
  EXPECT_LE(times[times.size() / 2], milliseconds(200)) << "the middle of " << times.size();
}

}  // namespace
}  // namespace lapilli::test
