// SPDX-License-Identifier: Apache-2.0
// Talks and captions with the one model of `lapilli serve`: each has lanes of its own.
#include "app/cli/serve_engine.h"
#include "app/cli/caption_context.h"
#include "engine/runtime/export_gguf.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/small_model.h"
#include "tests/support/text_in.h"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using cli::ServeEngine;
using nlohmann::json;
using Texts = std::map<std::string, std::string>;

constexpr uint32_t kContext = 4096;
constexpr uint64_t kMib = uint64_t{1} << 20;

class ServeEngineTest : public PictureFolder {
 protected:
  void SetUp() override { put_model({.context = kContext}); }
  void put_model(const SmallModelOptions& options) {
    fs::create_directories(folder() / ".model");
    ASSERT_TRUE(export_gguf(small_model(options), model(), {.type = FileType::f16}).ok());
  }
  [[nodiscard]] fs::path model() const { return folder() / ".model/small.gguf"; }

  json send(ServeEngine& engine, const json& request) {
    auto parsed = cli::parse_request(json(request).dump());
    return engine.run(std::get<cli::Request>(parsed).body, {}, [this](json form) { seen_.push_back(form); },
                      {});
  }
  void load(ServeEngine& engine) {
    EXPECT_EQ(send(engine, {{"request", "load"}, {"id", 1}, {"model", model().string()}})["model"]["context"],
              kContext);
  }
  json ask(ServeEngine& engine, const json& messages) {
    return send(engine,
                {{"request", "ask"}, {"id", 1}, {"messages", messages}, {"max_tokens", 12}})["answer"];
  }
  static json settings(const std::string& prompt) {
    return {{"questions", {{{"field", "caption"}, {"prompt", prompt}}}},
            {"generation", {{"max_tokens", 12}}},
            {"outputs", {"txt"}}};
  }
  static captions::Settings parsed(const std::string& prompt) {
    return captions::settings_from_json(nlohmann::ordered_json(settings(prompt))).value();
  }
  /// Captions the folder anew; the texts by the names of their files.
  Texts caption(ServeEngine& engine, const std::string& prompt) {
    begin_anew();
    const json done = send(engine, {{"request", "caption_run"},
                                    {"id", 1},
                                    {"folder", folder().string()},
                                    {"settings", settings(prompt)}});
    EXPECT_EQ(done["failed"], 0) << done << json(seen_);
    return texts();
  }
  /// The same by the command line, one by one in the model's whole context.
  Texts captioned_alone(const std::string& prompt) {
    begin_anew();
    const ProcessResult result =
        lapilli_run({"caption", folder(), "--model", model(), "--prompt", prompt, "--max-tokens", "12",
                     "--batch", "1", "--context", std::to_string(kContext)});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return texts();
  }

 private:
  void begin_anew() {
    fs::remove_all(folder() / ".lapilli");
    for (const auto& [name, text] : texts()) fs::remove(folder() / name);
    seen_.clear();
  }
  [[nodiscard]] Texts texts() const {
    Texts found;
    for (const auto& entry : fs::directory_iterator(folder())) {
      if (entry.path().extension() == ".txt") found[entry.path().filename()] = text_in(entry.path());
    }
    return found;
  }

  std::vector<json> seen_;
};

TEST_F(ServeEngineTest, CaptionsHaveAsManyLanesAsOnTheCommandLine) {
  put_model({.context = kContext, .dim = 256, .layers = 4});
  constexpr uint64_t kLimit = 48 * kMib;  // keys and values of the whole context take 16
  ServeEngine engine(kLimit);
  load(engine);
  const captions::Settings short_prompt = parsed("What is it?");
  EngineOptions options;
  options.paths.model = model();
  options.device_options.memory_limit_bytes = kLimit;
  options.most_lanes = 16;
  options.context = kContext;
  const uint32_t lanes_of_talks = Engine::open(options).value().lanes();
  Engine by_command_line = [&] {
    options.context = cli::needed_context(small_model({.context = kContext}).config, short_prompt);
    return Engine::open(options).value();
  }();
  EXPECT_EQ(engine.answerer_for(short_prompt, {}).lanes, by_command_line.lanes());
  EXPECT_GE(by_command_line.lanes(), 4 * lanes_of_talks);
  EXPECT_EQ(engine.answerer_for(parsed("Is it {caption}?"), {}).lanes, lanes_of_talks)
      << "of texts that may be of any length";
  EXPECT_EQ(engine.answerer_for(short_prompt, {}).lanes, by_command_line.lanes());
}

TEST_F(ServeEngineTest, TalksAndCaptionsInTurnsSayWhatTheyWouldSayAlone) {
  put_pictures(5);
  ServeEngine engine;
  load(engine);
  json talk = {{{"role", "user"}, {"text", "What is this?"}, {"images", {(folder() / "p0.png").string()}}}};
  const std::string first = ask(engine, talk)["text"];
  talk.push_back({{"role", "assistant"}, {"text", first}});
  talk.push_back({{"role", "user"}, {"text", "And why?"}});
  const json second = ask(engine, talk);
  EXPECT_GT(second["reused_tokens"], 0) << second;

  const Texts captioned = caption(engine, "What is this?");
  ASSERT_EQ(captioned.size(), 5u);
  const json again = ask(engine, talk);
  EXPECT_EQ(again["text"], second["text"]);
  EXPECT_EQ(again["reused_tokens"], 0) << again;
  EXPECT_EQ(caption(engine, "What is this?"), captioned) << "after a talk";
  EXPECT_EQ(captioned_alone("What is this?"), captioned);
}

TEST_F(ServeEngineTest, APromptThatIsLongerThanTheLanesGetsLongerOnes) {
  put_pictures(4);
  const std::string long_name = [] {
    std::string name;
    for (int at = 0; name.size() < 200; ++at) name += static_cast<char>('a' + at * 7 % 26);
    return name;
  }();
  fs::rename(folder() / "p1.png", folder() / (long_name + "1.png"));
  fs::rename(folder() / "p2.png", folder() / ("q" + long_name + "2.png"));
  std::string prompt = "What is";
  for (int times = 0; times < 12; ++times) prompt += " {stem}";
  ServeEngine engine;
  load(engine);
  const Texts captioned = caption(engine, prompt);
  ASSERT_EQ(captioned.size(), 4u);
  EXPECT_EQ(captioned_alone(prompt), captioned);
  EXPECT_LT(cli::needed_context(small_model({.context = kContext}).config, parsed(prompt)), 12 * 200 / 4)
      << "the long names don't fit the lanes that captions begin with";
}

}  // namespace
}  // namespace lapilli::test
