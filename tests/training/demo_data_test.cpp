// SPDX-License-Identifier: Apache-2.0
#include "engine/io/file.h"
#include "engine/io/image.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"
#include "training/check_data.h"
#include "training/dataset.h"
#include "training/demo/demo_model.h"
#include "training/demo/make_data.h"
#include "training/demo/train_vocabulary.h"
#include "training/sample.h"

namespace lapilli::demo {
namespace {

constexpr DataOptions kFew = {.side = 56,
                              .crowds = 8,
                              .map = 9,
                              .crowd_list = 6,
                              .drill = 10,
                              .background = 8,
                              .quiz = 11,
                              .find = 9,
                              .pictures = 12,
                              .list = 7,
                              .stage1 = 5,
                              .stage2 = 30,
                              .eval = 4,
                              .eval_questions = 6,
                              .new_shape = 3,
                              .reminder = 4,
                              .num_threads = 3};
constexpr uint64_t kMostBytes = 1 << 20;

class DemoData : public test::TemporaryFolder {};

TEST_F(DemoData, IsReadableAndTheSameTwice) {
  make_demo_data(folder() / "a", kFew).value();
  DataOptions alone = kFew;
  alone.num_threads = 1;
  make_demo_data(folder() / "b", alone).value();
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() / "a")) {
    if (!entry.is_regular_file()) continue;
    const auto relative = std::filesystem::relative(entry.path(), folder() / "a");
    EXPECT_EQ(read_text_file(entry.path(), kMostBytes).value(),
              read_text_file(folder() / "b" / relative, kMostBytes).value())
        << relative;
    ++files;
  }
  EXPECT_EQ(files, 13u + 8 + 12 + 4 + 3 + 3);
  const auto picture = load_image(folder() / "a/images/train/000/000011.png").value();
  EXPECT_EQ(picture.image.width, 56u);

  const std::pair<const char*, size_t> sizes[] = {
      {"map.json", 9},     {"crowd_list.json", 6}, {"list.json", 7},       {"stage1.json", 5},
      {"stage2.json", 30}, {"drill.json", 10},     {"background.json", 8}, {"quiz.json", 11},
      {"find.json", 9},    {"new_shape.json", 3},  {"reminder.json", 4}};
  for (const auto& [file, size] : sizes) {
    const auto data = training::Dataset::open({folder() / "a" / file}).value();
    EXPECT_EQ(data.size(), size) << file;
    for (size_t index = 0; index < data.size(); ++index)
      for (const auto& image : data.record(index).value().images)
        EXPECT_TRUE(std::filesystem::exists(image)) << image;
  }
}

TEST_F(DemoData, EvaluationsAreReadBack) {
  make_demo_data(folder(), kFew).value();
  const auto items = read_demo_eval(folder() / "eval.jsonl").value();
  ASSERT_EQ(items.size(), 24u);
  for (const EvalItem& item : items) {
    EXPECT_FALSE(item.question.text.empty());
    EXPECT_FALSE(item.question.truth.empty());
    EXPECT_EQ(item.question.needs_picture, std::filesystem::is_regular_file(item.image)) << item.image;
  }
  EXPECT_EQ(read_demo_eval(folder() / "new_shape_eval.jsonl").value().size(), 3u);
}

TEST_F(DemoData, RefusesBadEvaluations) {
  const auto file = folder() / "bad.jsonl";
  const auto expect = [&](const char* line, const char* part) {
    replace_file(file, as_bytes(line)).value();
    EXPECT_REFUSED(read_demo_eval(file), ErrorCode::kBadFile, part);
  };
  expect("{", "bad.jsonl:1");
  expect("\n{}", "bad.jsonl:2");
  expect(R"({"kind": "taste", "question": "", "answer": "", "truth": ["a"]})", "taste");
  expect(R"({"kind": "color", "question": "", "answer": "", "truth": []})", "\"truth\" is empty");
}

TEST_F(DemoData, StopsAndRefuses) {
  std::stop_source source;
  source.request_stop();
  EXPECT_REFUSED(make_demo_data(folder(), kFew, {}, source.get_token()), ErrorCode::kStopped, "stopped");
  DataOptions none = kFew;
  none.pictures = 0;
  EXPECT_REFUSED(make_demo_data(folder(), none), ErrorCode::kInvalidArgument, "at least 1");
  none = kFew;
  none.side = 3;
  EXPECT_REFUSED(make_demo_data(folder(), none), ErrorCode::kInvalidArgument, "28 to 4096");
}

class DemoVocabulary : public test::TemporaryFolder {
 protected:
  static constexpr uint32_t kSize = 640;
  std::vector<std::string> texts_ = vocabulary_texts(kFew, 600);
};

TEST_F(DemoVocabulary, IsTheSameTwiceAndHoldsTheTexts) {
  const std::string model = train_demo_vocabulary(texts_, kSize).value();
  EXPECT_EQ(model, train_demo_vocabulary(texts_, kSize).value());
  replace_file(folder() / "tokenizer.model", as_bytes(model)).value();
  const Tokenizer tokenizer = Tokenizer::open(folder()).value();
  EXPECT_EQ(tokenizer.size(), static_cast<int32_t>(kSize));
  EXPECT_EQ(tokenizer.piece(0), "<unk>");
  EXPECT_EQ(tokenizer.piece(1), "<s>");
  EXPECT_EQ(tokenizer.piece(2), "</s>");
  EXPECT_EQ(tokenizer.find("<0x0A>"), 13);
  for (const char* piece : {"USER", "ASSISTANT", "0", "9", "A", "z", "{"})
    EXPECT_TRUE(tokenizer.find(piece)) << piece;
  for (const std::string& line : texts_) {
    const auto ids = tokenizer.encode(line, {.add_bos = false});
    EXPECT_EQ(tokenizer.decode(ids), line);
    for (const int32_t id : ids) EXPECT_NE(tokenizer.type(id), PieceType::kByte) << line;
  }
}

TEST_F(DemoVocabulary, FitsTheOriginalsMasks) {
  const Tokenizer tokenizer =
      Tokenizer::create(
          read_sentencepiece_model(as_bytes(train_demo_vocabulary(texts_, kDemoVocabularySize).value()))
              .value())
          .value();
  make_demo_data(folder(), kFew).value();
  const auto data = training::Dataset::open({folder() / "stage2.json"}).value();
  training::SampleOptions options{.image_rows = 36, .max_length = 512};
  for (size_t index = 0; index < data.size(); ++index) {
    const auto record = data.record(index).value();
    options.mask = training::MaskRule::kOriginal;
    const auto original = training::make_sample(record, tokenizer, options).value();
    EXPECT_EQ(original.warning, "") << record.id;
    options.mask = training::MaskRule::kAnswers;
    EXPECT_EQ(training::make_sample(record, tokenizer, options).value().labels, original.labels) << record.id;
    EXPECT_LE(original.full_length, 512u) << record.id;
  }
}

TEST_F(DemoVocabulary, RefusesSizesThatTheTextsDoNotGive) {
  const std::vector<std::string> few = {"a b c"};
  EXPECT_REFUSED(train_demo_vocabulary(few, 5000), ErrorCode::kInvalidArgument, "5000");
  EXPECT_REFUSED(train_demo_vocabulary(few, 100), ErrorCode::kInvalidArgument, "100");
}

}  // namespace
}  // namespace lapilli::demo
