// SPDX-License-Identifier: Apache-2.0
// `lapilli train` killed at random moments and started again until it is done. LAPILLI_KILLS: how often.
#include "engine/io/image.h"
#include "engine/runtime/export_gguf.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/small_model.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int kFewKills = 6;
constexpr uint64_t kLeastSteps = 30;
constexpr double kUpdatesAStart = 3;  // after the first one, before a late kill

int wanted_kills() {
  const char* const wanted = std::getenv("LAPILLI_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : kFewKills;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class KillResume : public TemporaryFolder {
 protected:
  void SetUp() override {
    LoadedModel model = small_model({.dim = 32, .layers = 1});
    const auto exported = export_gguf(model, folder() / "small.gguf", {.type = FileType::f16});
    ASSERT_TRUE(exported.ok()) << exported.error().what();
    write_data();
    std::ofstream(folder() / "recipe.json") << R"({
      "mask": "answers", "train": {"language_model": "full"}, "learning_rate": 2e-3,
      "batch": {"size": 2, "micro": 2}, "precision": "f32",
      "every": {"checkpoint_steps": 1, "checkpoint_minutes": 0}})";
  }

  void write_data() const {
    nlohmann::json records;
    for (const char* answer : {"red", "green", "blue", "black", "white"}) {
      Image image(56, 56);
      for (size_t at = 0; at < image.pixels.size(); ++at)
        image.pixels[at] = static_cast<uint8_t>(at * (records.size() + 3));
      const std::string name = std::string(answer) + ".png";
      write_png(folder() / name, image).value();
      records.push_back(
          {{"id", answer},
           {"image", name},
           {"conversations",
            {{{"from", "human"}, {"value", "<image>\nWhich?"}}, {{"from", "gpt"}, {"value", answer}}}}});
    }
    std::ofstream(folder() / "data.json") << records.dump();
  }

  [[nodiscard]] std::vector<std::string> arguments(const std::string& name, uint64_t steps) const {
    return command({"train", "--json", "--model", folder() / "small.gguf", "--data", folder() / "data.json",
                    "--recipe", folder() / "recipe.json", "--steps", std::to_string(steps), "--output",
                    folder() / name, "--log", folder() / (name + ".jsonl")});
  }

  /// A run that ends by itself or is killed, this long after its start or its first update; returns whether
  /// it was killed.
  bool run(const std::string& name, uint64_t steps, bool after_an_update, Milliseconds time) const {
    ChildProcess process(arguments(name, steps));
    if (after_an_update) {
      std::optional<std::string> line;
      do {
        line = process.read_line();
      } while (line && line->find(R"("event":"step")") == std::string::npos);
    }
    std::this_thread::sleep_for(time);
    process.signal(SIGKILL);
    const ProcessResult result = process.finish();
    if (result.exit_code == 128 + SIGKILL) return true;
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return false;
  }

  [[nodiscard]] Milliseconds time_of(const std::string& name, uint64_t steps) const {
    const auto start = Clock::now();
    const ProcessResult result = run_process(arguments(name, steps));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return Clock::now() - start;
  }

  [[nodiscard]] uint64_t newest(const std::string& name) const {
    uint64_t most = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder() / name, ignored)) {
      const std::string file = entry.path().filename();
      if (file.starts_with("checkpoint-") && file.find('.') == std::string::npos)
        most = std::max<uint64_t>(most, std::stoull(file.substr(file.find('-') + 1)));
    }
    return most;
  }

  void expect_every_step_once(const std::string& name, uint64_t steps) const {
    std::vector<uint64_t> logged;
    std::ifstream log(folder() / (name + ".jsonl"));
    for (std::string line; std::getline(log, line);) {
      const auto json = nlohmann::json::parse(line);
      if (json["event"] == "step") logged.push_back(json["step"]);
    }
    ASSERT_EQ(logged.size(), steps);
    for (uint64_t step = 1; step <= steps; ++step) EXPECT_EQ(logged[step - 1], step);
  }

  void expect_nothing_left_over(const std::string& name, uint64_t steps) const {
    const std::set<std::string> expected = {"checkpoint-" + std::to_string(steps),
                                            "checkpoint-" + std::to_string(steps - 1), "tensorboard"};
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder() / name)) found.insert(entry.path().filename());
    EXPECT_EQ(found, expected);
    const fs::path last = folder() / name / ("checkpoint-" + std::to_string(steps));
    EXPECT_EQ(std::distance(fs::directory_iterator(last), fs::directory_iterator()), 2);
  }
};

TEST_F(KillResume, ARunThatIsKilledAgainAndAgainEqualsAnUnbrokenOne) {
  const int kills = wanted_kills();
  const uint64_t steps = std::max<uint64_t>(kLeastSteps, 3 * static_cast<uint64_t>(kills));
  // Kernels are compiled and kept by the first run, so that the others take what they always take.
  ASSERT_EQ(run_process(arguments("first", 1)).exit_code, 0);
  const Milliseconds start = time_of("start", 1);
  const Milliseconds unbroken = time_of("unbroken", steps);
  const double step_ms = std::max(1.0, (unbroken - start).count() / static_cast<double>(steps - 1));

  std::mt19937_64 random(17);
  std::uniform_real_distribution<double> early(0, start.count());
  std::uniform_real_distribution<double> late(0, kUpdatesAStart * step_ms);
  int killed = 0;
  std::set<std::pair<int, uint64_t>> places;
  for (int round = 0; killed < kills; ++round) {  // one, unless the run is done before the last kill
    const std::string name = "broken" + std::to_string(round);
    while (killed < kills) {
      const bool after_an_update = killed % 2 == 1;
      const Milliseconds moment(after_an_update ? late(random) : early(random));
      if (!run(name, steps, after_an_update, moment)) break;
      ++killed;
      places.emplace(round, newest(name));
    }
    ASSERT_EQ(run_process(arguments(name, steps)).exit_code, 0);
    const std::string last = "checkpoint-" + std::to_string(steps) + "/parameters.safetensors";
    EXPECT_TRUE(bytes_of(folder() / name / last) == bytes_of(folder() / "unbroken" / last)) << name;
    expect_every_step_once(name, steps);
    expect_nothing_left_over(name, steps);
  }
  std::printf(
      "%d kills, after %zu different updates; a start with one update takes %.0f ms, an update %.0f\n",
      killed, places.size(), start.count(), step_ms);
}

}  // namespace
}  // namespace lapilli::test
