// SPDX-License-Identifier: Apache-2.0
#include "training/check_record.h"

#include "engine/base/error.h"
#include "engine/runtime/prompt.h"
#include "training/text_rules.h"

namespace lapilli::training {
namespace {

using Problems = std::vector<std::string>;

void check_marks(const Record& record, PromptVersion version, Problems& problems) {
  size_t marks = 0;
  for (size_t i = 0; i < record.turns.size(); ++i) {
    const Turn& turn = record.turns[i];
    const size_t here = count(turn.text, kImageMark);
    marks += here;
    const bool in_question = turn.speaker == Speaker::kHuman && (version == PromptVersion::kV1 || i == 0);
    if (here > 0 && !in_question && !record.images.empty()) {
      problems.push_back(
          text("turn ", i + 1, " by \"", turn.name, "\" has <image>, which belongs into a question"));
    }
  }
  if (marks == record.images.size()) return;
  problems.push_back(text("the conversation has ", marks, " <image> and the record ", record.images.size(),
                          " pictures: write one <image> for each picture"));
}

/// False when an unknown speaker makes the order meaningless.
bool check_speakers(const Record& record, Problems& problems) {
  bool known = true;
  for (size_t i = 0; i < record.turns.size(); ++i) {
    const Turn& turn = record.turns[i];
    if (turn.speaker != Speaker::kUnknown) continue;
    known = false;
    problems.push_back(
        text("turn ", i + 1, " is by \"", turn.name, "\": known are human (user) and gpt (assistant)"));
  }
  return known;
}

void check_order(const Record& record, Problems& problems) {
  for (size_t i = 1; i < record.turns.size(); ++i) {
    if (record.turns[i].speaker != record.turns[i - 1].speaker) continue;
    problems.push_back(text("turns ", i, " and ", i + 1, " are both by \"", record.turns[i].name,
                            "\": questions and answers must alternate"));
    return;
  }
  const bool answer_first = !record.turns.empty() && record.turns.front().speaker == Speaker::kModel;
  if (record.turns.size() < (answer_first ? 3 : 2)) {
    problems.push_back(
        text("the conversation has ", record.turns.size(), " turns: there must be a question and an answer"));
  } else if (record.turns.back().speaker == Speaker::kHuman) {
    problems.push_back("the last question has no answer: add one, or take the question out");
  }
}

void check_answers(const Record& record, Problems& problems) {
  for (size_t i = 0; i < record.turns.size(); ++i) {
    if (record.turns[i].speaker == Speaker::kModel && strip(record.turns[i].text).empty()) {
      problems.push_back(
          text("turn ", i + 1, " by \"", record.turns[i].name, "\" is empty: there is nothing to learn"));
    }
  }
}

}  // namespace

std::vector<std::string> conversation_problems(const Record& record, PromptVersion version) {
  Problems problems;
  check_marks(record, version, problems);
  if (check_speakers(record, problems)) check_order(record, problems);
  check_answers(record, problems);
  if (version == PromptVersion::kPlain && record.turns.size() > 2) {
    problems.push_back(text("the record has ", record.turns.size(),
                            " turns, prompt version plain takes one question and one answer"));
  }
  return problems;
}

}  // namespace lapilli::training
