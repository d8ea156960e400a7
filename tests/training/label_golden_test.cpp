// SPDX-License-Identifier: Apache-2.0
#include "tests/support/shared_data.h"
#include "tests/training/golden.h"
#include "training/dataset.h"
#include "training/sample.h"
#include "training/sampler.h"

#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

using Ids = std::vector<int32_t>;

std::string erased(std::string text, std::string_view part) {
  for (size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

/// The record as make_training_labels.py reads it in one of its ways.
Record record_for(const std::string& way, Record record) {
  if (way == "plain") record.turns.resize(2);
  if (!way.starts_with("text")) return record;
  record.images.clear();
  for (Turn& turn : record.turns) turn.text = erased(erased(turn.text, "<image>\n"), "\n<image>");
  return record;
}

class LabelGolden : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] SampleOptions options() const {
    const bool is_short = GetParam().ends_with("_short");
    return {.prompt_version = GetParam() == "plain" ? PromptVersion::kPlain : PromptVersion::kV1,
            .image_rows = golden_["rows"],
            .max_length = golden_[is_short ? "max_length_short" : "max_length"]};
  }
  nlohmann::json golden_ = test::golden("training_labels/mix500.json");
};

struct Opened {
  Tokenizer tokenizer;
  Dataset data;
};

Opened open(const std::filesystem::path& shared) {
  return {Tokenizer::open(shared / "tokenizers/llama-tokenizer.model").value(),
          Dataset::open({shared / "datasets/llava-mix1k/llava_v1_5_mix_500.jsonl"}).value()};
}

TEST_P(LabelGolden, EveryRecordEqualsTheOriginalsRule) {
  LAPILLI_REQUIRE_SHARED(shared);
  const Opened opened = open(shared);
  const nlohmann::json& rows = golden_["ways"][GetParam()];
  ASSERT_EQ(opened.data.size(), rows.size());
  size_t equal = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Record record = record_for(GetParam(), opened.data.record(i).value());
    const TokenizedRecord tokenized = tokenize_record(record, opened.tokenizer, options()).value();
    const Sample sample = make_sample(record, opened.tokenizer, options()).value();
    const nlohmann::json row = {tokenized.ids.size(),           test::digest(tokenized.ids),
                                test::digest(tokenized.labels), sample.ids.size(),
                                test::digest(sample.ids),       test::digest(sample.labels)};
    EXPECT_EQ(row, rows[i]) << "record " << i;
    equal += row == rows[i];
  }
  EXPECT_EQ(equal, 500u);
  RecordProperty("equal", static_cast<int>(equal));
}

TEST_P(LabelGolden, CompleteRecordsEqual) {
  LAPILLI_REQUIRE_SHARED(shared);
  const Opened opened = open(shared);
  for (const auto& expected : golden_["complete"][GetParam()]) {
    const Record record = record_for(GetParam(), opened.data.record(expected["record"]).value());
    const TokenizedRecord tokenized = tokenize_record(record, opened.tokenizer, options()).value();
    EXPECT_EQ(tokenized.ids, expected["ids"].get<Ids>());
    EXPECT_EQ(tokenized.labels, expected["labels"].get<Ids>());
    EXPECT_EQ(tokenized.warning.empty(), expected["agreed"].get<bool>());
  }
}

TEST_P(LabelGolden, MasksByAnswersAreTheSame) {
  LAPILLI_REQUIRE_SHARED(shared);
  const Opened opened = open(shared);
  SampleOptions by_answers = options();
  by_answers.mask = MaskRule::kAnswers;
  for (size_t i = 0; i < opened.data.size(); ++i) {
    const Record record = record_for(GetParam(), opened.data.record(i).value());
    const Sample expected = make_sample(record, opened.tokenizer, options()).value();
    const Sample sample = make_sample(record, opened.tokenizer, by_answers).value();
    EXPECT_EQ(sample.ids, expected.ids) << "record " << i;
    EXPECT_EQ(sample.labels, expected.labels) << "record " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, LabelGolden, testing::Values("v1", "v1_short", "text", "text_short", "plain"),
                         [](const auto& way) { return way.param; });

TEST(LengthGolden, WordsEqualTheOriginals) {
  LAPILLI_REQUIRE_SHARED(shared);
  const nlohmann::json golden = test::golden("training_labels/mix500.json");
  EXPECT_EQ(modality_lengths(open(shared).data).value(), golden["words"].get<Ids>());
}

}  // namespace
}  // namespace lapilli::training
