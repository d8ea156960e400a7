// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cli_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> kShort = {"--pp", "8,16", "--tg", "3", "--repetitions", "2"};

ProcessResult bench(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "bench");
  arguments.insert(arguments.end(), kShort.begin(), kShort.end());
  return lapilli_run(arguments);
}

TEST(Bench, AShapeOfRandomWeightsIsMeasured) {
  const auto result = bench({"--shape", "tiny", "--type", "q4_k_m", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json report = json::parse(last_line(result.out));
  EXPECT_GT(report["weight_bytes"].get<uint64_t>(), 0u);
  EXPECT_GT(report["copy_gigabytes_per_second"].get<double>(), 0);
  ASSERT_EQ(report["measurements"].size(), 4u);
  for (const json& m : report["measurements"]) {
    EXPECT_GT(m["per_second"].get<double>(), 0) << m;
    EXPECT_GT(m["gflops_per_second"].get<double>(), 0) << m;
    EXPECT_GT(m["gigabytes_moved"].get<double>(), 0) << m;
    EXPECT_EQ(m["runs"].size(), 2u) << m;
  }
  EXPECT_EQ(report["measurements"][3]["name"], "picture");
}

TEST(Bench, ASavedModelIsMeasuredToo) {
  const auto result = bench({"--model", tiny_model() / "tiny.gguf", "--trace", "--dump-plan"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* word : {"prompt 8", "prompt 16", "decode 3", "picture", "by kernel", "== step of 1 rows"})
    EXPECT_THAT(result.out, HasSubstr(word));
}

TEST(Bench, PromptsBeyondTheContextAreLeftOut) {
  const auto result =
      lapilli_run({"bench", "--shape", "tiny", "--pp", "8,9999", "--tg", "0", "--pictures", "0"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("9999"));
  EXPECT_THAT(result.out, HasSubstr("prompt 8"));
}

class BenchFolder : public TemporaryFolder {};

TEST_F(BenchFolder, SavingWritesNewFilesAndSaysSoInJson) {
  const auto save = [&](const std::string& name) {
    return lapilli_run({"bench", "--shape", "tiny", "--save", folder() / name, "--json"});
  };
  const auto saved = save("a.gguf");
  ASSERT_EQ(saved.exit_code, 0) << saved.err;
  const json line = json::parse(saved.out);
  ASSERT_EQ(line["files"].size(), 2u);
  EXPECT_EQ(line["files"][0]["file"], (folder() / "a.gguf").string());
  EXPECT_EQ(line["files"][0]["size_bytes"], std::filesystem::file_size(folder() / "a.gguf"));
  EXPECT_EQ(save("a.gguf").exit_code, 2);
  std::filesystem::rename(folder() / "mmproj-a.gguf", folder() / "mmproj-b.gguf");
  const auto pair = save("b.gguf");
  EXPECT_EQ(pair.exit_code, 2);
  EXPECT_THAT(pair.err, HasSubstr("mmproj-b.gguf: exists already"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "b.gguf"));
}

}  // namespace
}  // namespace lapilli::test
