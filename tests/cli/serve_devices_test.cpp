// SPDX-License-Identifier: Apache-2.0
// What `lapilli serve` tells of devices and their memory: tests, advice before a download, estimate and peak.
#include "tests/cli/serve_client.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(ServeDevices, ADeviceIsTestedWhileAModelAnswersOnOne) {
  Client client;
  client.load();
  client.send({{"request", "ask"},
               {"id", "talk"},
               {"messages", {{{"role", "user"}, {"text", "What is this?"}}}},
               {"max_tokens", 12}});
  client.send({{"request", "test_device"}, {"id", "test"}});
  const json test = client.end_of("test");
  ASSERT_EQ(test["event"], "finished") << test;
  EXPECT_EQ(test["test"]["works"], true) << test;
  EXPECT_LT(test["test"]["difference"].get<double>(), test["test"]["allowed_difference"].get<double>());
  EXPECT_GT(test["test"]["tokens_per_second"].get<double>(), 0);
  const bool talked = std::any_of(client.seen.begin(), client.seen.end(), [](const json& event) {
    return event["id"] == "talk" && event["event"] == "finished";
  });
  if (!talked) {
    EXPECT_EQ(client.end_of("talk")["event"], "finished");
  }
  EXPECT_EQ(client.ask("again")["event"], "finished") << "the model is still there";
}

TEST(ServeDevices, ATestOfNoDeviceIsAnError) {
  Client client;
  client.send({{"request", "test_device"}, {"id", 1}, {"device", "no such device"}});
  const json failed = client.end_of(1);
  EXPECT_EQ(failed["event"], "error");
  EXPECT_EQ(failed["code"], "not_found");
  client.send({{"request", "test_device"}, {"id", 2}, {"number", 1}});
  EXPECT_EQ(client.end_of(2)["place"], "number");
}

TEST(ServeDevices, EstimateAndPeakAreToldAfterLoadingAndAfterAnswers) {
  Client client;
  client.send({{"request", "load"}, {"id", 1}, {"model", tiny_model().string()}, {"submission_ms", 5}});
  const json loaded = client.end_of(1);
  ASSERT_EQ(loaded["event"], "finished") << loaded;
  const json answered = client.ask(2);
  for (const json& memory : {loaded["model"]["memory"], answered["memory"]}) {
    const auto estimated = memory["estimated_bytes"].get<double>();
    const auto peak = memory["peak_bytes"].get<double>();
    EXPECT_GT(peak, 1e6);
    EXPECT_LE(std::abs(estimated - peak), peak / 20) << memory;
  }
  client.send({{"request", "load"}, {"id", 3}, {"model", tiny_model().string()}, {"submission_ms", 0}});
  EXPECT_THAT(client.end_of(3)["message"].get<std::string>(), HasSubstr("a whole number from 1 to 1000"));
}

TEST(ServeDevices, AdviceComesFromNamesAndSizes) {
  Client client;
  const auto advise = [&](const json& id, uint64_t size_bytes) {
    client.send({{"request", "advise"},
                 {"id", id},
                 {"files",
                  {{{"path", "m.q4_k_m.gguf"}, {"size_bytes", size_bytes}},
                   {{"path", "README.md"}, {"size_bytes", 1000}}}}});
    return client.end_of(id);
  };
  const json small = advise(1, 5'000'000);
  ASSERT_EQ(small["event"], "finished") << small;
  EXPECT_EQ(small["memory"]["fit"], "fits") << small;
  EXPECT_GT(small["memory"]["total_bytes"].get<uint64_t>(), 5'000'000u);
  EXPECT_NE(small["device"], "");
  const json vast = advise(2, uint64_t{1} << 50);
  EXPECT_EQ(vast["memory"]["fit"], "does_not_fit") << vast;
  EXPECT_THAT(vast["memory"]["verdict"].get<std::string>(), HasSubstr("does not fit"));
  client.send({{"request", "advise"}, {"id", 3}, {"files", json::array()}});
  EXPECT_EQ(client.end_of(3)["memory"], nullptr);
  client.send({{"request", "advise"}, {"id", 4}, {"files", {{{"path", "a.gguf"}, {"size_bytes", -1}}}}});
  EXPECT_EQ(client.end_of(4)["event"], "error");
}

}  // namespace
}  // namespace lapilli::test
