// SPDX-License-Identifier: Apache-2.0
// What a signal does; times are measured, so this runs alone.
#include "tests/cli/cli_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;

TEST(Interrupt, CtrlCStopsTheAnswerAndEndsInTime) {
  ChildProcess process(command({"chat", "--json", "--model", tiny_model(), "--prompt", "x", "--max-tokens",
                                "200", "--temperature", "9"}));
  std::optional<std::string> line;
  do {
    line = process.read_line();
  } while (line && json::parse(*line)["event"] != "token");
  ASSERT_TRUE(line);
  const auto start = std::chrono::steady_clock::now();
  process.signal(SIGINT);
  const ProcessResult result = process.finish();
  const auto took = std::chrono::steady_clock::now() - start;
  if (result.exit_code == 0) GTEST_SKIP() << "the answer was complete before the signal came";
  EXPECT_EQ(result.exit_code, 130) << result.err;
  const json answer = json::parse(last_line(result.out));
  EXPECT_EQ(answer["event"], "answer");
  EXPECT_EQ(answer["stop_reason"], "stopped");
  EXPECT_FALSE(answer["ids"].empty());
  EXPECT_FALSE(answer["text"].get<std::string>().empty());
  EXPECT_LT(took, std::chrono::milliseconds(400));  // 200, and as much for a busy machine to see the end
}

}  // namespace
}  // namespace lapilli::test
