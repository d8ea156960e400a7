// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cli_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;

TEST(Info, DevicesHaveTypeDriverAndMemory) {
  const auto result = lapilli_run({"info", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json info = json::parse(result.out);
  ASSERT_GE(info["devices"].size(), 1u);
  const json& device = info["devices"][info["chosen"].get<size_t>()];
  EXPECT_TRUE(device["usable"].get<bool>());
  EXPECT_NE(device["driver"], "");
  EXPECT_GT(device["heaps"][0]["budget_bytes"].get<uint64_t>(), 0u);
  const auto text = lapilli_run({"info"});
  EXPECT_THAT(text.out, testing::HasSubstr(device["name"].get<std::string>()));
}

TEST(Info, DevicesAreTestedOnAKnownAnswer) {
  const auto result = lapilli_run({"info", "--test", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json info = json::parse(result.out);
  for (const json& device : info["devices"]) {
    ASSERT_EQ(device.contains("test"), device["usable"].get<bool>()) << device;
    if (!device.contains("test")) continue;
    EXPECT_EQ(device["test"]["works"], true) << device["test"];
    EXPECT_EQ(device["test"]["device"], device["name"]);
  }
  const auto text = lapilli_run({"info", "--test", "--device", "0"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, testing::ContainsRegex("test of 0  .* works: [0-9]+ tokens/s, a difference of "));
  EXPECT_EQ(lapilli_run({"info", "--test", "--device", "no such device"}).exit_code, 3);
}

TEST(Info, AModelsFactsAndWhetherItFits) {
  const auto result = lapilli_run({"info", "--json", "--model", tiny_model()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json model = json::parse(result.out)["model"];
  EXPECT_EQ(model["format"], "GGUF pair");
  EXPECT_EQ(model["files"].size(), 2u);
  EXPECT_EQ(model["language"]["kv_heads"], 2);
  EXPECT_EQ(model["vision"]["image_rows"], 16);
  EXPECT_EQ(model["memory"]["fit"], "fits");
  EXPECT_EQ(model["memory"]["weight_bytes"],
            model["language_bytes"].get<uint64_t>() + model["vision_bytes"].get<uint64_t>());
  EXPECT_GT(model["memory"]["intermediate_bytes"].get<uint64_t>(), 0u);
  const auto text = lapilli_run({"info", "--model", tiny_model()});
  for (const char* word : {"16 rows a picture", "verdict    fits", "tokenizer  320 pieces"})
    EXPECT_THAT(text.out, testing::HasSubstr(word));
}

}  // namespace
}  // namespace lapilli::test
