// SPDX-License-Identifier: Apache-2.0
// What a run tells of pictures that it did not caption, and of those that it completes.
#include "tests/cli/caption_fixture.h"

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;

class CaptionFailuresTest : public CaptionFolder {
 protected:
  /// What a run over the folder tells of kind `Told`.
  template <class Told>
  std::vector<Told> told(CaptionRun& run) {
    std::vector<Told> all;
    run.process(stand_in_.answerer(), kStandIn,
                [&](const RunEvent& event) {
                  if (const auto* one = std::get_if<Told>(&event)) all.push_back(*one);
                })
        .value();
    return all;
  }
  [[nodiscard]] CaptionRun begun(const Settings& settings) const {
    return CaptionRun::begin(folder(), settings, plan_run(folder(), settings).value(), "{}").value();
  }
};

TEST_F(CaptionFailuresTest, ReasonsThatDifferInNumbersAreOfOneKind) {
  for (uint32_t index = 0; index < 7; ++index) put_picture(at(text(index, ".png")), index);
  put_text(at("page.jpg"), "<html></html>");
  stand_in_.answer = [tokens = 1098](const AnswerRequest&) mutable -> Result<Answer> {
    return Error(ErrorCode::kContextFull, text("the message takes ", tokens++, " tokens, there are 512"));
  };
  CaptionRun run = begun(settings_for({Output::kTxt}));
  EXPECT_EQ(told<PictureFailed>(run).size(), 8u);
  const auto groups = run.failures();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].code, "bad_file");
  EXPECT_EQ(groups[0].examples, std::vector<std::string>{"page.jpg"});
  EXPECT_EQ(groups[1].count, 7u);
  EXPECT_EQ(groups[1].reason, "the message takes 1098 tokens, there are 512");
  EXPECT_EQ(groups[1].examples.size(), kFailureExamples);
}

TEST_F(CaptionFailuresTest, PicturesThatShareAFileAreOfOneKind) {
  for (const char* stem : {"a", "b", "c"}) {
    put_picture(at(text(stem, ".jpg")), 1);
    put_picture(at(text(stem, ".png")), 2);
  }
  const auto groups = failures_of(plan_run(folder(), settings_for({Output::kTxt})).value());
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups.front().count, 3u);
}

TEST_F(CaptionFailuresTest, AnAnswerThatTheContextCutsIsNoCaption) {
  put_picture(at("a.png"), 1);
  stand_in_.answer = [](const AnswerRequest&) -> Result<Answer> {
    Answer answer;
    answer.text = "A harbour with many";
    answer.reason = StopReason::kContextFull;
    return answer;
  };
  CaptionRun run = begun(settings_for({Output::kTxt}));
  const auto failed = told<PictureFailed>(run);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed.front().error.code(), ErrorCode::kContextFull);
  EXPECT_FALSE(fs::exists(at("a.txt")));
  answer_with("whole");
  EXPECT_EQ(run.retry_failed(), 1u);
  EXPECT_EQ(told<PictureCaptioned>(run).size(), 1u) << "nothing of the cut answer is known from before";
  EXPECT_EQ(text_in(at("a.txt")), "whole");
}

TEST_F(CaptionFailuresTest, WhereATextHasAppearedThePictureIsToldToBeLeftOut) {
  put_picture(at("a.png"), 1);
  put_picture(at("b.png"), 2);
  CaptionRun run = begun(settings_for({Output::kTxt}));
  put_text(at("a.txt"), "by somebody");
  const auto left = told<PictureLeftOut>(run);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.front().path, "a.png");
  EXPECT_EQ(left.front().number, 1);
  EXPECT_EQ(run.counts().skipped, 1u);
  EXPECT_EQ(text_in(at("a.txt")), "by somebody");
}

TEST_F(CaptionFailuresTest, APictureThatIsCompletedFromTheJournalIsTold) {
  put_picture(at("a.png"), 1);
  const Settings settings = settings_for({Output::kTxt});
  static_cast<void>(begun(settings));
  {
    Journal journal(journal_path(folder(), {}));
    const int64_t id = journal.newest_run().value().id;
    const Answers answers = {{"caption", "known"}, {"prompt:caption", "What is a?"}};
    auto changes = changes_for(folder(), "a.png", settings, answers);
    for (FileChange& change : changes) change.picture = 1;
    journal.set_answered(id, 1, answers, changes, {});
  }
  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  const auto captioned = told<PictureCaptioned>(run);
  ASSERT_EQ(captioned.size(), 1u);
  EXPECT_EQ(captioned.front().path, "a.png");
  EXPECT_EQ(captioned.front().answers, (Answers{{"caption", "known"}}));
  EXPECT_EQ(text_in(at("a.txt")), "known");
}

}  // namespace
}  // namespace lapilli::test
