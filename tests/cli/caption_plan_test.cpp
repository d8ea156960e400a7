// SPDX-License-Identifier: Apache-2.0
// What a plan decides about each picture before the model looks at any, and that a run keeps to it.
#include "app/captions/refusal.h"
#include "tests/cli/caption_fixture.h"
#include "tests/support/expect_error.h"

#include <set>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;
using nlohmann::json;

using CaptionPlanTest = CaptionFolder;

TEST_F(CaptionPlanTest, TwoPicturesDoNotShareASidecar) {
  put_picture(at("a.jpg"), 1);
  put_picture(at("a.png"), 2);
  put_text(at("a.xmp"), sidecar_with("", {.description = "", .tags = {"one"}, .alt = ""}).value());
  for (const Existing existing : {Existing::kSkip, Existing::kReplace}) {
    const PictureRow second = planned("a.png", settings_for({Output::kXmp}, existing));
    EXPECT_EQ(second.state, PictureState::kFailed);
    EXPECT_NE(second.reason.find("a.xmp"), std::string::npos) << second.reason;
    EXPECT_NE(second.reason.find("a.jpg"), std::string::npos) << second.reason;
  }
  fs::remove(at("a.xmp"));
  EXPECT_EQ(planned("a.png", settings_for({Output::kXmp})).state, PictureState::kWaiting);
}

TEST_F(CaptionPlanTest, NamesThatTablesCannotHoldAreRefused) {
  const std::string name = "bad\xFF.png";
  put_picture(at(name), 1);
  for (const Output output : {Output::kCsv, Output::kJsonl, Output::kLlavaJson}) {
    const PictureRow row = planned(name, settings_for({Output::kTxt, output}));
    EXPECT_EQ(row.state, PictureState::kFailed);
    EXPECT_NE(row.reason.find("UTF-8"), std::string::npos) << row.reason;
  }
  EXPECT_EQ(run(settings_for({Output::kTxt})).done, 1u);
}

TEST_F(CaptionPlanTest, LongNamesHaveTheirFiles) {
  const std::string stem(251, 'n');
  put_picture(at("a.png"), 1);
  fs::rename(at("a.png"), at(stem + ".png"));
  answer_with("new");
  EXPECT_EQ(run(settings_for({Output::kTxt, Output::kXmp})).done, 1u);
  EXPECT_EQ(text_in(at(stem + ".txt")), "new");
  EXPECT_TRUE(fs::exists(at(stem + ".xmp"))) << "there is no room for .png.xmp";
}

TEST_F(CaptionPlanTest, ANameWithoutRoomForItsTextIsToldByThePlan) {
  const std::string name = std::string(248, 'n') + ".png";
  put_picture(at("a.png"), 1);
  fs::rename(at("a.png"), at(name));
  const PictureRow row = planned(name, settings_for({Output::kCaption}));
  EXPECT_EQ(row.state, PictureState::kFailed);
  EXPECT_EQ(row.code, kNameTooLong);
  for (const char* part : {"256 bytes", "255", "rename"})
    EXPECT_NE(row.reason.find(part), std::string::npos) << row.reason;
  EXPECT_EQ(planned(name, settings_for({Output::kTxt})).state, PictureState::kWaiting);
  run(settings_for({Output::kCaption}));
  EXPECT_EQ(stand_in_.asked, 0u);
  fs::rename(at(name), at(name.substr(1)));
  EXPECT_EQ(run(settings_for({Output::kCaption})).done, 1u);
}

TEST_F(CaptionPlanTest, OnlyWhatFailedIsDoneAgain) {
  for (const char* name : {"a.png", "b.png", "c.png", "d.png"}) put_picture(at(name), 1);
  put_text(at("b.txt"), "old");
  const Settings first = settings_for({Output::kTxt}, Existing::kReplace);
  const auto fail = [&](const std::set<std::string>& stems) {
    stand_in_.answer = [stems](const AnswerRequest& request) -> Result<Answer> {
      const std::string& prompt = request.conversation.messages.front().text;
      for (const std::string& stem : stems) {
        if (prompt.find(' ' + stem + '?') != std::string::npos)
          return Error(ErrorCode::kOutOfMemory, "no memory");
      }
      Answer answer;
      answer.text = "new";
      return answer;
    };
  };
  Settings failed = settings_for({Output::kTxt}, Existing::kFailed);
  EXPECT_EQ(planned("a.png", failed).decision, Decision::kSkip) << "none has been tried";
  fail({"a", "b"});
  EXPECT_EQ(run(first).failed, 2u);
  put_picture(at("e.png"), 5);  // was not there then
  EXPECT_EQ(planned("a.png", failed).decision, Decision::kWrite);
  EXPECT_EQ(planned("b.png", failed).decision, Decision::kReplace);
  for (const char* name : {"c.png", "d.png", "e.png"})
    EXPECT_EQ(planned(name, failed).state, PictureState::kSkipped) << name;
  fail({"a"});
  EXPECT_EQ(run(settings_for({Output::kTxt})).skipped, 3u) << "those with a text, b among them";
  EXPECT_EQ(planned("b.png", failed).decision, Decision::kReplace) << "left out since is not tried since";
  EXPECT_EQ(run(failed).done, 1u);
  EXPECT_EQ(text_in(at("b.txt")), "new");
  EXPECT_EQ(planned("a.png", failed).decision, Decision::kWrite);
  EXPECT_EQ(planned("b.png", failed).decision, Decision::kSkip) << "it has been captioned since";
  EXPECT_EQ(planned("c.png", failed).decision, Decision::kSkip) << "left out is not failed";
  undo();
  EXPECT_EQ(text_in(at("b.txt")), "old");
  EXPECT_EQ(planned("b.png", failed).decision, Decision::kReplace) << "what was undone has not been";
}

TEST_F(CaptionPlanTest, OnlyWhatTheUserSaysIsReplaced) {
  for (const char* name : {"a.png", "b.png", "c.png", "d.png"}) put_picture(at(name), 1);
  put_text(at("a.txt"), "old a");
  put_text(at("b.txt"), "old b");
  put_text(at("c.txt"), " \n");
  Settings settings = settings_for({Output::kXmp, Output::kTxt, Output::kJsonl}, Existing::kAsk);
  RunPlan plan = plan_run(folder(), settings).value();
  ASSERT_EQ(plan.size(), 4u);
  for (const PictureRow& row : plan)
    EXPECT_EQ(row.decision, row.path < "c" ? Decision::kAsk : Decision::kWrite) << row.path;
  EXPECT_REFUSED(CaptionRun::begin(folder(), settings, plan, "{}"), ErrorCode::kInvalidArgument,
                 "2 pictures");
  EXPECT_FALSE(fs::exists(at(".lapilli")));
  decide_asked(plan[0], true);
  decide_asked(plan[1], false);
  answer_with("new");
  {
    CaptionRun run = CaptionRun::begin(folder(), settings, plan, "{}").value();
    put_text(at("d.txt"), "appeared meanwhile");
    run.process(stand_in_.answerer(), kStandIn, {}).value();
    EXPECT_EQ(run.counts().done, 3u);
    EXPECT_EQ(run.counts().skipped, 1u);
    edit_one(run, "a.png", "mine").value();
  }
  EXPECT_EQ(text_in(at("a.txt")), "mine");
  EXPECT_EQ(text_in(at("b.txt")), "old b");
  EXPECT_FALSE(fs::exists(at("b.png.xmp")));
  EXPECT_EQ(text_in(at("c.txt")), "new");
  EXPECT_EQ(text_in(at("d.txt")), "appeared meanwhile");
  EXPECT_EQ(captions_told(folder()),
            (std::map<std::string, std::string>{{"a.png", "mine"}, {"c.png", "new"}, {"d.png", "new"}}));
  // An edited text is asked about, and said to be one.
  EXPECT_EQ(planned("a.png", settings).decision, Decision::kAsk);
  EXPECT_EQ(planned("a.png", settings).code, kEditedByHand);
  undo();
  EXPECT_EQ(text_in(at("a.txt")), "old a");
}

TEST_F(CaptionPlanTest, TheUserIsAskedAboutRowsToo) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  put_text(at("captions.csv"), "file,caption\r\na.png,old\r\n");
  const Settings settings = settings_for({Output::kCsv}, Existing::kAsk);
  RunPlan plan = plan_run(folder(), settings).value();
  ASSERT_EQ(plan[0].decision, Decision::kAsk);
  EXPECT_EQ(text_to_decide_on(folder(), "a.png", settings, folder_files(folder(), settings)), "old");
  answer_with("new");
  const auto content_after = [&](bool replaces) {
    RunPlan decided = plan;
    decide_asked(decided[0], replaces);
    {
      CaptionRun run = CaptionRun::begin(folder(), settings, decided, "{}").value();
      run.process(stand_in_.answerer(), kStandIn, {}).value();
    }
    const std::string content = text_in(at("captions.csv"));
    undo();
    return content;
  };
  EXPECT_EQ(content_after(false), "file,caption\r\na.png,old\r\nb.png,new\r\n");
  EXPECT_EQ(content_after(true), "file,caption\r\na.png,new\r\nb.png,new\r\n");
}

TEST_F(CaptionPlanTest, APictureWithoutPlaceForTextsIsRefusedBeforeTheModelLooks) {
  constexpr std::string_view kGif("GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\1\0\1\0\0\2\2D\1\0;",
                                  35);
  put_text(at("a.gif"), kGif);
  put_picture(at("b.png"), 1);
  for (const auto& outputs : {std::vector{Output::kEmbedded}, std::vector{Output::kTxt, Output::kEmbedded}}) {
    const PictureRow row = planned("a.gif", settings_for(outputs));
    EXPECT_EQ(row.state, PictureState::kFailed);
    EXPECT_EQ(row.code, kNoPlace) << row.reason;
  }
  EXPECT_EQ(planned("a.gif", settings_for({Output::kTxt})).state, PictureState::kWaiting);
  run(settings_for({Output::kEmbedded}));
  EXPECT_EQ(stand_in_.asked, 1u);
}

TEST_F(CaptionPlanTest, WhatWasEditedByHandIsNotReplacedUnlessAsked) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  answer_with("first");
  const Settings settings = settings_for({Output::kTxt}, Existing::kReplace);
  {
    CaptionRun first = caption_folder(folder(), settings, stand_in_);
    edit_one(first, "a.png", "mine").value();
    const Edit back[] = {{"b.png", "other", true}};
    first.edit(back).value();
    const Edit undone[] = {{"b.png", "first", false}};
    first.edit(undone).value();
    EXPECT_FALSE(first.pictures(PictureState::kDone).at(1).accepted) << "an edit that is taken back";
  }
  Settings other = settings;
  other.questions.front().prompt = "What else?";
  const PictureRow kept = planned("a.png", other);
  EXPECT_EQ(kept.decision, Decision::kSkip);
  EXPECT_EQ(kept.code, kEditedByHand);
  EXPECT_EQ(planned("b.png", other).decision, Decision::kReplace) << "it has the model's text again";
  answer_with("second");
  run(other);
  EXPECT_EQ(text_in(at("a.txt")), "mine");
  EXPECT_EQ(text_in(at("b.txt")), "second");
  EXPECT_EQ(planned("a.png", settings_for({Output::kTxt}, Existing::kAppend)).decision, Decision::kAppend);
  other.overwrite_edited = true;
  EXPECT_EQ(planned("a.png", other).decision, Decision::kReplace);
  run(other);
  EXPECT_EQ(text_in(at("a.txt")), "second");
  undo();
  undo();
  EXPECT_EQ(undo().edited, 1u);
}

TEST_F(CaptionPlanTest, WrongSettingsAreRefusedBeforeAnythingIsDone) {
  put_picture(at("a.png"), 1);
  for (const char* prompt : {"{nothing}", "{exif:NoSuchTag}", "a { b", "a } b", ""}) {
    Settings settings = settings_for({Output::kTxt});
    settings.questions.front().prompt = prompt;
    EXPECT_FALSE(plan_run(folder(), settings)) << prompt;
  }
  Settings twice = settings_for({Output::kTxt});
  twice.questions.push_back(twice.questions.front());
  EXPECT_FALSE(plan_run(folder(), twice));
  EXPECT_FALSE(fs::exists(at(".lapilli")));
  EXPECT_FALSE(settings_from_json(json::parse(R"({"questons": []})"))) << "an unknown key";
  for (const std::string_view preset : preset_names())
    EXPECT_TRUE(check_settings(load_preset(std::string(preset)).value()));
}

TEST_F(CaptionPlanTest, AnAnswerWithoutAPlaceIsRefused) {
  Settings settings = settings_for({Output::kTxt});
  settings.questions.push_back({.field = "tags", .prompt = "Tags?"});
  EXPECT_REFUSED(check_settings(settings), ErrorCode::kInvalidArgument, "Tags?");
  settings.outputs.push_back(Output::kXmp);
  EXPECT_TRUE(check_settings(settings));
  settings.questions.push_back({.field = "mood", .prompt = "Mood?"});
  EXPECT_REFUSED(check_settings(settings), ErrorCode::kInvalidArgument, "Mood?");
  settings.outputs.push_back(Output::kCsv);
  EXPECT_TRUE(check_settings(settings));
}

TEST_F(CaptionPlanTest, APictureThatCannotBeDoneIsNotTried) {
  RunPlan plan;
  for (int64_t number = 1; number <= 60; ++number)
    plan.push_back({.number = number,
                    .path = text(number),
                    .state = number <= 20   ? PictureState::kFailed
                             : number <= 57 ? PictureState::kSkipped
                                            : PictureState::kWaiting});
  const RunPlan chosen = chosen_by_chance(plan, 5);
  ASSERT_EQ(chosen.size(), 5u);
  for (size_t index = 0; index < chosen.size(); ++index)
    EXPECT_EQ(chosen[index].state, index < 3 ? PictureState::kWaiting : PictureState::kSkipped);
}

}  // namespace
}  // namespace lapilli::test
