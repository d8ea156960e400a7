// SPDX-License-Identifier: Apache-2.0
// Runs over folders with a stand-in for the model: what is written where, and that nothing is lost.
#include "app/captions/metadata.h"
#include "app/captions/prompt_preview.h"
#include "app/captions/scan.h"
#include "tests/cli/caption_fixture.h"

#include "engine/io/file.h"

#include <algorithm>
#include <array>
#include <set>

#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;
using nlohmann::json;

using CaptionRunTest = CaptionFolder;

TEST_F(CaptionRunTest, EveryPictureGetsItsTextFile) {
  put_picture(at("a.png"), 1);
  put_picture(at("below/b c.PNG"), 2);
  put_picture(at("below/图片.png"), 3);
  put_picture(at(".hidden/d.png"), 4);
  const RunCounts counts = caption_folder(folder(), settings_for({Output::kTxt}), stand_in_).counts();
  EXPECT_EQ(counts.done, 3u);
  EXPECT_EQ(counts.total(), 3u);
  EXPECT_TRUE(text_in(at("a.txt")).ends_with("of What is a?"));
  EXPECT_TRUE(text_in(at("below/图片.txt")).ends_with("of What is 图片?"));
  EXPECT_TRUE(fs::exists(at("below/b c.txt")));
}

TEST_F(CaptionRunTest, ExistingTextsAreTreatedAsAsked) {
  struct Case {
    Existing existing;
    std::string with_text, with_blanks;
  };
  for (const Case& wanted :
       {Case{Existing::kSkip, "old\n", " \n"}, Case{Existing::kReplace, "new", "new"},
        Case{Existing::kAppend, "old\nnew", "new"}, Case{Existing::kPrepend, "new\nold", "new"},
        Case{Existing::kEmpty, "old\n", "new"}}) {
    const fs::path below = at(std::string(to_string(wanted.existing)));
    for (const char* name : {"none", "text", "blank"}) put_picture(below / (std::string(name) + ".png"), 1);
    put_text(below / "text.txt", "old\n");
    put_text(below / "blank.txt", " \n");
    answer_with("new");
    caption_folder(below, settings_for({Output::kTxt}, wanted.existing), stand_in_);
    EXPECT_EQ(text_in(below / "none.txt"), "new") << to_string(wanted.existing);
    EXPECT_EQ(text_in(below / "text.txt"), wanted.with_text) << to_string(wanted.existing);
    EXPECT_EQ(text_in(below / "blank.txt"), wanted.with_blanks) << to_string(wanted.existing);
  }
}

TEST_F(CaptionRunTest, UndoBringsBackEveryFileAndRemovesTheNewOnes) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  put_picture(at("c.png"), 3);
  put_text(at("a.txt"), "old a");
  const std::string picture = text_in(at("a.png"));
  const auto time = fs::last_write_time(at("a.png"));
  CaptionRun run = caption_folder(
      folder(), settings_for({Output::kTxt, Output::kEmbedded, Output::kCsv}, Existing::kReplace), stand_in_);
  EXPECT_NE(text_in(at("a.png")), picture);
  EXPECT_EQ(fs::last_write_time(at("a.png")), time) << "programs sort by it";
  put_text(at("c.txt"), "by hand");
  const UndoReport report = run.undo().value();
  EXPECT_EQ(report.kept.size(), 1u);
  EXPECT_EQ(text_in(at("c.txt")), "by hand");
  EXPECT_EQ(text_in(at("a.txt")), "old a");
  EXPECT_EQ(text_in(at("a.png")), picture);
  EXPECT_EQ(fs::last_write_time(at("a.png")), time);
  EXPECT_FALSE(fs::exists(at("b.txt")));
  EXPECT_FALSE(fs::exists(at("captions.csv")));
  const auto again = run.undo();
  ASSERT_TRUE(again) << "undoing twice does no harm";
  EXPECT_EQ(text_in(at("a.txt")), "old a");
}

TEST_F(CaptionRunTest, ReviewChangesThePictureNamedAndKeepsTheTextThatWasThere) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  put_text(at("a.txt"), "old");
  CaptionRun run = caption_folder(folder(), settings_for({Output::kTxt}, Existing::kAppend), stand_in_);
  const std::string other = text_in(at("b.txt"));
  edit_one(run, "a.png", "mine").value();
  EXPECT_EQ(text_in(at("a.txt")), "old\nmine");
  edit_one(run, "a.png", "better").value();
  EXPECT_EQ(text_in(at("a.txt")), "old\nbetter");
  reject_one(run, "a.png").value();
  EXPECT_EQ(text_in(at("a.txt")), "old");
  EXPECT_EQ(text_in(at("b.txt")), other);
  EXPECT_FALSE(edit_one(run, "c.png", "nobody's").ok());
}

TEST_F(CaptionRunTest, ARunTellsLaterWhatItHasDoneAndWhatWasThere) {
  for (const char* name : {"a.png", "b.png", "c.png"}) put_picture(at(name), 1);
  put_text(at("a.txt"), "old a\n");
  put_text(at("b.png.xmp"), sidecar_with("", {.description = "old b", .tags = {}, .alt = {}}).value());
  Settings settings = settings_for({Output::kTxt, Output::kXmp}, Existing::kReplace);
  settings.questions.push_back({.field = "tags", .prompt = "Tags?"});
  caption_folder(folder(), settings, stand_in_);
  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  const std::vector<PictureRow> done = run.pictures(PictureState::kDone);
  ASSERT_EQ(done.size(), 3u);
  EXPECT_EQ(run.caption_before(done[0]), "old a");
  EXPECT_EQ(run.caption_before(done[1]), "old b");
  EXPECT_EQ(run.caption_before(done[2]), "");
  const Answers answers = run.answers(done[2]);
  ASSERT_EQ(answers.size(), 2u) << "without the prompts";
  EXPECT_EQ(answers.at("caption"), text_in(at("c.txt")));
}

TEST_F(CaptionRunTest, PresetsOfTheUserAreFoundByName) {
  const char* const before = std::getenv("XDG_CONFIG_HOME");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("XDG_CONFIG_HOME", folder().c_str(), 1);
  put_text(at("lapilli/captions/My birds.json"), R"({"questions": [{"prompt": "Which bird?"}]})");
  put_text(at("lapilli/captions/torn.json"), R"({"questions": [)");
  const auto mine = load_preset("My birds"), torn = load_preset("torn"), none = load_preset("none"),
             outside = load_preset("../lapilli/captions/My birds");
  before == nullptr ? ::unsetenv("XDG_CONFIG_HOME") : ::setenv("XDG_CONFIG_HOME", kept.c_str(), 1);
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->questions.at(0).prompt, "Which bird?");
  ASSERT_FALSE(torn);
  EXPECT_NE(torn.error().place().find("torn.json"), std::string::npos);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message().find("alt-text"), std::string::npos);
  EXPECT_FALSE(outside);
}

TEST_F(CaptionRunTest, OutputsAreReadBackByOthers) {
  put_picture(at("a.png"), 1);
  put_picture(at("次.png"), 2);
  Settings settings =
      settings_for({Output::kXmp, Output::kEmbedded, Output::kCsv, Output::kJsonl, Output::kLlavaJson});
  settings.bom = true;
  settings.questions.push_back({.field = "tags", .prompt = "list", .format = {}});
  settings.questions.push_back({.field = "alt", .prompt = "alt", .format = {}});
  stand_in_.answer = [](const AnswerRequest& request) -> Result<Answer> {
    const std::string& prompt = request.conversation.messages.front().text;
    Answer answer;
    answer.text = prompt == "list"  ? "red fox, 狐, red fox"
                  : prompt == "alt" ? "A fox."
                                    : "A \"red\" fox,\n狐 & <b>";
    return answer;
  };
  caption_folder(folder(), settings, stand_in_);
  const std::string caption = "A \"red\" fox,\n狐 & <b>";

  for (const std::string& file : {at("a.png.xmp").string(), at("a.png").string(), at("次.png").string()}) {
    EXPECT_EQ(output_of({"exiv2", "-q", "-K", "Xmp.dc.description", "-Pt", "pr", file}),
              "lang=\"x-default\" " + caption + "\n");
    EXPECT_EQ(output_of({"exiv2", "-q", "-K", "Xmp.dc.subject", "-Pt", "pr", file}), "red fox, 狐\n");
    EXPECT_EQ(output_of({"exiv2", "-q", "-K", "Xmp.digiKam.TagsList", "-Pt", "pr", file}), "red fox, 狐\n");
    EXPECT_EQ(output_of({"exiv2", "-q", "-K", "Xmp.lr.hierarchicalSubject", "-Pt", "pr", file}),
              "red fox, 狐\n");
    EXPECT_EQ(output_of({"exiv2", "-q", "-K", "Xmp.iptc.AltTextAccessibility", "-Pt", "pr", file}),
              "lang=\"x-default\" A fox.\n");
  }
  EXPECT_NE(text_in(at("a.png.xmp")).find("Iptc4xmpCore:AltTextAccessibility"), std::string::npos);

  const std::string csv =
      output_of({"python3", "-c",
                 "import csv, json, sys\n"
                 "print(json.dumps(list(csv.DictReader(open(sys.argv[1], encoding='utf-8-sig', "
                 "newline='')))))",
                 at("captions.csv")});
  const json rows = json::parse(csv);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(
      rows[0],
      (json{{"file", "a.png"}, {"caption", caption}, {"tags", "red fox, 狐, red fox"}, {"alt", "A fox."}}));
  EXPECT_EQ(rows[1]["file"], "次.png");
  const std::string lines = output_of({"python3", "-c",
                                       "import json, sys\nprint(json.dumps([json.loads(line) for line in "
                                       "open(sys.argv[1], encoding='utf-8')]))",
                                       at("captions.jsonl")});
  EXPECT_EQ(json::parse(lines), rows);
  const json records = json::parse(
      output_of({"python3", "-c", "import json, sys\nprint(json.dumps(json.load(open(sys.argv[1]))))",
                 at("captions.json")}));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0]["image"], "a.png");
  EXPECT_EQ(records[0]["conversations"][0], (json{{"from", "human"}, {"value", "<image>\nWhat is a?"}}));
  EXPECT_EQ(records[0]["conversations"][5], (json{{"from", "gpt"}, {"value", "A fox."}}));
}

TEST_F(CaptionRunTest, ASidecarKeepsWhatOthersWrote) {
  put_picture(at("a.png"), 1);
  put_text(at("a.xmp"), "");
  fs::remove(at("a.xmp"));
  output_of({"exiv2", "-q", "-M", "set Xmp.xmp.Rating 4", "mo", at("a.png")});
  output_of({"exiv2", "-q", "-eX", "ex", at("a.png")});
  ASSERT_TRUE(fs::exists(at("a.xmp"))) << "exiv2's own sidecar";
  caption_folder(folder(), settings_for({Output::kXmp}), stand_in_);
  EXPECT_FALSE(fs::exists(at("a.png.xmp"))) << "Lightroom's name is there already";
  EXPECT_EQ(output_of({"exiv2", "-q", "-K", "Xmp.xmp.Rating", "-Pt", "pr", at("a.xmp")}), "4\n");
  EXPECT_NE(output_of({"exiv2", "-q", "-K", "Xmp.dc.description", "-Pt", "pr", at("a.xmp")}), "");
}

TEST_F(CaptionRunTest, WhatIsKnownIsNotAskedAgainUntilThePromptChanges) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  Settings settings = settings_for({Output::kTxt}, Existing::kReplace);
  settings.questions.front().prompt = "What is this?";
  caption_folder(folder(), settings, stand_in_);
  EXPECT_EQ(stand_in_.asked, 2u);
  fs::rename(at("a.png"), at("renamed.png"));
  caption_folder(folder(), settings, stand_in_);
  EXPECT_EQ(stand_in_.asked, 2u) << "a renamed picture has the same pixels";
  EXPECT_EQ(text_in(at("renamed.txt")), text_in(at("a.txt")));
  settings.questions.front().prompt = "What else is this?";
  caption_folder(folder(), settings, stand_in_);
  EXPECT_EQ(stand_in_.asked, 4u);
  settings.generation.sampling.temperature = 0.5f;
  caption_folder(folder(), settings, stand_in_);
  EXPECT_EQ(stand_in_.asked, 6u);
}

TEST_F(CaptionRunTest, ANastyFolderEndsWithEveryFailureNamed) {
  put_picture(at("good.png"), 1);
  put_text(at("empty.jpg"), "");
  put_text(at("text.jpg"), "this is no picture");
  put_text(at("cut.png"), text_in(at("good.png")).substr(0, 60));
  fs::copy_file(at("good.png"), at("wrong name.jpg"));
  put_picture(at("twin.png"), 2);
  fs::copy_file(at("twin.png"), at("twin.bmp"));
  put_picture(at("vanishes.png"), 3);
  put_picture(at("locked/e.png"), 5);
  ASSERT_EQ(::mkfifo(at("pipe.png").c_str(), 0644), 0);
  put_picture(at("oom.png"), 77);
  // A PNG that says it is 20 000 × 20 000: all of one colour, a few hundred kilobytes.
  output_of({"python3", "-c",
             "import sys, zlib, struct\n"
             "def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', "
             "zlib.crc32(kind + data))\n"
             "row = b'\\0' * (1 + 2500)\n"
             "packer = zlib.compressobj(1)\n"
             "data = b''.join(packer.compress(row * 100) for _ in range(200)) + packer.flush()\n"
             "open(sys.argv[1], 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', "
             "struct.pack('>IIBBBBB', 20000, "
             "20000, 1, 0, 0, 0, 0)) + chunk(b'IDAT', data) + chunk(b'IEND', b''))",
             at("huge.png")});
  const Settings settings = settings_for({Output::kTxt});
  const RunPlan plan = plan_run(folder(), settings).value();
  fs::remove(at("vanishes.png"));
  const bool is_root = ::geteuid() == 0;
  const std::string oom_id = text(open_picture(at("oom.png"), small_config()).value().id);
  const auto usual = stand_in_.answer;
  stand_in_.answer = [&](const AnswerRequest& request) -> Result<Answer> {
    if (text(request.pictures.front().id) == oom_id)
      return Error(ErrorCode::kOutOfMemory, "the device has no memory left");
    return usual(request);
  };
  // For a process that may do everything, a folder in the way of the text file stands for a folder that is
  // read-only.
  if (is_root) fs::create_directories(at("locked/e.txt"));
  if (!is_root) ::chmod(at("locked").c_str(), 0555);
  CaptionRun run = CaptionRun::begin(folder(), settings, plan, "{}").value();
  std::map<std::string, std::string> failed;
  run.process(stand_in_.answerer(), kStandIn,
              [&](const RunEvent& event) {
                if (const auto* failure = std::get_if<PictureFailed>(&event))
                  failed[failure->path] = to_string(failure->error.code());
              })
      .value();
  if (!is_root) ::chmod(at("locked").c_str(), 0755);
  const std::map<std::string, std::string> wanted = {{"empty.jpg", "bad_file"},
                                                     {"text.jpg", "bad_file"},
                                                     {"cut.png", "bad_file"},
                                                     {"vanishes.png", "not_found"},
                                                     {"oom.png", "out_of_memory"}};
  for (const auto& [path, code] : wanted) EXPECT_EQ(failed[path], code) << path;
  EXPECT_TRUE(failed.contains("locked/e.png"));
  const RunCounts counts = run.counts();
  EXPECT_EQ(counts.done, 4u) << "good, twin, the wrong name and the huge one";
  EXPECT_EQ(counts.failed, 8u) << "with the pipe and the twin that would share a text file";
  EXPECT_EQ(counts.waiting, 0u);
  uint64_t grouped = 0;
  for (const FailureGroup& group : run.failures()) {
    EXPECT_FALSE(group.reason.empty());
    grouped += group.count;
  }
  EXPECT_EQ(grouped, counts.failed);

  // What can be mended is mended, and a second try does the rest.
  fs::remove_all(at("locked/e.txt"));
  put_picture(at("vanishes.png"), 3);
  stand_in_.answer = usual;
  EXPECT_EQ(run.retry_failed(), 7u) << "all but the twin";
  run.process(stand_in_.answerer(), kStandIn, {}).value();
  EXPECT_EQ(run.counts().done, 7u);
  EXPECT_TRUE(fs::is_regular_file(at("locked/e.txt")));
}

TEST_F(CaptionRunTest, ASecondRunIsRefusedWithTheHoldersName) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kTxt});
  const RunPlan plan = plan_run(folder(), settings).value();
  const CaptionRun first = CaptionRun::begin(folder(), settings, plan, "{}").value();
  const auto second = CaptionRun::begin(folder(), settings, plan, "{}");
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find(text("process ", ::getpid())), std::string::npos)
      << second.error().message();
  Settings part = settings;
  part.shard = {1, 2};
  EXPECT_FALSE(CaptionRun::begin(folder(), part, plan, "{}"));
}

TEST_F(CaptionRunTest, PartsAreDisjointAndCompleteAndOfOneDivision) {
  for (uint32_t index = 0; index < 40; ++index) put_picture(at(text(index, ".png")), index);
  Settings one = settings_for({Output::kTxt, Output::kJsonl}), two = one;
  one.shard = {1, 2};
  two.shard = {2, 2};
  const RunPlan plan_one = plan_run(folder(), one).value(), plan_two = plan_run(folder(), two).value();
  EXPECT_EQ(plan_one.size() + plan_two.size(), 40u);
  EXPECT_GT(plan_one.size(), 5u);
  EXPECT_GT(plan_two.size(), 5u);
  std::set<std::string> paths;
  for (const RunPlan* plan : {&plan_one, &plan_two}) {
    for (const PictureRow& row : *plan) EXPECT_TRUE(paths.insert(row.path).second) << row.path;
  }
  CaptionRun first = CaptionRun::begin(folder(), one, plan_one, "{}").value();
  CaptionRun second = CaptionRun::begin(folder(), two, plan_two, "{}").value();
  EXPECT_FALSE(CaptionRun::begin(folder(), one, plan_one, "{}")) << "the part is being done";
  Settings third = one;
  third.shard = {1, 3};
  EXPECT_FALSE(CaptionRun::begin(folder(), third, {}, "{}")) << "another division";
  EXPECT_FALSE(CaptionRun::begin(folder(), settings_for({Output::kTxt}), {}, "{}")) << "the whole folder";
  first.process(stand_in_.answerer(), kStandIn, {}).value();
  second.process(stand_in_.answerer(), kStandIn, {}).value();
  for (uint32_t index = 0; index < 40; ++index) EXPECT_TRUE(fs::exists(at(text(index, ".txt"))));
  EXPECT_TRUE(fs::exists(at("captions-1-of-2.jsonl")));
  EXPECT_TRUE(fs::exists(at("captions-2-of-2.jsonl")));
}

TEST_F(CaptionRunTest, PlaceholdersStandForWhatThePictureHas) {
  put_picture(at("dir/p 1.png"), 1);
  output_of({"exiv2", "-q", "-M", "set Exif.Image.Model Lapilli X", "-M",
             "set Exif.Photo.DateTimeOriginal 2024:05:17 14:02:11", "-M", "set Xmp.dc.subject one", "mo",
             at("dir/p 1.png")});
  put_text(at("dir/p 1.txt"), "old text\n");
  Settings settings = settings_for({Output::kJsonl});
  settings.questions.front().prompt =
      "{filename}|{stem}|{folder}|{caption}|{tags}|{exif:Model}|{width}x{height}|{date}|{index}|{{x}}";
  std::string asked;
  stand_in_.answer = [&](const AnswerRequest& request) -> Result<Answer> {
    asked = request.conversation.messages.front().text;
    return Answer();
  };
  const auto shown = prompts_for(folder(), settings, {.number = 1, .path = "dir/p 1.png"});
  caption_folder(folder(), settings, stand_in_);
  EXPECT_EQ(shown.value().at(0), asked);
  EXPECT_EQ(asked, "p 1.png|p 1|dir|old text|one|Lapilli X|9x7|2024-05-17|1|{x}");
}

TEST(NaturalOrder, NumbersCountAsNumbers) {
  std::vector<std::string> names = {"a10.png", "a2.png", "a02.png", "b.png", "a.png", "10.png", "9.png"};
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return natural_less(a, b); });
  EXPECT_EQ(names,
            (std::vector<std::string>{"9.png", "10.png", "a.png", "a02.png", "a2.png", "a10.png", "b.png"}));
}

}  // namespace
}  // namespace lapilli::test
