// SPDX-License-Identifier: Apache-2.0
// What runs leave alone, keep, and give back: several runs of one folder, files that were there before them.
#include "tests/cli/caption_fixture.h"
#include "tests/support/expect_error.h"

#include <array>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;
using nlohmann::json;

using CaptionSafetyTest = CaptionFolder;

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

TEST_F(CaptionSafetyTest, AFileThatChangedMeanwhileIsLeftAlone) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "old");
  const Settings settings = settings_for({Output::kTxt}, Existing::kAppend);
  Journal journal(at("journal.sqlite"));
  const PictureRow row{.number = 1, .path = "a.png"};
  const int64_t run = journal.begin_run("{}", "{}", std::span(&row, 1));
  std::vector<FileChange> changes = changes_for(folder(), "a.png", settings, {{"caption", "new"}});
  ASSERT_EQ(changes.size(), 1u);
  changes[0].picture = 1;
  journal.set_answered(run, 1, {}, changes, {});
  put_text(at("a.txt"), "by hand");
  FileChanges files(folder(), journal, run);
  EXPECT_FALSE(files.apply(changes[0]));
  EXPECT_EQ(text_in(at("a.txt")), "by hand");
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
