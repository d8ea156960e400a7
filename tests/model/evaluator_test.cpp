// SPDX-License-Identifier: Apache-2.0
// However rows are cut into steps and spread over lanes, the results are the same.
#include "engine/runtime/lane.h"
#include "tests/model/model_fixture.h"
#include "tests/support/small_model.h"

#include <random>

namespace lapilli::test {
namespace {

/// A processor's kernels that keep everything in registers add in the same order for few rows and for many,
/// so f32 results are equal bit for bit; others group the products of a dot product differently.
double same_sums(Engine& engine) {
  const DeviceCaps& caps = engine.device().caps();
  return caps.is_software() && (caps.slow_unrolling || !caps.buffer_addresses) ? 0 : 2e-6;
}
/// Activations rounded to 11 significant bits after every operator, in either path.
constexpr double kF16 = 5e-3;

std::vector<int32_t> random_ids(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int32_t> ids(count);
  for (int32_t& id : ids) id = static_cast<int32_t>(random() % 600);
  return ids;
}

std::vector<float> copy(std::span<const float> values) {
  return {values.begin(), values.end()};
}

class EvaluatorTest : public ModelTest {
 protected:
  [[nodiscard]] Engine open(EngineOptions open_options, const SmallModelOptions& model = {}) {
    return Engine::open(open_options, small_model(model)).value();
  }

  /// Evaluates ids[first, first + count) of a lane; the logits after the last.
  static std::vector<float> evaluate(Evaluator& evaluator, std::span<const int32_t> ids, size_t first,
                                     size_t count, int32_t lane = 0) {
    std::vector<StepRow> rows;
    for (size_t index = first; index < first + count; ++index)
      rows.push_back({.id = ids[index], .position = static_cast<int32_t>(index), .lane = lane});
    const auto last = static_cast<uint32_t>(count - 1);
    evaluator.evaluate(rows, std::span(&last, 1));
    return copy(evaluator.logits(0));
  }
};

class Pieces : public EvaluatorTest, public testing::WithParamInterface<std::vector<size_t>> {};

TEST_P(Pieces, GiveTheLogitsOfTheWhole) {
  Engine engine = open(options({}));
  size_t total = 0;
  for (const size_t piece : GetParam()) total += piece;
  const std::vector<int32_t> ids = random_ids(total, 7);
  const std::vector<float> whole = evaluate(engine.evaluator(), ids, 0, total);
  std::vector<float> last;
  size_t done = 0;
  for (const size_t piece : GetParam()) {
    last = evaluate(engine.evaluator(), ids, done, piece);
    done += piece;
  }
  EXPECT_LE(relative_error(last, whole), same_sums(engine));
}

INSTANTIATE_TEST_SUITE_P(Cuts, Pieces,
                         testing::Values(std::vector<size_t>{1, 7, 29, 3},
                                         std::vector<size_t>{1, 1, 1, 1, 1, 1}, std::vector<size_t>{32, 1},
                                         std::vector<size_t>{33, 31, 64}, std::vector<size_t>{128, 129, 5},
                                         std::vector<size_t>{513, 1}, std::vector<size_t>{1, 512, 100}),
                         [](const auto& test) {
                           std::string name = "Of";
                           for (const size_t piece : test.param) name += "_" + std::to_string(piece);
                           return name;
                         });

TEST_F(EvaluatorTest, RowsOfAPartlyFilledStepEqualThoseOfAFullOne) {
  Engine engine = open(options({}));
  const std::vector<int32_t> ids = random_ids(128, 3);
  // 31 of 32 rows, then the 32nd as a step of one row; 127 of 128 likewise.
  for (const size_t bucket : {size_t{32}, size_t{128}}) {
    const std::vector<float> full = evaluate(engine.evaluator(), ids, 0, bucket);
    const std::vector<float> partly = evaluate(engine.evaluator(), ids, 0, bucket - 1);
    const std::vector<float> again = evaluate(engine.evaluator(), ids, 0, bucket);
    EXPECT_EQ(full, again) << "two runs give the same bits";
    EXPECT_NE(full, partly);
    const std::vector<float> one_more = evaluate(engine.evaluator(), ids, bucket - 1, 1);
    EXPECT_LE(relative_error(one_more, full), same_sums(engine)) << bucket;
  }
}

TEST_F(EvaluatorTest, LogitsOfEveryRowEqualThoseOfLastRows) {
  EngineOptions all_options = options({});
  all_options.logits_of_all_rows = true;
  Engine all = open(all_options);
  Engine last = open(options({}));
  const std::vector<int32_t> ids = random_ids(100, 5);
  std::vector<StepRow> rows;
  std::vector<uint32_t> wanted;
  for (uint32_t index = 0; index < ids.size(); ++index) {
    rows.push_back({.id = ids[index], .position = static_cast<int32_t>(index)});
    wanted.push_back(index);
  }
  all.evaluator().evaluate(rows, wanted);
  for (const size_t length : {size_t{1}, size_t{2}, size_t{63}, size_t{64}, size_t{65}, size_t{100}}) {
    EXPECT_LE(relative_error(all.evaluator().logits(length - 1), evaluate(last.evaluator(), ids, 0, length)),
              same_sums(last))
        << length;
  }
}

TEST_F(EvaluatorTest, AChangedTokenChangesLaterLogitsOnly) {
  EngineOptions all_options = options({});
  all_options.logits_of_all_rows = true;
  Engine engine = open(all_options);
  std::vector<int32_t> ids = random_ids(40, 9);
  const auto logits_at = [&](size_t count) { return evaluate(engine.evaluator(), ids, 0, count); };
  const auto before = logits_at(20);
  const auto at = logits_at(21);
  ids[20] += 1;
  EXPECT_EQ(logits_at(20), before);
  EXPECT_NE(logits_at(21), at);
}

class Lanes : public EvaluatorTest {
 protected:
  static constexpr uint32_t kLanes = 3;
  static constexpr size_t kTokens = 24;

  struct Text {
    std::vector<int32_t> ids;
    std::vector<std::vector<float>> logits;
  };

  static std::vector<int32_t> prompt(int32_t number) {
    return random_ids(5 + 11 * static_cast<size_t>(number), 40 + static_cast<uint32_t>(number));
  }

  /// Greedy texts of the prompts `numbers`, decoded side by side, number[i] in lane i.
  static std::vector<Text> decode(Engine& engine, const std::vector<int32_t>& numbers) {
    Evaluator& evaluator = engine.evaluator();
    std::vector<Text> texts(numbers.size());
    std::vector<int32_t> next_position;
    for (size_t lane = 0; lane < numbers.size(); ++lane) {
      const std::vector<int32_t> ids = prompt(numbers[lane]);
      texts[lane].logits.push_back(evaluate(evaluator, ids, 0, ids.size(), static_cast<int32_t>(lane)));
      texts[lane].ids.push_back(evaluator.best_id(0));
      next_position.push_back(static_cast<int32_t>(ids.size()));
    }
    for (size_t token = 1; token < kTokens; ++token) {
      std::vector<StepRow> rows;
      std::vector<uint32_t> wanted;
      for (size_t lane = 0; lane < numbers.size(); ++lane) {
        rows.push_back({.id = texts[lane].ids.back(),
                        .position = next_position[lane]++,
                        .lane = static_cast<int32_t>(lane)});
        wanted.push_back(static_cast<uint32_t>(lane));
      }
      evaluator.evaluate(rows, wanted);
      for (size_t lane = 0; lane < numbers.size(); ++lane) {
        texts[lane].logits.push_back(copy(evaluator.logits(lane)));
        texts[lane].ids.push_back(evaluator.best_id(lane));
      }
    }
    return texts;
  }
};

TEST_F(Lanes, TogetherGiveTheTextsOfEachAloneInAnyOrder) {
  EngineOptions open_options = options({});
  open_options.lanes = kLanes;
  Engine engine = open(open_options);
  const auto together = decode(engine, {0, 1, 2});
  const auto turned = decode(engine, {2, 0, 1});
  for (size_t number = 0; number < kLanes; ++number) {
    const auto alone = decode(engine, {static_cast<int32_t>(number)}).front();
    const Text& moved = turned[(number + 1) % kLanes];
    EXPECT_EQ(together[number].ids, alone.ids) << number;
    EXPECT_EQ(moved.ids, alone.ids) << number;
    for (size_t token = 0; token < kTokens; ++token) {
      EXPECT_EQ(moved.logits[token], together[number].logits[token]) << "the lane's place changes no bit";
      EXPECT_LE(relative_error(together[number].logits[token], alone.logits[token]), same_sums(engine));
    }
  }
}

TEST_F(Lanes, MixedWithAPromptOfAnotherLaneStayTheSame) {
  EngineOptions open_options = options({});
  open_options.lanes = 2;
  Engine engine = open(open_options);
  Evaluator& evaluator = engine.evaluator();
  const std::vector<int32_t> first = random_ids(20, 1), second = random_ids(45, 2);
  evaluate(evaluator, first, 0, 19, 0);
  const std::vector<float> expected_first = evaluate(evaluator, first, 19, 1, 0);
  const std::vector<float> expected_second = evaluate(evaluator, second, 0, 45, 1);

  evaluate(evaluator, first, 0, 19, 0);
  std::vector<StepRow> rows = {{.id = first[19], .position = 19, .lane = 0}};
  for (size_t index = 0; index < second.size(); ++index)
    rows.push_back({.id = second[index], .position = static_cast<int32_t>(index), .lane = 1});
  const uint32_t wanted[] = {0, 45};
  evaluator.evaluate(rows, wanted);
  EXPECT_LE(relative_error(evaluator.logits(0), expected_first), same_sums(engine));
  EXPECT_LE(relative_error(evaluator.logits(1), expected_second), same_sums(engine));
}

TEST_F(Lanes, OfAnyNumberSayWhatOneSays) {
  const std::vector<int32_t> ids = random_ids(9, 3);
  Engine one = open(options({}));
  const std::vector<float> prompt = evaluate(one.evaluator(), ids, 0, 8);
  const std::vector<float> alone = evaluate(one.evaluator(), ids, 8, 1);
  // About the numbers of rows at which devices take other kernels.
  for (const uint32_t lanes : {16u, 17u, 31u, 32u, 33u}) {
    EngineOptions open_options = options({});
    open_options.lanes = lanes;
    open_options.context = 32;
    Engine engine = open(open_options);
    Evaluator& evaluator = engine.evaluator();
    EXPECT_EQ(evaluate(evaluator, ids, 0, 8), prompt) << lanes << " lanes";
    std::vector<StepRow> rows;
    std::vector<uint32_t> wanted;
    for (uint32_t lane = 0; lane < lanes; ++lane) {
      if (lane > 0) evaluator.copy_lane(0, lane, 8);
      rows.push_back({.id = ids[8], .position = 8, .lane = static_cast<int32_t>(lane)});
      wanted.push_back(lane);
    }
    evaluator.evaluate(rows, wanted);
    for (uint32_t lane = 0; lane < lanes; ++lane)
      EXPECT_EQ(copy(evaluator.logits(lane)), alone) << "lane " << lane << " of " << lanes;
  }
}

std::vector<SequenceItem> items_of(const std::vector<int32_t>& ids) {
  std::vector<SequenceItem> items;
  for (const int32_t id : ids) items.push_back({id, 0, 0});
  return items;
}

TEST_F(Lanes, SayTheSameToAPromptOfWhichTheyHoldAnyPart) {
  Engine engine = open(options({}));
  Evaluator& evaluator = engine.evaluator();
  PictureMemory pictures(2, [](std::span<const SlotPixels>) {});
  const std::vector<SequenceItem> prompt = items_of(random_ids(40, 3));
  Lane fresh(evaluator, pictures, 0);
  EXPECT_EQ(fresh.set_prompt(prompt, {}), 0u);
  const std::vector<float> expected = copy(evaluator.logits(0));
  for (const size_t held : {1u, 20u, 38u, 39u, 40u}) {
    Lane lane(evaluator, pictures, 0);
    static_cast<void>(lane.set_prompt(std::span(prompt).first(held), {}));
    static_cast<void>(lane.set_prompt(prompt, {}));
    EXPECT_EQ(copy(evaluator.logits(0)), expected) << held << " positions were held";
  }
}

TEST_F(Lanes, SayTheSameToPromptsThatShareAnyBeginning) {
  EngineOptions open_options = options({});
  open_options.lanes = 2;
  Engine engine = open(open_options);
  Evaluator& evaluator = engine.evaluator();
  PictureMemory pictures(2, [](std::span<const SlotPixels>) {});
  for (const size_t shared : {0u, 1u, 2u, 3u, 20u, 39u}) {
    std::vector<std::vector<SequenceItem>> prompts = {items_of(random_ids(40, 3)),
                                                      items_of(random_ids(40, 4))};
    std::copy_n(prompts[0].begin(), shared, prompts[1].begin());
    std::vector<std::vector<float>> expected;
    for (const std::vector<SequenceItem>& prompt : prompts) {
      Lane lane(evaluator, pictures, 0);
      static_cast<void>(lane.set_prompt(prompt, {}));
      expected.push_back(copy(evaluator.logits(0)));
    }
    Lane first(evaluator, pictures, 0), second(evaluator, pictures, 1);
    const LanePrompt both[] = {{&first, prompts[0], {}}, {&second, prompts[1], {}}};
    static_cast<void>(set_prompts(evaluator, pictures, both, StepResults::kLogitsAndBestIds));
    for (size_t lane = 0; lane < 2; ++lane)
      EXPECT_EQ(copy(evaluator.logits(lane)), expected[lane])
          << "lane " << lane << ", " << shared << " shared";
  }
}

TEST_F(EvaluatorTest, DispatchesLaunchedInPartsGiveTheSameBits) {
  Engine whole = open(options({}));
  EngineOptions cut_options = options({});
  cut_options.device_options.max_dispatch_cost = 2e4;
  Engine cut = open(cut_options);
  EXPECT_GT(cut.device().counters().command_buffers_recorded,
            whole.device().counters().command_buffers_recorded);
  const std::vector<int32_t> ids = random_ids(130, 4);
  EXPECT_EQ(evaluate(cut.evaluator(), ids, 0, 130), evaluate(whole.evaluator(), ids, 0, 130));
  EXPECT_EQ(evaluate(cut.evaluator(), ids, 130 - 1, 1), evaluate(whole.evaluator(), ids, 130 - 1, 1));
  const std::vector<float> pixels(3 * 56 * 56, 0.25f);
  cut.evaluator().encode_image(pixels, 1);
  whole.evaluator().encode_image(pixels, 1);
  EXPECT_EQ(cut.evaluator().read_projected(), whole.evaluator().read_projected());
}

/// What a device that was lost is asked for: the same work in more submissions, with the same bits.
TEST_F(EvaluatorTest, ShorterSubmissionsAreMoreAndGiveTheSameBits) {
  const std::vector<int32_t> ids = random_ids(130, 4);
  uint64_t before = 0;
  std::vector<float> expected;
  for (const double seconds : {gpu::kSubmissionSeconds, 1e-4, 1e-5}) {
    EngineOptions shorter = options({});
    shorter.device_options.submission_seconds = seconds;
    Engine engine = open(shorter);
    EXPECT_DOUBLE_EQ(engine.device().submission_seconds(), seconds);
    const uint64_t opened = engine.device().counters().submissions;
    const std::vector<float> logits = evaluate(engine.evaluator(), ids, 0, 130);
    const uint64_t submissions = engine.device().counters().submissions - opened;
    if (expected.empty()) expected = logits;
    EXPECT_EQ(logits, expected);
    EXPECT_GT(submissions, before) << seconds;
    before = submissions;
  }
}

TEST_F(EvaluatorTest, HalfPrecisionStaysClose) {
  Engine full = open(options({}));
  Engine half = open(options({}, Compute::kF16), {.activation = DType::f16});
  const std::vector<int32_t> ids = random_ids(90, 8);
  EXPECT_LE(relative_error(evaluate(half.evaluator(), ids, 0, 90), evaluate(full.evaluator(), ids, 0, 90)),
            kF16);
  EXPECT_LE(relative_error(evaluate(half.evaluator(), ids, 0, 1), evaluate(full.evaluator(), ids, 0, 1)),
            kF16);
}

TEST_F(EvaluatorTest, LogitsStayOnTheDeviceWhereOnlyTheBestIdsAreWanted) {
  Engine engine = open(options({}));
  const std::vector<float> logits = evaluate(engine.evaluator(), random_ids(9, 3), 0, 9);
  const int32_t best = engine.evaluator().best_id(0);
  EXPECT_EQ(best, std::max_element(logits.begin(), logits.begin() + engine.evaluator().options().id_limit) -
                      logits.begin());
  const std::vector<int32_t> ids = random_ids(9, 3);
  std::vector<StepRow> rows;
  for (const int32_t id : ids) rows.push_back({.id = id, .position = static_cast<int32_t>(rows.size())});
  const uint32_t last = 8;
  engine.evaluator().evaluate(rows, std::span(&last, 1), {}, {}, StepResults::kBestIds);
  EXPECT_EQ(engine.evaluator().best_id(0), best);
}

TEST_F(EvaluatorTest, APositionBeyondTheContextIsRefused) {
  EngineOptions open_options = options({});
  open_options.context = 64;
  Engine engine = open(open_options);
  const StepRow row{.id = 5, .position = 64};
  try {
    engine.evaluator().evaluate(std::span(&row, 1), {});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kContextFull);
    EXPECT_STREQ(error.what(), "token 65 does not fit the context of 64 tokens");
  }
}

TEST_F(EvaluatorTest, AContextBeyondTheModelsIsRefused) {
  EngineOptions open_options = options({});
  open_options.context = 4096;
  bool weights_were_read = false;
  const auto opened = Engine::open(open_options, small_model(), [&](const Event& event) {
    weights_were_read = weights_were_read || std::holds_alternative<Progress>(event);
  });
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_FALSE(weights_were_read);
  EXPECT_STREQ(opened.error().what(), "a context of 4096 tokens was asked for, the model allows 1 to 2048");
}

}  // namespace
}  // namespace lapilli::test
