// SPDX-License-Identifier: Apache-2.0
// `lapilli caption` as a process, with the real engine.
#include "tests/cli/cli_fixture.h"
#include "tests/support/text_in.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CaptionTest : public PictureFolder {
 protected:
  [[nodiscard]] std::vector<std::string> with_model(std::vector<std::string> arguments,
                                                    const std::string& tokens = "6",
                                                    const std::string& model = "") const {
    const std::vector<std::string> all = {
        "caption",      folder(), "--model",   model.empty() ? (tiny_model() / "tiny.gguf").string() : model,
        "--max-tokens", tokens,   "--compute", "f32"};
    arguments.insert(arguments.begin(), all.begin(), all.end());
    return arguments;
  }
  [[nodiscard]] std::map<std::string, std::string> texts() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::directory_iterator(folder())) {
      if (entry.path().extension() == ".txt") found[entry.path().filename()] = text_in(entry.path());
    }
    return found;
  }
};

TEST_F(CaptionTest, ABatchWritesWhatEachPictureWouldGetAlone) {
  put_pictures(9);
  const ProcessResult batch =
      lapilli_run(with_model({"--batch", "8", "--json", "--output", "txt,llava-json"}));
  ASSERT_EQ(batch.exit_code, 0) << batch.err;
  const auto together = texts();
  ASSERT_EQ(together.size(), 9u);
  const json end = json::parse(last_line(batch.out));
  EXPECT_EQ(end["event"], "finished");
  EXPECT_EQ(end["done"], 9);
  std::istringstream lines(batch.out);
  std::map<std::string, std::string> told;
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (event["event"] == "captioned") told[event["path"]] = event["fields"]["caption"];
  }
  EXPECT_EQ(told.size(), 9u);
  for (const auto& [name, caption] : told)
    EXPECT_EQ(together.at(name.substr(0, name.size() - 4) + ".txt"), caption);

  // The training reader takes the records as they are.
  const ProcessResult check =
      lapilli_run({"train", "--check", "--preset", "stage2", "--tokenizer", tiny_model() / "tiny.gguf",
                   "--data", folder() / "captions.json", "--images", folder()});
  EXPECT_EQ(check.exit_code, 0) << check.err;

  const ProcessResult undone = lapilli_run({"caption", folder(), "--undo"});
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_TRUE(texts().empty());
  fs::remove_all(folder() / ".lapilli");  // the cache as well
  const ProcessResult alone = lapilli_run(with_model({"--batch", "1"}));
  ASSERT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_EQ(texts(), together);
}

TEST_F(CaptionTest, FailuresAreNamedAndEndWithTheirOwnCode) {
  put_pictures(2);
  std::ofstream(folder() / "bad.jpg") << "no picture";
  const ProcessResult result = lapilli_run(with_model({}));
  EXPECT_EQ(result.exit_code, 11) << result.err;
  EXPECT_NE(result.err.find("bad.jpg: "), std::string::npos) << result.err;
  EXPECT_EQ(texts().size(), 2u);
}

TEST_F(CaptionTest, WrongCommandLinesAreRefusedBeforeTheModelIsLoaded) {
  put_pictures(1);
  EXPECT_EQ(lapilli_run({"caption", folder()}).exit_code, 2) << "no model";
  EXPECT_EQ(lapilli_run(with_model({"--prompt", "{nonsense}"})).exit_code, 2);
  EXPECT_EQ(lapilli_run(with_model({"--shard", "3/2"})).exit_code, 2);
  EXPECT_EQ(lapilli_run(with_model({"--output", "doc"})).exit_code, 2);
  EXPECT_EQ(lapilli_run(with_model({"--preset", "none"})).exit_code, 2);
  EXPECT_EQ(lapilli_run({"caption", folder(), "--resume"}).exit_code, 3) << "no run to resume";
  EXPECT_EQ(lapilli_run({"caption", folder() / "absent", "--plan"}).exit_code, 3);
  EXPECT_FALSE(fs::exists(folder() / ".lapilli"));
}

TEST_F(CaptionTest, ThePlanTellsWhatWouldHappen) {
  put_pictures(3);
  std::ofstream(folder() / "p1.txt") << "old";
  const ProcessResult plan = lapilli_run({"caption", folder(), "--plan", "--json"});
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  const json end = json::parse(last_line(plan.out));
  EXPECT_EQ(end["write"], 2);
  EXPECT_EQ(end["skip"], 1);
  EXPECT_FALSE(fs::exists(folder() / ".lapilli"));
}

TEST_F(CaptionTest, CtrlCStopsCleanlyAndResumeGoesOn) {
  put_pictures(40);
  {
    ChildProcess run(command(with_model({"--json", "--batch", "2"}, "24")));
    for (int captioned = 0; captioned < 2;) {
      const auto line = run.read_line();
      ASSERT_TRUE(line);
      if (json::parse(*line)["event"] == "captioned") ++captioned;
    }
    run.signal(SIGINT);
    const ProcessResult ended = run.finish();
    EXPECT_EQ(ended.exit_code, 130) << ended.err;
  }
  const size_t before = texts().size();
  EXPECT_GE(before, 2u);
  EXPECT_LT(before, 40u);
  const ProcessResult resumed = lapilli_run({"caption", folder(), "--resume", "--json"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(json::parse(last_line(resumed.out))["done"], 40);
  EXPECT_EQ(texts().size(), 40u);
}

int wanted_kills() {
  const char* const wanted = std::getenv("LAPILLI_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : 5;
}

/// LAPILLI_KILLS: how often, in a run of half as many pictures again; LAPILLI_KILL_MODEL: a larger model,
/// "demo" or a path.
TEST_F(CaptionTest, KilledAndResumedEveryPictureHasOneCaption) {
  const char* const model = std::getenv("LAPILLI_KILL_MODEL");
  const int kills = wanted_kills();
  const uint32_t pictures = std::max<uint32_t>(12, static_cast<uint32_t>(kills) * 3 / 2);
  put_pictures(pictures);
  const std::vector<std::string> first =
      with_model({"--json", "--batch", "2", "--output", "txt,jsonl"}, "6", model != nullptr ? model : "");
  const std::vector<std::string> again = {"caption", folder(), "--resume", "--json", "--batch", "2"};
  std::mt19937 random(11);
  int killed = 0, done_pictures = 0;
  double pause_ms = 30;
  bool begun = false;
  for (bool done = false; !done;) {
    ChildProcess run(command(begun ? again : first));
    if (killed < kills) {
      // A life that comes too early for its share of the pictures ends soon after it has begun.
      const bool early = done_pictures >= 0.9 * pictures * killed / kills;
      pause_ms = std::clamp(early ? pause_ms * 0.5 : pause_ms * 1.5, 0.1, 40.0);
      const int wanted = early ? 0 : static_cast<int>(random() % 3);
      for (int captioned = 0; captioned <= wanted;) {
        const auto line = run.read_line();
        if (!line) break;
        const json event = json::parse(*line);
        if (event["event"] == "caption_progress") {
          begun = true;
          done_pictures = event["done"];
        }
        if (event["event"] == "captioned" || event["event"] == "caption_progress") ++captioned;
      }
      std::uniform_real_distribution<double> moment(0, 2 * pause_ms);
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(moment(random)));
      run.signal(SIGKILL);
    }
    const ProcessResult ended = run.finish();
    if (ended.exit_code == 128 + SIGKILL) {
      ++killed;
    } else {
      ASSERT_EQ(ended.exit_code, 0) << ended.err;
      done = true;
    }
  }
  std::printf("killed %d times in a run of %u pictures\n", killed, pictures);
  EXPECT_GE(killed, kills) << "the run was done before it could be killed often";
  const auto found = texts();
  ASSERT_EQ(found.size(), pictures);
  std::istringstream lines(text_in(folder() / "captions.jsonl"));
  std::set<std::string> files;
  for (std::string line; std::getline(lines, line);) {
    const json row = json::parse(line);
    EXPECT_TRUE(files.insert(row["file"]).second) << row["file"];
    const std::string name = row["file"];
    EXPECT_EQ(found.at(name.substr(0, name.size() - 4) + ".txt"), row["caption"]);
  }
  EXPECT_EQ(files.size(), pictures);
}

TEST_F(CaptionTest, TwoPartsAtOnceAndASecondRunRefused) {
  put_pictures(12);
  ChildProcess one(command(with_model({"--shard", "1/2", "--json"}, "40")));
  ChildProcess two(command(with_model({"--shard", "2/2", "--json"})));
  std::optional<std::string> line;
  do {
    line = one.read_line();
    ASSERT_TRUE(line);
  } while (json::parse(*line)["event"] != "caption_progress");
  const ProcessResult refused = lapilli_run(with_model({}));
  EXPECT_EQ(refused.exit_code, 4) << refused.err;
  EXPECT_NE(refused.err.find("lapilli on "), std::string::npos) << refused.err;
  const ProcessResult first = one.finish(), second = two.finish();
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(second.exit_code, 0) << second.err;
  const json a = json::parse(last_line(first.out)), b = json::parse(last_line(second.out));
  EXPECT_EQ(a["done"].get<int>() + b["done"].get<int>(), 12);
  EXPECT_EQ(texts().size(), 12u);
}

TEST_F(CaptionTest, SeveralQuestionsAndFormats) {
  put_pictures(3);
  const ProcessResult result =
      lapilli_run(with_model({"--prompt", "Is it {stem}?", "--format", "yes_no", "--ask", "alt=What is it?",
                              "--output", "jsonl", "--json"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::istringstream lines(text_in(folder() / "captions.jsonl"));
  size_t rows = 0;
  for (std::string line; std::getline(lines, line); ++rows) {
    const json row = json::parse(line);
    EXPECT_TRUE(row["caption"] == "Yes" || row["caption"] == "No") << row;
    EXPECT_TRUE(row.contains("alt"));
  }
  EXPECT_EQ(rows, 3u);
}

TEST_F(CaptionTest, ARunGoesOnWithItsModelAlone) {
  put_pictures(30);
  const fs::path other = folder() / ".models/other.gguf";
  fs::create_directories(other.parent_path());
  ASSERT_EQ(lapilli_run({"bench", "--shape", "tiny", "--type", "q8_0", "--save", other}).exit_code, 0);
  {
    ChildProcess run(command(with_model({"--json", "--batch", "2"}, "24")));
    for (bool captioned = false; !captioned;) {
      const auto line = run.read_line();
      ASSERT_TRUE(line);
      captioned = json::parse(*line)["event"] == "captioned";
    }
    run.signal(SIGINT);
    ASSERT_EQ(run.finish().exit_code, 130);
  }
  const ProcessResult refused = lapilli_run({"caption", folder(), "--resume", "--model", other});
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  for (const char* name : {"tiny.gguf", "other.gguf"})
    EXPECT_NE(refused.err.find(name), std::string::npos) << refused.err;
  const ProcessResult resumed = lapilli_run({"caption", folder(), "--resume", "--submission-ms", "10"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(texts().size(), 30u);
}

TEST_F(CaptionTest, AModelWithoutEyesIsRefusedAndNothingIsNoted) {
  put_pictures(2);
  const ProcessResult refused = lapilli_run(with_model({"--projector", "none"}, "6", "demo"));
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_NE(refused.err.find("no vision encoder"), std::string::npos) << refused.err;
  EXPECT_EQ(lapilli_run({"caption", folder(), "--undo"}).exit_code, 3) << "there is no run";
}

TEST_F(CaptionTest, WhereNothingIsToBeDoneThereIsNoRun) {
  put_pictures(2);
  ASSERT_EQ(lapilli_run(with_model({})).exit_code, 0);
  const ProcessResult nothing = lapilli_run(with_model({}));
  EXPECT_EQ(nothing.exit_code, 0);
  EXPECT_NE(nothing.err.find("nothing to do: 2 pictures"), std::string::npos) << nothing.err;
  const ProcessResult undone = lapilli_run({"caption", folder(), "--undo", "--json"});
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_EQ(json::parse(last_line(undone.out))["removed"], 2) << "of the run before";
}

TEST_F(CaptionTest, AFolderWithoutPicturesIsSaidToBeOne) {
  const ProcessResult run = lapilli_run(with_model({}));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_NE(run.err.find("there are no pictures"), std::string::npos) << run.err;
  const ProcessResult tried = lapilli_run(with_model({"--try", "3"}));
  EXPECT_EQ(tried.exit_code, 3);
  EXPECT_NE(tried.err.find("there are no pictures"), std::string::npos) << tried.err;
}

TEST_F(CaptionTest, ATrialTellsItsEnd) {
  put_pictures(2);
  std::ofstream(folder() / "broken.png") << "no picture";
  const ProcessResult tried = lapilli_run(with_model({"--try", "3", "--json"}));
  EXPECT_EQ(tried.exit_code, 11) << tried.err;
  const json end = json::parse(last_line(tried.out));
  EXPECT_EQ(end["event"], "finished");
  EXPECT_EQ(end["tried"], 3);
  EXPECT_EQ(end["failed"], 1);
  EXPECT_TRUE(texts().empty());
}

TEST_F(CaptionTest, WhatAnActionWouldNotHeedIsRefused) {
  put_pictures(1);
  ASSERT_EQ(lapilli_run(with_model({})).exit_code, 0);
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--resume", "--prompt", "other"},
                                               {"--retry", "--output", "csv"},
                                               {"--undo", "--batch", "3"},
                                               {"--forget-backups", "--existing", "replace"}}) {
    std::vector<std::string> arguments = {"caption", folder()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult refused = lapilli_run(arguments);
    EXPECT_EQ(refused.exit_code, 2) << more[0] << refused.err;
    EXPECT_NE(refused.err.find("leave out " + more[1]), std::string::npos) << refused.err;
  }
  EXPECT_EQ(texts().size(), 1u);
}

TEST_F(CaptionTest, ThePlanTellsWhatHappensToTables) {
  put_pictures(2);
  std::ofstream(folder() / "captions.csv") << "file,caption\r\np0.png,old\r\n";
  std::ofstream(folder() / "captions.json") << "{\"mine\": 1}";
  const ProcessResult plan =
      lapilli_run({"caption", folder(), "--plan", "--json", "--output", "csv,llava-json"});
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  std::istringstream lines(plan.out);
  std::map<std::string, std::string> decisions;
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (event["event"] == "planned_file") decisions[event["path"]] = event["decision"];
  }
  EXPECT_EQ(decisions,
            (std::map<std::string, std::string>{{"captions.csv", "merge"}, {"captions.json", "replace"}}));
}

TEST_F(CaptionTest, TheSeedOfDrawsIsToldAndGivesTheSameTexts) {
  put_pictures(3);
  const auto drawn = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"--temperature", "2"};
    all.insert(all.end(), more.begin(), more.end());
    fs::remove_all(folder() / ".lapilli");
    for (const auto& [name, caption] : texts()) fs::remove(folder() / name);
    ProcessResult run = lapilli_run(with_model(all, "12"));
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run;
  };
  EXPECT_NE(drawn({"--seed", "7"}).err.find("; seed 7\n"), std::string::npos);
  const auto first = texts();
  EXPECT_EQ(json::parse(last_line(drawn({"--seed", "8", "--json"}).out))["seed"], 8);
  EXPECT_NE(texts(), first);
  drawn({"--seed", "7", "--batch", "1"});
  EXPECT_EQ(texts(), first);
  EXPECT_EQ(json::parse(last_line(drawn({"--json"}).out))["seed"], 0) << "the preset's";
}

TEST_F(CaptionTest, OnlyFailuresAreDoneAgain) {
  put_pictures(3);
  std::ofstream(folder() / "bad.png") << "no picture";
  ASSERT_EQ(lapilli_run(with_model({})).exit_code, 11);
  const ProcessResult nothing = lapilli_run(with_model({"--existing", "failed", "--output", "caption"}));
  EXPECT_EQ(nothing.exit_code, 11) << "it is still none";
  EXPECT_FALSE(fs::exists(folder() / "p0.caption"));
  fs::copy_file(folder() / "p0.png", folder() / "bad.png", fs::copy_options::overwrite_existing);
  const ProcessResult again = lapilli_run(with_model({"--existing", "failed", "--json"}));
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(json::parse(last_line(again.out))["done"], 1);
  EXPECT_EQ(json::parse(last_line(again.out))["skipped"], 3);
  EXPECT_EQ(texts().size(), 4u);
  const ProcessResult none = lapilli_run(with_model({"--existing", "failed"}));
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_NE(none.err.find("none has failed"), std::string::npos) << none.err;
}

TEST_F(CaptionTest, AcceptedCaptionsKeepNoBackups) {
  put_pictures(2);
  std::ofstream(folder() / "p0.txt") << "old";
  const ProcessResult run = lapilli_run(with_model({"--existing", "replace"}));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.err.find("--forget-backups"), std::string::npos) << run.err;
  const ProcessResult accepted = lapilli_run({"caption", folder(), "--forget-backups", "--json"});
  ASSERT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_EQ(json::parse(last_line(accepted.out))["freed_bytes"], 3);
  EXPECT_FALSE(fs::exists(folder() / ".lapilli/backups"));
  const ProcessResult undone = lapilli_run({"caption", folder(), "--undo"});
  EXPECT_EQ(undone.exit_code, 2) << undone.err;
  EXPECT_NE(undone.err.find("accepted"), std::string::npos) << undone.err;
}

}  // namespace
}  // namespace lapilli::test
