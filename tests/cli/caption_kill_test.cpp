// SPDX-License-Identifier: Apache-2.0
// A run killed at random system calls and resumed until it is done; with a stand-in for the model, so that
// the calls are those that write files and journal. LAPILLI_KILLS: how often.
#include "tests/cli/caption_fixture.h"
#include "tests/support/counted_life.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;

int wanted_kills() {
  const char* const wanted = std::getenv("LAPILLI_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : 20;
}

using CaptionKillTest = CaptionFolder;

/// The child: goes on with the newest run, and ends without any cleaning up.
[[noreturn]] void go_on(const fs::path& folder) {
  StandIn stand_in;
  auto run = CaptionRun::open_newest(folder, {});
  const bool done = run && run->process(stand_in.answerer(), kStandIn, {});
  ::_exit(done ? 0 : 1);
}

TEST_F(CaptionKillTest, EveryPictureHasExactlyOneWholeCaption) {
  const int kills = wanted_kills();
  const uint32_t pictures = std::max<uint32_t>(60, static_cast<uint32_t>(kills) * 3 / 2);
  for (uint32_t index = 0; index < pictures; ++index) {
    put_picture(folder() / text(index, ".png"), index);
    if (index % 2 == 0) put_text(folder() / text(index, ".txt"), text("old ", index));
  }
  const Settings settings =
      settings_for({Output::kTxt, Output::kXmp, Output::kEmbedded, Output::kJsonl}, Existing::kAppend);
  {
    const RunPlan plan = plan_run(folder(), settings).value();
    ASSERT_TRUE(CaptionRun::begin(folder(), settings, plan, "{}"));
  }
  std::map<uint32_t, uint64_t> ids;  // the pixels do not change when texts are put into the files
  for (uint32_t index = 0; index < pictures; ++index)
    ids[index] = open_picture(folder() / text(index, ".png"), small_config()).value().id;

  std::mt19937 random(7);
  // Aimed at having done six tenths of the pictures after the last kill, whatever calls a picture takes.
  double mean_moments = 1000, lived_moments = 0;
  int killed = 0;
  for (bool done = false; !done;) {
    std::uniform_real_distribution<double> moment(0, 2 * mean_moments);
    const auto at = killed < kills ? std::optional(static_cast<uint64_t>(moment(random))) : std::nullopt;
    const LifeEnd end = live([&] { go_on(folder()); }, at);
    if (end.killed) {
      ++killed;
      lived_moments += static_cast<double>(*at);
      const auto captioned = static_cast<double>(CaptionRun::open_newest(folder(), {}).value().counts().done);
      const double a_life = std::max(0.1, (0.6 * pictures - captioned) / std::max(1, kills - killed));
      mean_moments = captioned > 0 ? a_life * lived_moments / captioned : 1.5 * mean_moments;
    } else {
      ASSERT_EQ(end.exit_code, 0);
      done = true;
    }
  }
  EXPECT_GE(killed, kills * 9 / 10) << "the run was done before it could be killed often";
  std::printf("killed %d times in a run of %u pictures\n", killed, pictures);

  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  EXPECT_EQ(run.counts().done, pictures);
  EXPECT_FALSE(run.row().ended.empty());
  for (uint32_t index = 0; index < pictures; ++index) {
    const std::string fresh = text("caption ", ids[index], " of What is ", index, "?");
    const std::string whole = index % 2 == 0 ? text("old ", index, '\n', fresh) : fresh;
    EXPECT_EQ(text_in(folder() / text(index, ".txt")), whole);
    EXPECT_EQ(texts_of_sidecar(text_in(folder() / text(index, ".png.xmp"))).value().description, fresh);
    EXPECT_EQ(PictureMetadata::read(folder() / text(index, ".png")).value().texts().description, fresh);
    EXPECT_EQ(open_picture(folder() / text(index, ".png"), small_config()).value().id, ids[index]);
  }
  EXPECT_EQ(captions_told(folder()).size(), pictures);
  for (const auto& entry : fs::directory_iterator(folder()))
    EXPECT_EQ(entry.path().string().find("unfinished"), std::string::npos)
        << entry.path() << " was left lying about";
  EXPECT_TRUE(run.undo());
  EXPECT_EQ(text_in(folder() / "0.txt"), "old 0");
  EXPECT_FALSE(fs::exists(folder() / "1.txt"));
}

/// The child: edits both pictures at once, over and over.
[[noreturn]] void review(const fs::path& folder, uint32_t life) {
  CaptionRun run = CaptionRun::open_newest(folder, {}).value();
  for (uint32_t step = 0;; ++step) {
    const std::string fresh = text("edit ", life, ' ', step);
    const Edit edits[] = {{"0.png", fresh}, {"1.png", fresh}};
    if (!run.edit(edits)) ::_exit(1);
  }
}

TEST_F(CaptionKillTest, JournalAndFilesAgreeAfterAnEditIsKilled) {
  put_picture(folder() / "0.png", 0);
  put_picture(folder() / "1.png", 1);
  put_text(folder() / "0.txt", "old");
  const Settings settings =
      settings_for({Output::kTxt, Output::kEmbedded, Output::kJsonl}, Existing::kAppend);
  StandIn stand_in;
  { const CaptionRun run = caption_folder(folder(), settings, stand_in); }
  std::mt19937 random(3);
  for (int life = 0; life < wanted_kills(); ++life) {
    const LifeEnd end = live([&] { review(folder(), static_cast<uint32_t>(life)); }, random() % 3000);
    ASSERT_TRUE(end.killed) << "an edit failed in life " << life;

    CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
    run.finish({}).value();
    EXPECT_EQ(run.counts().done, 2u);
    std::map<std::string, std::string> told = captions_told(folder());
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told["0.png"], told["1.png"]) << "half an edit, in life " << life;
    EXPECT_EQ(text_in(folder() / "0.txt"), "old\n" + told["0.png"]) << "life " << life;
    EXPECT_EQ(text_in(folder() / "1.txt"), told["1.png"]) << "life " << life;
    for (const char* name : {"0.png", "1.png"})
      EXPECT_EQ(PictureMetadata::read(folder() / name).value().texts().description, told[name]);
    EXPECT_FALSE(run.can_finish());
  }
  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  EXPECT_TRUE(run.undo().value().kept.empty());
  EXPECT_EQ(text_in(folder() / "0.txt"), "old");
  EXPECT_FALSE(fs::exists(folder() / "1.txt"));
}

TEST_F(CaptionKillTest, WhatWasAcceptedIsKnownAfterAKill) {
  for (uint32_t index = 0; index < 3; ++index) put_picture(folder() / text(index, ".png"), index);
  StandIn stand_in;
  { const CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}), stand_in); }
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
    const std::string paths[] = {"0.png", "2.png"};
    if (!run.accept(paths)) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  std::map<std::string, bool> accepted;
  for (const PictureRow& row : run.pictures(PictureState::kDone)) accepted[row.path] = row.accepted;
  EXPECT_EQ(accepted, (std::map<std::string, bool>{{"0.png", true}, {"1.png", false}, {"2.png", true}}));
}

}  // namespace
}  // namespace lapilli::test
