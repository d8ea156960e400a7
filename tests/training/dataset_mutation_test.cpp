// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mutations.h"
#include "tests/support/temporary_folder.h"
#include "training/check_data.h"
#include "training/sampler.h"

#include <gtest/gtest.h>

#include <fstream>

namespace lapilli::training {
namespace {

constexpr const char* kArray = R"([{"id": "a", "image": "a.jpg", "conversations": [
 {"from": "human", "value": "<image>\nWhat \u00e9 \ud83d\ude42?"}, {"from": "gpt", "value": "A \"stone\"."}]},
 {"id": 5, "image": ["a.jpg", "b.jpg"], "conversations": [{"from": "human", "value": "<image><image> both"},
 {"from": "gpt", "value": "yes </s>"}, {"from": "human", "value": "more"}, {"from": "gpt", "value": ""}]},
 {"id": "c", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}])";
constexpr const char* kLines =
    R"({"id": 1, "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "x"}]}
{"id": 2, "conversations": [{"from": "gpt", "value": "x"}, {"from": "human", "value": "q"}, {"from": "gpt", "value": "y"}]}
)";

/// Damaged data is refused or reported; a record that passes the checker makes a sample.
class DatasetMutation : public test::TemporaryFolder {
 protected:
  void try_damaged(const std::string& content, uint32_t seed) {
    const auto file = folder() / (std::to_string(seed) + ".json");  // truncating an old one takes long
    std::ofstream(file, std::ios::binary) << test::Mutator(seed)(content);
    const Result<Dataset> data = Dataset::open({file});
    if (!data) return;
    for (const bool original : {true, false}) {
      CheckOptions options;
      options.sample = {.mask = original ? MaskRule::kOriginal : MaskRule::kAnswers, .max_length = 64};
      options.sample.image_rows = 5;
      const DataReport report = check_data(*data, &tokenizer_, options).value();
      EXPECT_EQ(report.records, data->size());
      problems_ += report.problems.size();
    }
    for (size_t i = 0; i < data->size(); ++i) {
      const Result<Record> record = data->record(i);
      if (!record) continue;
      const auto sample = make_sample(*record, tokenizer_, {.image_rows = 5, .max_length = 64});
      if (!sample) continue;
      ++samples_;
      EXPECT_EQ(sample->ids.size(), sample->labels.size());
      EXPECT_LE(sample->ids.size(), 64u);
    }
    (void)modality_lengths(*data);
  }

  Tokenizer tokenizer_ =
      Tokenizer::open(std::filesystem::path(LAPILLI_GOLDEN) / "tokenizer/tiny.model").value();
  size_t problems_ = 0;
  size_t samples_ = 0;
};

TEST_F(DatasetMutation, DamagedDataNeitherCrashesNorPassesUnseen) {
  for (uint32_t seed = 0; seed < 160; ++seed) try_damaged(seed % 2 == 0 ? kArray : kLines, seed);
  EXPECT_GT(problems_, 100u);
  EXPECT_GT(samples_, 50u);
}

TEST_F(DatasetMutation, DeepAndLongInputIsRefused) {
  const auto file = folder() / "data.json";
  for (const std::string& content :
       {"[" + std::string(1 << 20, '['), "{\"conversations\":" + std::string(1 << 20, '['),
        "[\"" + std::string(17 << 20, 'x') + "\"]", "[" + std::string(1 << 20, '{'), std::string("[\"\\"),
        std::string("[{]}]")}) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    const Result<Dataset> data = Dataset::open({file});
    if (!data) continue;
    EXPECT_GT(check_data(*data, &tokenizer_).value().errors, 0u) << content.substr(0, 20);
  }
}

}  // namespace
}  // namespace lapilli::training
