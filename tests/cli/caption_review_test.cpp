// SPDX-License-Identifier: Apache-2.0
// What is done with captions once they are written, and what a run keeps for it.
#include "app/captions/refusal.h"
#include "tests/cli/caption_fixture.h"
#include "tests/support/expect_error.h"

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;
using nlohmann::json;

class CaptionReviewTest : public CaptionFolder {
 protected:
  [[nodiscard]] std::map<std::string, std::string> told() const { return captions_told(folder()); }
};

TEST_F(CaptionReviewTest, TheFoldersOwnFilesFollowAReviewAfterTheEnd) {
  for (const char* name : {"a.png", "b.png", "c.png"}) put_picture(at(name), 1);
  answer_with("new");
  CaptionRun run = caption_folder(
      folder(), settings_for({Output::kTxt, Output::kJsonl, Output::kCsv, Output::kLlavaJson}), stand_in_);
  ASSERT_FALSE(run.row().ended.empty());
  edit_one(run, "a.png", "mine").value();
  reject_one(run, "b.png").value();
  EXPECT_EQ(told(), (std::map<std::string, std::string>{{"a.png", "mine"}, {"c.png", "new"}}));
  EXPECT_EQ(text_in(at("captions.csv")), "file,caption\r\na.png,mine\r\nc.png,new\r\n");
  const json records = json::parse(text_in(at("captions.json")));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0]["conversations"][1]["value"], "mine");
  EXPECT_FALSE(run.row().ended.empty());
  EXPECT_FALSE(run.can_finish());
}

TEST_F(CaptionReviewTest, WhatWasBegunByAReviewIsCompletedByTheNextProcess) {
  for (const char* name : {"a.png", "b.png"}) put_picture(at(name), 1);
  answer_with("new");
  const Settings settings = settings_for({Output::kTxt, Output::kJsonl});
  { const CaptionRun run = caption_folder(folder(), settings, stand_in_); }
  {  // A process that was killed as soon as it had noted what it would do.
    Journal journal(folder() / ".lapilli/journal.sqlite");
    const int64_t run = journal.newest_run().value().id;
    const int64_t pictures[] = {2};
    journal.set_rejected(run, pictures);
  }
  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  EXPECT_TRUE(run.can_finish());
  run.finish({}).value();
  EXPECT_FALSE(fs::exists(at("b.txt")));
  EXPECT_EQ(told(), (std::map<std::string, std::string>{{"a.png", "new"}}));
  EXPECT_EQ(run.counts().skipped, 1u);
  EXPECT_FALSE(run.can_finish());
}

TEST_F(CaptionReviewTest, AnEditTouchesOnlyWhatTheRunHasWritten) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "by hand");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt, Output::kCaption}), stand_in_);
  edit_one(run, "a.png", "mine").value();
  EXPECT_EQ(text_in(at("a.txt")), "by hand");
  EXPECT_EQ(text_in(at("a.caption")), "mine");
  put_text(at("a.caption"), "changed meanwhile");
  EXPECT_FALSE(edit_one(run, "a.png", "again").ok());
  EXPECT_EQ(text_in(at("a.caption")), "changed meanwhile");
  EXPECT_EQ(run.counts().done, 1u);
}

TEST_F(CaptionReviewTest, AnEditThatFailsLeavesEverythingAsItWas) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "old");
  answer_with("new");
  CaptionRun run = caption_folder(
      folder(), settings_for({Output::kTxt, Output::kXmp, Output::kJsonl}, Existing::kAppend), stand_in_);
  const std::string sidecar = text_in(at("a.png.xmp"));
  fs::create_directories(at(".a.png.xmp.lapilli-unfinished"));  // the sidecar cannot be made
  EXPECT_FALSE(edit_one(run, "a.png", "mine").ok());
  EXPECT_EQ(text_in(at("a.txt")), "old\nnew");
  EXPECT_EQ(text_in(at("a.png.xmp")), sidecar);
  EXPECT_EQ(told().at("a.png"), "new");
  fs::remove(at(".a.png.xmp.lapilli-unfinished"));
  edit_one(run, "a.png", "mine").value();
  EXPECT_EQ(text_in(at("a.txt")), "old\nmine");
  EXPECT_EQ(texts_of_sidecar(text_in(at("a.png.xmp"))).value().description, "mine");
  EXPECT_EQ(told().at("a.png"), "mine");
}

TEST_F(CaptionReviewTest, AnEditTakesThePlaceOfTheAnswerToItsQuestion) {
  put_picture(at("a.png"), 1);
  answer_with("new");
  Settings settings = settings_for({Output::kTxt, Output::kXmp, Output::kCsv});
  settings.questions.push_back({.field = "tags", .prompt = "Which?"});
  CaptionRun run = caption_folder(folder(), settings, stand_in_);
  const Edit tags[] = {{.path = "a.png", .text = "boat, sea", .field = "tags"}};
  run.edit(tags).value();
  EXPECT_EQ(text_in(at("a.txt")), "new");
  EXPECT_EQ(text_in(at("captions.csv")), "file,caption,tags\r\na.png,new,\"boat, sea\"\r\n");
  const auto texts = texts_of_sidecar(text_in(at("a.png.xmp"))).value();
  EXPECT_EQ(texts.description, "new");
  EXPECT_EQ(texts.tags, (std::vector<std::string>{"boat", "sea"}));
  EXPECT_EQ(run.count_edited(run.row().id), 1u) << "by hand";
  const Edit nothing[] = {{.path = "a.png", .text = "x", .field = "alt"}};
  EXPECT_REFUSED(run.edit(nothing), ErrorCode::kInvalidArgument, "alt");
  EXPECT_EQ(text_in(at("a.txt")), "new");
}

TEST_F(CaptionReviewTest, ManyEditsAreMadeTogetherOrNotAtAll) {
  for (const char* name : {"a.png", "b.png", "c.png"}) put_picture(at(name), 1);
  answer_with("new");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt, Output::kJsonl}), stand_in_);
  const Edit edits[] = {{"a.png", "one"}, {"b.png", "two"}, {"c.png", "three"}};
  fs::create_directories(at(".c.txt.lapilli-unfinished"));  // the last one cannot be made
  EXPECT_FALSE(run.edit(edits).ok());
  for (const char* name : {"a.txt", "b.txt", "c.txt"}) EXPECT_EQ(text_in(at(name)), "new") << name;
  for (const PictureRow& row : run.pictures(PictureState::kDone)) EXPECT_FALSE(row.accepted) << row.path;
  fs::remove(at(".c.txt.lapilli-unfinished"));
  run.edit(edits).value();
  EXPECT_EQ(told(),
            (std::map<std::string, std::string>{{"a.png", "one"}, {"b.png", "two"}, {"c.png", "three"}}));
  EXPECT_EQ(text_in(at("b.txt")), "two");
  EXPECT_EQ(run.pictures(PictureState::kDone).size(), 3u);
  for (const PictureRow& row : run.pictures(PictureState::kDone)) EXPECT_TRUE(row.accepted) << row.path;

  const Edit twice[] = {{"a.png", "one"}, {"a.png", "two"}};
  EXPECT_REFUSED(run.edit(twice), ErrorCode::kInvalidArgument, "a.png");
  EXPECT_TRUE(run.undo().value().kept.empty());
  for (const char* name : {"a.txt", "b.txt", "c.txt"}) EXPECT_FALSE(fs::exists(at(name))) << name;
}

TEST_F(CaptionReviewTest, OnlyTextsOfTheRunAreAccepted) {
  for (const char* name : {"a.png", "b.png"}) put_picture(at(name), 1);
  put_text(at("b.txt"), "by hand");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}), stand_in_);
  const std::string paths[] = {"a.png", "b.png"};
  EXPECT_FALSE(run.accept(paths).ok());
  EXPECT_FALSE(run.pictures(PictureState::kDone).at(0).accepted) << "one that is refused refuses all";
  run.accept(std::span(paths, 1)).value();
  EXPECT_TRUE(run.pictures(PictureState::kDone).at(0).accepted);
  reject_one(run, "a.png").value();
  for (const PictureRow& row : run.pictures(PictureState::kSkipped)) EXPECT_FALSE(row.accepted) << row.path;
}

TEST_F(CaptionReviewTest, ManyAreRejectedTogetherButForThoseOfOthers) {
  for (const char* name : {"a.png", "b.png", "c.png"}) put_picture(at(name), 1);
  put_text(at("c.txt"), "old");
  CaptionRun run =
      caption_folder(folder(), settings_for({Output::kTxt, Output::kJsonl}, Existing::kReplace), stand_in_);
  const std::string with_other[] = {"a.png", "d.png"};
  EXPECT_REFUSED(run.reject(with_other), ErrorCode::kInvalidArgument, "d.png");
  EXPECT_TRUE(fs::exists(at("a.txt"))) << "one that is refused refuses all";
  put_text(at("b.txt"), "changed meanwhile");
  fs::remove(at("c.txt"));
  const std::string paths[] = {"a.png", "b.png", "c.png"};
  const std::vector<KeptPicture> kept = run.reject(paths).value();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].path, "b.png");
  EXPECT_EQ(kept[0].file.path, "b.txt");
  EXPECT_EQ(kept[0].file.code, kChangedSince);
  EXPECT_EQ(kept[1].file.code, kRemovedSince);
  EXPECT_FALSE(fs::exists(at("a.txt")));
  EXPECT_EQ(text_in(at("b.txt")), "changed meanwhile");
  EXPECT_FALSE(told().contains("a.png"));
  EXPECT_TRUE(told().contains("b.png"));
  EXPECT_EQ(run.counts().done, 2u);
  EXPECT_FALSE(run.can_finish());
}

TEST_F(CaptionReviewTest, WhatATableHeldIsKeptOnce) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  const std::string before = "file,caption\r\na.png,old\r\nz.png," + std::string(5000, 'z') + "\r\n";
  put_text(at("captions.csv"), before);
  answer_with("new");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kCsv}, Existing::kAppend), stand_in_);
  EXPECT_EQ(run.backup_bytes(), before.size());
  for (const auto& entry : fs::directory_iterator(at(".lapilli"))) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(text_in(entry.path()).find(std::string(500, 'z')), std::string::npos)
        << entry.path() << ": the backup has it";
  }
  edit_one(run, "a.png", "mine").value();
  const std::string edited =
      "file,caption\r\na.png,\"old\nmine\"\r\nz.png," + std::string(5000, 'z') + "\r\nb.png,new\r\n";
  EXPECT_EQ(text_in(at("captions.csv")), edited);
  // The journal has it when backups go: edits are still joined with the old text, and nothing is freed.
  EXPECT_EQ(run.forget_backups().value(), 0u);
  EXPECT_EQ(run.backup_bytes(), 0u);
  edit_one(run, "b.png", "better").value();
  reject_one(run, "a.png").value();
  EXPECT_EQ(text_in(at("captions.csv")), before + "b.png,better\r\n");
}

TEST_F(CaptionReviewTest, AnEditOfASidecarKeepsWhatOthersWroteThereBefore) {
  put_picture(at("a.png"), 1);
  put_text(at("a.png.xmp"), sidecar_with("", {.description = "old", .tags = {"one"}, .alt = ""}).value());
  answer_with("new");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kXmp}, Existing::kAppend), stand_in_);
  edit_one(run, "a.png", "mine").value();
  const PictureTexts texts = texts_of_sidecar(text_in(at("a.png.xmp"))).value();
  EXPECT_EQ(texts.description, "old\nmine");
  EXPECT_EQ(texts.tags, std::vector<std::string>{"one"});
}

TEST_F(CaptionReviewTest, UndoGoesOnPastWhatCannotBeTakenBack) {
  for (const char* name : {"a.png", "b.png", "c.png"}) put_picture(at(name), 1);
  put_text(at("a.txt"), "old a");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}, Existing::kReplace), stand_in_);
  const std::string written = text_in(at("c.txt"));
  fs::remove(at("c.txt"));
  fs::create_directories(at("c.txt"));  // cannot even be read, and is the first to be taken back
  const UndoReport report = run.undo().value();
  ASSERT_EQ(report.kept.size(), 1u);
  EXPECT_EQ(report.kept[0].path, "c.txt");
  EXPECT_FALSE(report.kept[0].reason.empty());
  EXPECT_EQ(text_in(at("a.txt")), "old a");
  EXPECT_FALSE(fs::exists(at("b.txt")));

  fs::remove(at("c.txt"));
  put_text(at("c.txt"), written);
  { const CaptionRun closed = std::move(run); }
  EXPECT_FALSE(CaptionRun::open_newest(folder(), {})) << "there is nothing to go on with";
  CaptionRun again = CaptionRun::open_newest(folder(), {}, WhichRun::kToUndo).value();
  EXPECT_TRUE(again.undo().value().kept.empty());
  EXPECT_FALSE(fs::exists(at("c.txt")));
}

TEST_F(CaptionReviewTest, UndoGoesOnPastAnEmbeddedTextThatWasNeverWritten) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  const std::string before = text_in(at("a.png"));
  const Settings settings = settings_for({Output::kEmbedded});
  Journal journal(at("journal.sqlite"));
  const PictureRow rows[] = {{.number = 1, .path = "a.png"}, {.number = 2, .path = "b.png"}};
  const int64_t run = journal.begin_run("{}", "{}", rows);
  FileChanges files(folder(), journal, run);
  for (const PictureRow& row : rows) {
    std::vector<FileChange> changes = changes_for(folder(), row.path, settings, {{"caption", "new"}});
    for (FileChange& change : changes) change.picture = row.number;
    journal.set_answered(run, row.number, {}, changes, {});
    if (row.number == 2) break;  // killed before the file was touched
    files.apply(changes.at(0)).value();
    journal.set_done(run, 1);
  }
  ASSERT_NE(text_in(at("a.png")), before);
  put_picture(at("b.png"), 3);  // edited by its owner
  const std::string edited = text_in(at("b.png"));
  const UndoReport report = files.undo().value();
  EXPECT_TRUE(report.kept.empty()) << report.kept.front().path << ": " << report.kept.front().reason;
  EXPECT_EQ(text_in(at("b.png")), edited);
  EXPECT_EQ(text_in(at("a.png")), before);
}

TEST_F(CaptionReviewTest, PartsKeepWhatTheyReplaceApart) {
  for (uint32_t index = 0; index < 20; ++index) {
    put_picture(at(text(index, ".png")), index);
    put_text(at(text(index, ".txt")), text("old ", index));
  }
  for (uint32_t part = 1; part <= 2; ++part) {
    Settings settings = settings_for({Output::kTxt}, Existing::kReplace);
    settings.shard = {part, 2};
    caption_folder(folder(), settings, stand_in_);
  }
  for (uint32_t part = 1; part <= 2; ++part)
    EXPECT_TRUE(CaptionRun::open_newest(folder(), {part, 2}).value().undo().value().kept.empty());
  for (uint32_t index = 0; index < 20; ++index)
    EXPECT_EQ(text_in(at(text(index, ".txt"))), text("old ", index));
}

TEST_F(CaptionReviewTest, AnotherModelIsRefusedWithBothNames) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kTxt});
  const RunPlan plan = plan_run(folder(), settings).value();
  CaptionRun run =
      CaptionRun::begin(folder(), settings, plan, R"({"name": "first.gguf", "key": "1"})").value();
  const auto refused = run.process(stand_in_.answerer(), {"second.gguf", "2"}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
  for (const char* name : {"first.gguf", "second.gguf"})
    EXPECT_NE(refused.error().message().find(name), std::string::npos) << refused.error().message();
  EXPECT_EQ(stand_in_.asked, 0u);
  EXPECT_FALSE(run.process(stand_in_.answerer(), {"first.gguf", "2"}, {})) << "its files have changed";
  run.process(stand_in_.answerer(), {"copy.gguf", "1"}, {}).value();
  EXPECT_EQ(run.counts().done, 1u);
}

TEST_F(CaptionReviewTest, TheFirstModelOfARunWithoutOneIsTheRuns) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kTxt});
  {
    CaptionRun run =
        CaptionRun::begin(folder(), settings, plan_run(folder(), settings).value(), "{}").value();
    stand_in_.answer = [](const AnswerRequest&) -> Result<Answer> {
      return Error(ErrorCode::kOutOfMemory, "no memory");
    };
    run.process(stand_in_.answerer(), {"first.gguf", "1"}, {}).value();
  }
  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  run.retry_failed();
  EXPECT_FALSE(run.process(stand_in_.answerer(), {"second.gguf", "2"}, {}));
}

TEST_F(CaptionReviewTest, AModelIsTheSameInACopyAndAnotherAfterAChange) {
  put_text(at("one/weights.gguf"), std::string(300'000, 'w'));
  put_text(at("one/config.json"), "{}");
  put_text(at("one/README.md"), "about it");
  fs::copy(at("one"), at("two"));
  put_text(at("two/README.md"), "more about it");
  const ModelIdentity one = identity_of({.model = at("one")});
  EXPECT_EQ(one.name, "one");
  EXPECT_EQ(identity_of({.model = at("two")}).key, one.key);
  EXPECT_EQ(identity_of({.model = at("one") / ""}).name, "one");
  std::string weights(300'000, 'w');
  weights.back() = 'x';
  put_text(at("two/weights.gguf"), weights);
  EXPECT_NE(identity_of({.model = at("two")}).key, one.key);
  EXPECT_NE(identity_of({.model = at("one"), .projector = at("two/weights.gguf")}).key, one.key);
}

TEST_F(CaptionReviewTest, AnAcceptedRunKeepsNothingAndCannotBeUndone) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  put_text(at("a.txt"), "old");
  const uint64_t picture_bytes = fs::file_size(at("a.png")) + fs::file_size(at("b.png"));
  answer_with("new");
  CaptionRun run =
      caption_folder(folder(), settings_for({Output::kTxt, Output::kEmbedded}, Existing::kAppend), stand_in_);
  EXPECT_EQ(run.backup_bytes(), picture_bytes + 3);
  EXPECT_EQ(run.forget_backups().value(), picture_bytes + 3);
  EXPECT_EQ(run.backup_bytes(), 0u);
  EXPECT_FALSE(run.row().accepted.empty());
  const auto undone = run.undo();
  ASSERT_FALSE(undone);
  EXPECT_EQ(undone.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_FALSE(reject_one(run, "a.png").ok());
  EXPECT_FALSE(edit_one(run, "a.png", "mine").ok()) << "the text that was there would be lost";
  EXPECT_EQ(text_in(at("a.txt")), "old\nnew");
  EXPECT_EQ(run.forget_backups().value(), 0u);
}

TEST_F(CaptionReviewTest, AnAcceptedTextIsReplacedByAnEdit) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "old");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}, Existing::kReplace), stand_in_);
  EXPECT_TRUE(run.forget_backups());
  edit_one(run, "a.png", "mine").value();
  EXPECT_EQ(text_in(at("a.txt")), "mine");
}

TEST_F(CaptionReviewTest, ARunThatHasNotEndedIsNotAccepted) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kTxt});
  CaptionRun run = CaptionRun::begin(folder(), settings, plan_run(folder(), settings).value(), "{}").value();
  EXPECT_FALSE(run.forget_backups().ok());
}

TEST_F(CaptionReviewTest, JournalsOfEarlierVersionsAreReadOn) {
  const char* const without[] = {"ALTER TABLE picture DROP COLUMN accepted",
                                 "ALTER TABLE run DROP COLUMN accepted", "ALTER TABLE run DROP COLUMN kept"};
  for (int version = 1; version <= 3; ++version) {
    SCOPED_TRACE(version);
    put_picture(at("a.png"), 1);
    { const CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}), stand_in_); }
    output_of({"python3", "-c",
               "import sqlite3, sys\n"
               "journal = sqlite3.connect(sys.argv[1])\n"
               "for change in sys.argv[2:]: journal.execute(change)\n"
               "journal.commit()",
               at(".lapilli/journal.sqlite"), text("PRAGMA user_version = ", version), without[2],
               version <= 2 ? without[0] : "SELECT 1", version == 1 ? without[1] : "SELECT 1"});
    CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
    EXPECT_EQ(run.counts().done, 1u);
    EXPECT_TRUE(run.row().accepted.empty());
    const std::string paths[] = {"a.png"};
    EXPECT_TRUE(run.accept(paths));
    EXPECT_TRUE(run.undo());
    EXPECT_FALSE(fs::exists(at("a.txt")));
  }
}

}  // namespace
}  // namespace lapilli::test
