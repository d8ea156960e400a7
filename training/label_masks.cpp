// SPDX-License-Identifier: Apache-2.0
#include "training/label_masks.h"

#include "engine/base/error.h"
#include "engine/runtime/template.h"
#include "training/sample.h"
#include "training/text_rules.h"

#include <algorithm>

namespace lapilli::training {
namespace {

constexpr std::string_view kEnd = "</s>";
constexpr std::string_view kAnswerMark = " ASSISTANT: ";

/// Python's labels[from:to] = IGNORE_INDEX.
void ignore(std::vector<int32_t>& labels, size_t from, size_t to) {
  for (size_t i = from; i < std::min(to, labels.size()); ++i) labels[i] = kIgnoredLabel;
}

/// The ids of a text that stands behind an end token, where a word does not begin with a space of its own.
std::vector<int32_t> encode_behind_end(const std::string& text, const Encode& encode) {
  std::vector<int32_t> ids = encode(std::string(kEnd) + text);
  LAPILLI_ASSERT(ids.size() >= 2);
  ids.erase(ids.begin(), ids.begin() + 2);  // BOS, end
  return ids;
}

}  // namespace

std::vector<Round> v1_rounds(std::span<const Turn> turns) {
  const ChatTemplate style = find_template("vicuna_v1").value();
  std::vector<Round> rounds;
  std::string question = text(style.system, style.separator);
  for (size_t i = 0; i < turns.size(); ++i) {
    const std::string& said = turns[i].text;
    if (i % 2 == 0) {
      question += text(style.user, said.empty() ? ":" : text(": ", said, style.separator));
      if (i + 1 == turns.size()) rounds.push_back({question, {}});
      continue;
    }
    question += text(style.assistant, ":");
    if (said.empty() && i + 1 < turns.size()) continue;  // nothing separates it from the next question
    rounds.push_back({question, said.empty() ? std::string() : text(' ', said, style.separator2)});
    question.clear();
  }
  return rounds;
}

MaskedLabels mask_by_counting(std::span<const int32_t> ids, std::string_view conversation,
                              const Encode& encode, int32_t padding_id, uint32_t max_length) {
  MaskedLabels masked{.labels{ids.begin(), ids.end()}, .warning = {}};
  const auto total = ids.size() - static_cast<size_t>(std::ranges::count(ids, padding_id));
  ignore(masked.labels, 0, 1);
  size_t at = 1;
  const std::vector<std::string_view> stretches = split(conversation, kEnd);
  for (size_t i = 0; i < stretches.size() && !stretches[i].empty(); ++i) {
    const std::vector<std::string_view> halves = split(stretches[i], kAnswerMark);
    if (halves.size() != 2) break;
    // One for the first word's own space, which it does not have behind an end token.
    const size_t extra = i == 0 ? 0 : 1;
    const size_t length = encode(stretches[i]).size() - extra;
    const size_t question = encode(text(halves[0], kAnswerMark)).size() - 2 - extra;
    ignore(masked.labels, at, at + question);
    at += length;
  }
  ignore(masked.labels, at, masked.labels.size());
  if (at < max_length && at != total) {
    ignore(masked.labels, 0, masked.labels.size());
    masked.warning = text("its rounds count ", at, " tokens, the whole conversation ", total,
                          ": nothing of it is learned; is an answer empty, or does it hold \"</s>\"?");
  }
  return masked;
}

MaskedLabels mask_by_answers(std::span<const int32_t> ids, uint64_t full_length,
                             std::span<const Round> rounds, const Encode& encode) {
  MaskedLabels masked{.labels{ids.begin(), ids.end()}, .warning = {}};
  size_t at = 0;
  for (size_t i = 0; i < rounds.size(); ++i) {
    const auto tokens = [&](const std::string& text) {
      return i == 0 ? encode(text) : encode_behind_end(text, encode);
    };
    const std::vector<int32_t> question = tokens(rounds[i].question);
    const std::vector<int32_t> whole = tokens(rounds[i].question + rounds[i].answer);
    const auto same = std::ranges::mismatch(question, whole).in1 - question.begin();
    ignore(masked.labels, at, at + (rounds[i].answer.empty() ? whole.size() : static_cast<size_t>(same)));
    at += whole.size();
  }
  if (at != full_length) {
    ignore(masked.labels, 0, masked.labels.size());
    masked.warning = text("its rounds have ", at, " tokens, the whole conversation ", full_length,
                          ": nothing of it is learned; does the vocabulary have the token \"</s>\"?");
  }
  return masked;
}

}  // namespace lapilli::training
