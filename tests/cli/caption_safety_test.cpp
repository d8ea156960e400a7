// SPDX-License-Identifier: Apache-2.0
// What runs leave alone, keep, and give back: several runs of one folder, files that were there before them.
#include "app/captions/refusal.h"
#include "tests/cli/caption_fixture.h"
#include "tests/support/expect_error.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;
using nlohmann::json;

class CaptionSafetyTest : public TemporaryFolder {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder() / name; }
  void answer_with(const std::string& fixed) {
    stand_in_.answer = [fixed](const AnswerRequest&) -> Result<Answer> {
      Answer answer;
      answer.text = fixed;
      return answer;
    };
  }
  /// One run, ended and closed.
  RunCounts run(const Settings& settings) { return caption_folder(folder(), settings, stand_in_).counts(); }
  UndoReport undo() {
    return CaptionRun::open_newest(folder(), {}, WhichRun::kToUndo).value().undo().value();
  }
  /// The plan's row of a picture.
  [[nodiscard]] PictureRow planned(const std::string& path, const Settings& settings) const {
    for (const PictureRow& row : plan_run(folder(), settings).value())
      if (row.path == path) return row;
    ADD_FAILURE() << path << " is not planned";
    return {};
  }
  StandIn stand_in_;
};

std::string exiv2(const std::string& key, const fs::path& file) {
  return output_of({"exiv2", "-q", "-K", key, "-Pt", "pr", file});
}

TEST_F(CaptionSafetyTest, EveryRunIsUndoneInItsTurn) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "old");
  const Settings settings = settings_for({Output::kTxt}, Existing::kReplace);
  answer_with("first");
  run(settings);
  Settings other = settings;
  other.questions.front().prompt = "What else?";
  answer_with("second");
  run(other);
  EXPECT_TRUE(undo().kept.empty());
  EXPECT_EQ(text_in(at("a.txt")), "first");
  EXPECT_EQ(CaptionRun::open_newest(folder(), {}).value().counts().done, 1u) << "the first run stands";
  EXPECT_TRUE(undo().kept.empty());
  EXPECT_EQ(text_in(at("a.txt")), "old");
  EXPECT_REFUSED(CaptionRun::open_newest(folder(), {}, WhichRun::kToUndo), ErrorCode::kNotFound,
                 "was undone");
}

TEST_F(CaptionSafetyTest, ARunThatCannotBeginIsNone) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kTxt}, Existing::kReplace);
  run(settings);
  const RunPlan plan = plan_run(folder(), settings).value();
  const auto refused = CaptionRun::begin(folder(), settings, plan, "{}",
                                         [] { throw Error(ErrorCode::kBadFile, "the model is damaged"); });
  EXPECT_REFUSED(refused, ErrorCode::kBadFile, "the model is damaged");
  EXPECT_EQ(CaptionRun::open_newest(folder(), {}).value().counts().done, 1u);
  EXPECT_EQ(undo().removed, 1u);
}

TEST_F(CaptionSafetyTest, WhatUndoingKeptIsTriedOnceMoreAndThenTheRunBefore) {
  put_picture(at("a.png"), 1);
  answer_with("first");
  run(settings_for({Output::kTxt}));
  Settings second = settings_for({Output::kTxt}, Existing::kReplace);
  second.questions.front().prompt = "What else?";
  answer_with("second");
  run(second);
  put_text(at("a.txt"), "by somebody");
  UndoReport report = undo();
  EXPECT_EQ(report.kept.size(), 1u);
  EXPECT_TRUE(report.tries_again);
  report = undo();
  EXPECT_EQ(report.kept.size(), 1u);
  EXPECT_FALSE(report.tries_again);
  put_text(at("a.txt"), "first");
  EXPECT_EQ(undo().removed, 1u) << "the first run's file";
  EXPECT_FALSE(fs::exists(at("a.txt")));
}

TEST_F(CaptionSafetyTest, AcceptingFreesWhatEveryRunHasReplaced) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "old");
  run(settings_for({Output::kTxt}, Existing::kReplace));
  run(settings_for({Output::kTxt}, Existing::kAppend));
  EXPECT_TRUE(CaptionRun::open_newest(folder(), {}).value().forget_backups());
  EXPECT_REFUSED(CaptionRun::open_newest(folder(), {}, WhichRun::kToUndo).value().undo(),
                 ErrorCode::kInvalidArgument, "accepted");
}

TEST_F(CaptionSafetyTest, RowsOfOtherPicturesStayInTheFoldersFiles) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  const std::string csv = "file,caption,note\r\na.png,\"one, two\",mine\r\nz.png,elsewhere,\r\n";
  const std::string lines = "{\"file\":\"a.png\",\"caption\":\"one\",\"stars\":1.50}\n";
  put_text(at("captions.csv"), csv);
  put_text(at("captions.jsonl"), lines);
  put_text(at("captions.json"), R"([{"id":"7","image":"a.png","conversations":[{"from":"human","value":
      "<image>\nWho?"},{"from":"gpt","value":"one"}]}])");
  const std::string records = text_in(at("captions.json"));
  answer_with("new");
  const Settings settings = settings_for({Output::kCsv, Output::kJsonl, Output::kLlavaJson});
  EXPECT_EQ(planned("a.png", settings).decision, Decision::kSkip);
  EXPECT_EQ(planned("b.png", settings).decision, Decision::kWrite);
  run(settings);
  EXPECT_EQ(text_in(at("captions.csv")), csv + "b.png,new,\r\n");
  EXPECT_EQ(text_in(at("captions.jsonl")), lines + "{\"file\":\"b.png\",\"caption\":\"new\"}\n");
  const json merged = json::parse(text_in(at("captions.json")));
  ASSERT_EQ(merged.size(), 2u);
  EXPECT_EQ(merged[0], json::parse(records)[0]);
  EXPECT_EQ(merged[1]["image"], "b.png");

  run(settings_for({Output::kCsv, Output::kLlavaJson}, Existing::kAppend));
  EXPECT_EQ(
      text_in(at("captions.csv")),
      "file,caption,note\r\na.png,\"one, two\nnew\",mine\r\nz.png,elsewhere,\r\nb.png,\"new\nnew\",\r\n");
  const json joined = json::parse(text_in(at("captions.json")))[0];
  ASSERT_EQ(joined["conversations"].size(), 4u);
  EXPECT_EQ(joined["conversations"][2]["value"], "What is a?") << "one <image> a picture";
  undo();
  undo();
  EXPECT_EQ(text_in(at("captions.csv")), csv);
  EXPECT_EQ(text_in(at("captions.jsonl")), lines);
  EXPECT_EQ(text_in(at("captions.json")), records);
}

TEST_F(CaptionSafetyTest, AFolderThatGrowsKeepsItsTable) {
  const Settings settings = settings_for({Output::kTxt, Output::kCsv});
  answer_with("new");
  put_picture(at("a.png"), 1);
  run(settings);
  put_picture(at("b.png"), 2);
  put_picture(at("c.png"), 3);
  CaptionRun second = caption_folder(folder(), settings, stand_in_);
  EXPECT_EQ(text_in(at("captions.csv")), "file,caption\r\na.png,new\r\nb.png,new\r\nc.png,new\r\n");
  // Also when what was there is no longer kept, and when a picture is taken out again.
  EXPECT_TRUE(second.forget_backups());
  edit_one(second, "b.png", "mine").value();
  reject_one(second, "c.png").value();
  EXPECT_EQ(text_in(at("captions.csv")), "file,caption\r\na.png,new\r\nb.png,mine\r\n");
}

TEST_F(CaptionSafetyTest, AFileThatIsNoTableIsToldReplacedAndGivenBack) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kCsv, Output::kJsonl, Output::kLlavaJson});
  for (const char* name : {"captions.csv", "captions.jsonl", "captions.json"})
    put_text(at(name), "name;text\n\"my own\"");
  for (const FolderFile& file : folder_files(folder(), settings))
    EXPECT_EQ(file.state, FolderFile::State::kForeign) << file.path;
  answer_with("new");
  run(settings);
  EXPECT_EQ(text_in(at("captions.csv")), "file,caption\r\na.png,new\r\n");
  for (const FolderFile& file : folder_files(folder(), settings)) {
    EXPECT_EQ(file.state, FolderFile::State::kKnown) << file.path;
    EXPECT_EQ(file.table.size(), 1u) << file.path;
  }
  undo();
  for (const char* name : {"captions.csv", "captions.jsonl", "captions.json"})
    EXPECT_EQ(text_in(at(name)), "name;text\n\"my own\"") << name;
}

TEST_F(CaptionSafetyTest, TextsInIptcAndExifAreTexts) {
  put_picture(at("iptc.png"), 1);
  put_picture(at("exif.png"), 2);
  output_of({"exiv2", "-q", "-M", "set Iptc.Application2.Caption By the lake, 1962", "-M",
             "add Iptc.Application2.Keywords lake", "mo", at("iptc.png")});
  output_of({"exiv2", "-q", "-M", "set Exif.Image.ImageDescription By the lake, 1962", "mo", at("exif.png")});
  const Settings settings = settings_for({Output::kEmbedded});
  for (const char* name : {"iptc.png", "exif.png"}) {
    EXPECT_EQ(planned(name, settings).decision, Decision::kSkip) << name;
    EXPECT_EQ(existing_texts(folder(), name).caption, "By the lake, 1962") << name;
  }
  EXPECT_EQ(existing_texts(folder(), "iptc.png").tags, std::vector<std::string>{"lake"});
  answer_with("A boat.");
  Settings joined = settings_for({Output::kEmbedded}, Existing::kAppend);
  joined.questions.push_back({.field = "tags", .prompt = "Tags?"});
  run(joined);
  EXPECT_EQ(exiv2("Iptc.Application2.Caption", at("iptc.png")), "By the lake, 1962\nA boat.\n");
  EXPECT_EQ(exiv2("Iptc.Application2.Keywords", at("iptc.png")), "lake\nA boat.\n");
  EXPECT_EQ(exiv2("Exif.Image.ImageDescription", at("exif.png")), "By the lake, 1962\nA boat.\n");
  EXPECT_EQ(exiv2("Xmp.dc.description", at("exif.png")), "lang=\"x-default\" By the lake, 1962\nA boat.\n");
}

TEST_F(CaptionSafetyTest, AnAltTextTakesNoDescriptionsPlace) {
  put_picture(at("a.png"), 1);
  output_of({"exiv2", "-q", "-M", "set Exif.Image.ImageDescription By the lake", "mo", at("a.png")});
  Settings settings = settings_for({Output::kEmbedded});
  settings.questions.front().field = "alt";
  answer_with("A boat.");
  run(settings);
  EXPECT_EQ(exiv2("Exif.Image.ImageDescription", at("a.png")), "By the lake\n");
  EXPECT_EQ(exiv2("Xmp.iptc.AltTextAccessibility", at("a.png")), "lang=\"x-default\" A boat.\n");
}

TEST_F(CaptionSafetyTest, IptcTextsOfOthersBecomeUtf8WithOurs) {
  const std::array<std::string, 2> declared = {"", "set Iptc.Envelope.CharacterSet \033-B"};
  const std::array<std::string, 2> written = {"M\xFCller \x96 Sohn",
                                              "\xA3\xF3"
                                              "d\xBC"};
  const std::array<std::string, 2> wanted = {"Müller – Sohn", "Łódź"};
  answer_with("A boat.");
  for (size_t index = 0; index < declared.size(); ++index) {
    const fs::path picture = at(text(index, ".png"));
    put_picture(picture, static_cast<uint32_t>(index));
    std::vector<std::string> command = {"exiv2", "-q", "-M",
                                        "set Iptc.Application2.Byline " + written.at(index)};
    if (!declared.at(index).empty()) command.insert(command.end(), {"-M", declared.at(index)});
    command.insert(command.end(), {"mo", picture});
    output_of(command);
  }
  run(settings_for({Output::kEmbedded}));
  for (size_t index = 0; index < declared.size(); ++index) {
    const fs::path picture = at(text(index, ".png"));
    EXPECT_EQ(exiv2("Iptc.Application2.Byline", picture), wanted.at(index) + '\n');
    EXPECT_EQ(exiv2("Iptc.Envelope.CharacterSet", picture), "\033%G\n");
    EXPECT_EQ(exiv2("Iptc.Application2.Caption", picture), "A boat.\n");
  }
}

TEST_F(CaptionSafetyTest, TwoPicturesDoNotShareASidecar) {
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

TEST_F(CaptionSafetyTest, LinksAreGivenBackAsLinks) {
  put_picture(at("real/a.png"), 1);
  put_text(at("real/a.txt"), "old");
  fs::create_directories(at("links"));
  fs::create_symlink("../real/a.png", at("links/a.png"));
  fs::create_symlink("../real/a.txt", at("links/a.txt"));
  fs::create_symlink("nowhere.txt", at("links/a.caption"));
  const std::string picture = text_in(at("real/a.png"));
  answer_with("new");
  const Settings settings = settings_for({Output::kTxt, Output::kEmbedded}, Existing::kReplace);
  {
    CaptionRun run = caption_folder(at("links"), settings, stand_in_);
    EXPECT_EQ(run.counts().done, 1u);
    EXPECT_EQ(run.backup_bytes(), picture.size() + 3);
  }
  EXPECT_EQ(text_in(at("links/a.txt")), "new");
  EXPECT_EQ(text_in(at("real/a.txt")), "old") << "what the link shows is not this folder's";
  EXPECT_EQ(text_in(at("real/a.png")), picture);
  const UndoReport report =
      CaptionRun::open_newest(at("links"), {}, WhichRun::kToUndo).value().undo().value();
  EXPECT_TRUE(report.kept.empty()) << report.kept.front().reason;
  for (const char* name : {"a.png", "a.txt"})
    EXPECT_EQ(fs::read_symlink(at("links") / name), fs::path("../real") / name);
  EXPECT_EQ(text_in(at("links/a.txt")), "old");

  const auto dangling = caption_folder(at("links"), settings_for({Output::kCaption}), stand_in_).failures();
  ASSERT_EQ(dangling.size(), 1u);
  EXPECT_EQ(fs::read_symlink(at("links/a.caption")), "nowhere.txt");
}

TEST_F(CaptionSafetyTest, TrainingRecordsHaveOneMarkAPicture) {
  put_picture(at("a.png"), 1);
  Settings settings = settings_for({Output::kLlavaJson});
  settings.questions = {{.field = "caption", .prompt = "<image>\nDescribe"},
                        {.field = "alt", .prompt = "Say <image> in a word"}};
  answer_with("A sign with <image> on it.");
  run(settings);
  const json turns = json::parse(text_in(at("captions.json")))[0]["conversations"];
  size_t marks = 0;
  for (const json& turn : turns) {
    const std::string value = turn["value"];
    for (size_t place = value.find("<image>"); place != std::string::npos;
         place = value.find("<image>", place + 1))
      ++marks;
  }
  EXPECT_EQ(marks, 1u) << turns;
  EXPECT_EQ(turns[0]["value"], "<image>\nDescribe");
}

TEST_F(CaptionSafetyTest, NamesThatTablesCannotHoldAreRefused) {
  const std::string name = "bad\xFF.png";
  put_picture(at(name), 1);
  for (const Output output : {Output::kCsv, Output::kJsonl, Output::kLlavaJson}) {
    const PictureRow row = planned(name, settings_for({Output::kTxt, output}));
    EXPECT_EQ(row.state, PictureState::kFailed);
    EXPECT_NE(row.reason.find("UTF-8"), std::string::npos) << row.reason;
  }
  EXPECT_EQ(run(settings_for({Output::kTxt})).done, 1u);
}

TEST_F(CaptionSafetyTest, LongNamesHaveTheirFiles) {
  const std::string stem(251, 'n');
  put_picture(at("a.png"), 1);
  fs::rename(at("a.png"), at(stem + ".png"));
  answer_with("new");
  EXPECT_EQ(run(settings_for({Output::kTxt, Output::kXmp})).done, 1u);
  EXPECT_EQ(text_in(at(stem + ".txt")), "new");
  EXPECT_TRUE(fs::exists(at(stem + ".xmp"))) << "there is no room for .png.xmp";
}

TEST_F(CaptionSafetyTest, ANameWithoutRoomForItsTextIsToldByThePlan) {
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

TEST_F(CaptionSafetyTest, OnlyWhatFailedIsDoneAgain) {
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

TEST_F(CaptionSafetyTest, OnlyWhatTheUserSaysIsReplaced) {
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
  std::istringstream lines(text_in(at("captions.jsonl")));
  std::set<std::string> files;
  for (std::string line; std::getline(lines, line);) files.insert(json::parse(line)["file"]);
  EXPECT_EQ(files, (std::set<std::string>{"a.png", "c.png", "d.png"}));
  // An edited text is asked about, and said to be one.
  EXPECT_EQ(planned("a.png", settings).decision, Decision::kAsk);
  EXPECT_EQ(planned("a.png", settings).code, kEditedByHand);
  undo();
  EXPECT_EQ(text_in(at("a.txt")), "old a");
}

TEST_F(CaptionSafetyTest, TheUserIsAskedAboutRowsToo) {
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

TEST_F(CaptionSafetyTest, APictureWithoutPlaceForTextsIsRefusedBeforeTheModelLooks) {
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

TEST_F(CaptionSafetyTest, WhatWasEditedByHandIsNotReplacedUnlessAsked) {
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

TEST_F(CaptionSafetyTest, AnAnswerWithoutAPlaceIsRefused) {
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

TEST_F(CaptionSafetyTest, APictureThatCannotBeDoneIsNotTried) {
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

TEST_F(CaptionSafetyTest, ARejectedPictureIsRemembered) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  put_text(at("b.txt"), "old");
  {
    CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}), stand_in_);
    reject_one(run, "a.png").value();
  }
  CaptionRun again = CaptionRun::open_newest(folder(), {}).value();
  for (const PictureRow& row : again.pictures(PictureState::kSkipped))
    EXPECT_EQ(Journal::is_rejected(row), row.path == "a.png") << row.path;
  EXPECT_FALSE(again.can_finish());
}

TEST_F(CaptionSafetyTest, RunsInPartsAreNamedWhereThatOfTheFolderIsLookedFor) {
  for (uint32_t index = 0; index < 8; ++index) put_picture(at(text(index, ".png")), index);
  Settings part = settings_for({Output::kTxt});
  part.shard = {2, 2};
  caption_folder(folder(), part, stand_in_);
  EXPECT_REFUSED(CaptionRun::open_newest(folder(), {}), ErrorCode::kNotFound, "--shard 2/2");
  run(settings_for({Output::kTxt}, Existing::kReplace));
  EXPECT_REFUSED(CaptionRun::open_newest(folder(), {1, 3}), ErrorCode::kNotFound, "leave out --shard");
}

}  // namespace
}  // namespace lapilli::test
