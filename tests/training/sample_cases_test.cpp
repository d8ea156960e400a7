// SPDX-License-Identifier: Apache-2.0
#include "tests/support/expect_error.h"
#include "tests/training/golden.h"
#include "training/sample.h"
#include "training/text_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

using Ids = std::vector<int32_t>;

Tokenizer tiny() {
  return Tokenizer::open(std::filesystem::path(LAPILLI_GOLDEN) / "tokenizer/tiny.model").value();
}

Record conversation(std::vector<std::string> texts, size_t images) {
  Record record{.file = "data.json", .line = 7};
  for (size_t i = 0; i < texts.size(); ++i) {
    record.turns.push_back(
        {i % 2 == 0 ? Speaker::kHuman : Speaker::kModel, i % 2 == 0 ? "human" : "gpt", texts[i]});
  }
  record.images.resize(images, "x.jpg");
  return record;
}

/// The text of the labels that are learned.
std::string learned(const Tokenizer& tokenizer, const Ids& labels) {
  std::string result;
  for (const int32_t label : labels) {
    if (label != kIgnoredLabel) result += tokenizer.piece(label);
  }
  return result;
}

TEST(SampleCases, EqualTheOriginalsRule) {
  const nlohmann::json golden = test::golden("training_labels/cases.json");
  const Tokenizer tokenizer = tiny();
  SampleOptions options{.image_rows = golden["rows"], .max_length = golden["max_length"]};
  for (const auto& expected : golden["cases"]) {
    SCOPED_TRACE(expected["turns"].dump());
    Record record{.turns = test::turns_of(expected["turns"])};
    if (expected["image"]) record.images = {"x.jpg"};
    options.prompt_version = PromptVersion::kV1;
    const TokenizedRecord v1 = tokenize_record(record, tokenizer, options).value();
    EXPECT_EQ(v1.ids, expected["v1"]["ids"].get<Ids>());
    EXPECT_EQ(v1.labels, expected["v1"]["labels"].get<Ids>());
    EXPECT_EQ(v1.warning.empty(), expected["v1"]["agreed"].get<bool>()) << v1.warning;
    const Sample sample = splice_sample(v1, tokenizer, options);
    EXPECT_EQ(sample.ids, expected["v1"]["spliced_ids"].get<Ids>());
    EXPECT_EQ(sample.labels, expected["v1"]["spliced_labels"].get<Ids>());
    size_t words = 0;
    for (const Turn& turn : record.turns) words += count_words(turn.text);
    EXPECT_EQ(words, static_cast<size_t>(std::abs(expected["words"].get<int>())));
    if (!expected.contains("plain")) continue;
    options.prompt_version = PromptVersion::kPlain;
    const TokenizedRecord plain = tokenize_record(record, tokenizer, options).value();
    EXPECT_EQ(plain.ids, expected["plain"]["ids"].get<Ids>());
    EXPECT_EQ(plain.labels, expected["plain"]["labels"].get<Ids>());
  }
}

TEST(SampleCases, AnswersAreFoundUnderAnyVocabulary) {
  const Tokenizer tokenizer = tiny();
  const SampleOptions options{.mask = MaskRule::kAnswers, .image_rows = 5};
  const Record record = conversation({"<image>\nWhat?", "A stone.", "ASSISTANT: quoted", "two twelve"}, 1);
  const Sample sample = make_sample(record, tokenizer, options).value();
  EXPECT_EQ(sample.warning, "");
  EXPECT_EQ(learned(tokenizer, sample.labels), "▁A▁stone.</s>▁two▁twelve</s>");
  const Record odd = conversation({"Hi", "", "Again", "There </s> no", "Open"}, 0);
  const Sample with_empty = make_sample(odd, tokenizer, options).value();
  EXPECT_EQ(with_empty.warning, "");
  EXPECT_EQ(learned(tokenizer, with_empty.labels), "▁There▁</s>▁no</s>");
}

TEST(SampleCases, SeveralPicturesKeepTheirMarks) {
  const Tokenizer tokenizer = tiny();
  const SampleOptions options{.mask = MaskRule::kAnswers, .image_rows = 4};
  const Record record = conversation({"Compare <image> and <image>", "Alike", "<image> too?", "No"}, 3);
  const Sample sample = make_sample(record, tokenizer, options).value();
  ASSERT_EQ(sample.pictures.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sample.pictures[i].picture, i);
    EXPECT_EQ(sample.pictures[i].rows, 4u);
    for (uint32_t row = 0; row < 4; ++row) {
      EXPECT_EQ(sample.ids[sample.pictures[i].first + row], -200);
      EXPECT_EQ(sample.labels[sample.pictures[i].first + row], kIgnoredLabel);
    }
  }
  EXPECT_EQ(sample.ids.size(), sample.full_length);
}

TEST(SampleCases, CutsInsideAPicture) {
  const Tokenizer tokenizer = tiny();
  const Record record = conversation({"<image>", "Yes"}, 1);
  const SampleOptions whole{.prompt_version = PromptVersion::kPlain, .image_rows = 20};
  const SampleOptions cut{.prompt_version = PromptVersion::kPlain, .image_rows = 20, .max_length = 8};
  const Sample sample = make_sample(record, tokenizer, cut).value();
  EXPECT_EQ(sample.ids.size(), 8u);
  EXPECT_EQ(sample.full_length, make_sample(record, tokenizer, whole).value().ids.size());
  ASSERT_EQ(sample.pictures.size(), 1u);
  EXPECT_EQ(sample.pictures[0].first, 1u);
  EXPECT_EQ(sample.pictures[0].rows, 7u);
}

TEST(SampleCases, PlainTextAlone) {
  const Tokenizer tokenizer = tiny();
  const SampleOptions options{.prompt_version = PromptVersion::kPlain};
  const Sample sample = make_sample(conversation({"ignored", "A stone."}, 0), tokenizer, options).value();
  EXPECT_EQ(sample.ids.front(), tokenizer.bos_id());
  EXPECT_EQ(learned(tokenizer, sample.labels), "▁A▁stone.<0x0A>");
}

TEST(SampleCases, RefusesWhatTheOriginalCanNotTrainOn) {
  const Tokenizer tokenizer = tiny();
  EXPECT_REFUSED(make_sample(conversation({"No mark", "Yes"}, 1), tokenizer, {}), ErrorCode::kBadFile,
                 "data.json:7: the conversation has 0 <image> and the record 1 pictures");
  Record twice = conversation({"Hi", "Yes"}, 0);
  twice.turns[1] = twice.turns[0];
  EXPECT_REFUSED(make_sample(twice, tokenizer, {}), ErrorCode::kBadFile, "turn 2 is by \"human\"");
  EXPECT_REFUSED(make_sample(Record{}, tokenizer, {}), ErrorCode::kBadFile, "no turns");
  EXPECT_REFUSED(make_sample(conversation({"<image>", "a", "b", "c"}, 1), tokenizer,
                             {.prompt_version = PromptVersion::kPlain}),
                 ErrorCode::kBadFile, "has 4 turns");
}

}  // namespace
}  // namespace lapilli::training
