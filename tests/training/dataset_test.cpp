// SPDX-License-Identifier: Apache-2.0
#include "training/dataset.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

namespace lapilli::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DatasetTest : public test::TemporaryFolder {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = folder() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
};

constexpr const char* kTurns =
    R"("conversations": [{"from": "human", "value": "Hi, [you}"}, {"from": "gpt", "value": "A \"b\"\n"}])";

TEST_F(DatasetTest, ReadsAnArrayWithLineNumbers) {
  const auto file =
      write("data.json", std::string("\xEF\xBB\xBF \n[\n  {\"id\": 17, \"image\": \"a/b.jpg\",\n ") + kTurns +
                             "},\n {\"id\": \"x\", \"model\": \"\", " + kTurns + "}]\n");
  const Dataset data = Dataset::open({file}).value();
  ASSERT_EQ(data.size(), 2u);
  const Record first = data.record(0).value();
  EXPECT_EQ(first.id, "17");
  EXPECT_EQ(first.line, 3u);
  EXPECT_EQ(first.file, file.string());
  EXPECT_THAT(first.images, ElementsAre(folder() / "a/b.jpg"));
  ASSERT_EQ(first.turns.size(), 2u);
  EXPECT_EQ(first.turns[0].speaker, Speaker::kHuman);
  EXPECT_EQ(first.turns[0].text, "Hi, [you}");
  EXPECT_EQ(first.turns[1].speaker, Speaker::kModel);
  EXPECT_EQ(first.turns[1].text, "A \"b\"\n");
  const Record second = data.record(1).value();
  EXPECT_EQ(second.line, 5u);
  EXPECT_TRUE(second.images.empty());
}

TEST_F(DatasetTest, ReadsLinesAndGoesOnBehindABadOne) {
  const auto file = write("data.jsonl", std::string("{\"image\": [\"a.jpg\", \"b.jpg\"], ") + kTurns +
                                            "}\r\n\n{\"id\": \n{" + kTurns + "}");
  const Dataset data = Dataset::open({file}, {.images = "/pictures"}).value();
  ASSERT_EQ(data.size(), 3u);
  EXPECT_THAT(data.record(0).value().images, ElementsAre("/pictures/a.jpg", "/pictures/b.jpg"));
  EXPECT_REFUSED(data.record(1), ErrorCode::kBadFile, file.string() + ":3: ");
  EXPECT_EQ(data.record(2).value().line, 4u);
}

TEST_F(DatasetTest, KnowsShareGptsSpeakers) {
  const auto file =
      write("data.json", R"([{"id": "wgByO4Y_0", "conversations": [{"from": "user", "value": "a"},
    {"from": "chatgpt", "value": "b"}, {"from": "system", "value": "c"}]}])");
  const Record record = Dataset::open({file}).value().record(0).value();
  EXPECT_EQ(record.turns[0].speaker, Speaker::kHuman);
  EXPECT_EQ(record.turns[1].speaker, Speaker::kModel);
  EXPECT_EQ(record.turns[2].speaker, Speaker::kUnknown);
  EXPECT_EQ(record.turns[2].name, "system");
}

TEST_F(DatasetTest, PairsPicturesWithTexts) {
  write("b.jpg", "");
  write("b.txt", "  A stone. \n");
  write("a/x.PNG", "");
  write("note.txt", "not beside a picture");
  const Dataset data = Dataset::open({folder()}, {.sidecar_question = "What?"}).value();
  ASSERT_EQ(data.size(), 2u);
  EXPECT_REFUSED(data.record(0), ErrorCode::kBadFile, "x.PNG has no text beside it");
  const Record record = data.record(1).value();
  EXPECT_EQ(record.id, "b");
  EXPECT_EQ(record.file, (folder() / "b.txt").string());
  EXPECT_THAT(record.images, ElementsAre(folder() / "b.jpg"));
  EXPECT_EQ(record.turns[0].text, "<image>\nWhat?");
  EXPECT_EQ(record.turns[1].text, "A stone.");
}

TEST_F(DatasetTest, JoinsSources) {
  const auto one = write("one/data.jsonl", std::string("{\"id\": 1, \"image\": \"a.jpg\", ") + kTurns + "}");
  const auto two = write("two/data.json", std::string("[{\"id\": 2, ") + kTurns + "}]");
  const Dataset data = Dataset::open({one, two}).value();
  ASSERT_EQ(data.size(), 2u);
  EXPECT_THAT(data.record(0).value().images, ElementsAre(folder() / "one/a.jpg"));
  EXPECT_EQ(data.record(1).value().file, two.string());
}

TEST_F(DatasetTest, TellsAllThatIsWrongWithARecord) {
  const auto file =
      write("data.json",
            R"([{"id": [], "image": 5, "conversations": [7, {"from": "gpt"}, {"from": 1, "value": ""}]}, "x",
    {"image": "", "images": ["a", null], "conversations": {}}, {}])");
  const Dataset data = Dataset::open({file}).value();
  EXPECT_THAT(data.read(0).problems,
              ElementsAre("id is array, not text or a number", "image is number, not the path of a picture",
                          HasSubstr("conversations[0] is number"), "conversations[1] has no \"value\"",
                          "conversations[2].from is number, not text"));
  EXPECT_THAT(data.read(1).problems, ElementsAre("the record is string, not an object"));
  EXPECT_THAT(data.read(2).problems, ElementsAre(HasSubstr("image is empty"), HasSubstr("images[1] is null"),
                                                 "conversations is object, not a list of turns"));
  EXPECT_THAT(data.read(3).problems, ElementsAre("the record has no \"conversations\""));
}

TEST_F(DatasetTest, KeepsWhatStandsBeforeABrokenPlace) {
  const std::vector<std::pair<std::string, std::string>> tails = {
      {",\n{\"id\": \"", "the file ends inside the record"},
      {"}", "is not followed by , or ]"},
      {"", "ends before the list's closing ]"},
      {",,{}]", "found , where a record should begin"},
      {"] x", "something stands behind"},
      {",\n", "ends before the list's closing ]"}};
  for (const auto& [tail, message] : tails) {
    const auto file = write("data.json", std::string("[{") + kTurns + "}" + tail);
    const Dataset data = Dataset::open({file}).value();
    EXPECT_EQ(data.size(), 1u) << tail;
    ASSERT_EQ(data.problems().size(), 1u) << tail;
    EXPECT_THAT(data.problems()[0].message, HasSubstr(message)) << tail;
  }
}

TEST_F(DatasetTest, RefusesWhatIsNoData) {
  EXPECT_REFUSED(Dataset::open({folder() / "absent.json"}), ErrorCode::kNotFound, "absent.json");
  EXPECT_REFUSED(Dataset::open({write("t.json", "hello")}), ErrorCode::kBadFile,
                 "neither a JSON list nor JSON lines");
  EXPECT_REFUSED(Dataset::open({write("e.json", "")}), ErrorCode::kBadFile, "e.json");
  EXPECT_REFUSED(Dataset::open({write("l.json", " [ ] ")}), ErrorCode::kBadFile, "no record was found");
  std::filesystem::create_directory(folder() / "empty");
  EXPECT_REFUSED(Dataset::open({folder() / "empty"}), ErrorCode::kBadFile, "no record was found");
}

TEST_F(DatasetTest, TakesFewBytesARecord) {
  std::string content;
  for (int i = 0; i < 20000; ++i) content += std::string("{") + kTurns + "}\n";
  const Dataset data = Dataset::open({write("data.jsonl", content)}).value();
  EXPECT_EQ(data.size(), 20000u);
  EXPECT_EQ(data.record(19999).value().line, 20000u);
}

}  // namespace
}  // namespace lapilli::training
