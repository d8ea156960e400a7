// SPDX-License-Identifier: Apache-2.0
#include "training/sample.h"

#include "engine/runtime/prompt.h"
#include "training/label_masks.h"
#include "training/text_rules.h"

#include <algorithm>

namespace lapilli::training {
namespace {

Error refuse(const Record& record, const std::string& sentence) {
  return Error(ErrorCode::kBadFile, sentence, text(record.file, ':', record.line));
}

std::string speakers_problem(std::span<const Turn> turns) {
  for (size_t i = 0; i < turns.size(); ++i) {
    const Speaker expected = i % 2 == 0 ? Speaker::kHuman : Speaker::kModel;
    if (turns[i].speaker == expected) continue;
    return text("turn ", i + 1, " is by \"", turns[i].name, "\", expected is the ",
                i % 2 == 0 ? "human" : "model", ": speakers must alternate, the human first");
  }
  return turns.empty() ? "the conversation has no turns" : "";
}

/// preprocess_multimodal: the marks in front of the text.
std::string with_marks_in_front(const std::string& said, bool one_mark) {
  const size_t marks = count(said, kImageMark);
  if (marks == 0) return said;
  std::string moved;
  for (size_t i = 0; i < (one_mark ? 1 : marks); ++i) moved += text(kImageMark, '\n');
  moved += strip(without(said, kImageMark));
  return std::string(strip(moved));
}

std::vector<Turn> prepared_turns(const Record& record) {
  std::vector<Turn> turns = record.turns;
  if (record.images.empty()) return turns;
  for (Turn& turn : turns) turn.text = with_marks_in_front(turn.text, record.images.size() == 1);
  return turns;
}

Encode encoder(const Record& record, const Tokenizer& tokenizer) {
  if (record.images.empty()) {
    return [&tokenizer](std::string_view said) {
      return tokenizer.encode(said, {.add_bos = true, .specials = TextSegment::Specials::kParse});
    };
  }
  return [&tokenizer](std::string_view said) { return encode_prompt(tokenizer, prompt_from_text(said)); };
}

/// preprocess_plain: ids of pictures, answer, line break.
Result<TokenizedRecord> tokenize_plain(const Record& record, std::span<const Turn> turns,
                                       const Encode& encode) {
  if (turns.size() != 2) {
    return refuse(record, text("the record has ", turns.size(),
                               " turns, prompt version plain takes one question and one answer"));
  }
  std::string marks;
  for (size_t i = count(turns[0].text, kImageMark); i > 0 && !record.images.empty(); --i) marks += kImageMark;
  TokenizedRecord tokenized;
  tokenized.ids = encode(text(marks, turns[1].text, '\n'));
  tokenized.labels = tokenized.ids;
  const size_t ignored = std::min(encode(marks).size(), tokenized.labels.size());
  std::fill_n(tokenized.labels.begin(), ignored, kIgnoredLabel);
  tokenized.full_length = tokenized.ids.size();
  return tokenized;
}

TokenizedRecord tokenize_v1(const Record& record, std::span<const Turn> turns, const Tokenizer& tokenizer,
                            const Encode& encode, const SampleOptions& options) {
  const std::vector<Round> rounds = v1_rounds(turns);
  std::string conversation;
  for (const Round& round : rounds) conversation += round.question + round.answer;
  TokenizedRecord tokenized;
  tokenized.ids = encode(conversation);
  tokenized.full_length = tokenized.ids.size();
  if (record.images.empty() && tokenized.ids.size() > options.max_length) {
    tokenized.ids.resize(options.max_length);
  }
  MaskedLabels masked =
      options.mask == MaskRule::kOriginal
          ? mask_by_counting(tokenized.ids, conversation, encode, tokenizer.unknown_id(), options.max_length)
          : mask_by_answers(tokenized.ids, tokenized.full_length, rounds, encode);
  tokenized.labels = std::move(masked.labels);
  tokenized.warning = std::move(masked.warning);
  return tokenized;
}

}  // namespace

Result<TokenizedRecord> tokenize_record(const Record& record, const Tokenizer& tokenizer,
                                        const SampleOptions& options) {
  std::vector<Turn> turns = prepared_turns(record);
  const bool v1 = options.prompt_version == PromptVersion::kV1;
  if (v1 && !turns.empty() && turns.front().speaker == Speaker::kModel) turns.erase(turns.begin());
  if (const std::string problem = speakers_problem(turns); !problem.empty()) return refuse(record, problem);
  return try_result([&]() -> TokenizedRecord {
    const Encode encode = encoder(record, tokenizer);
    if (v1) return tokenize_v1(record, turns, tokenizer, encode, options);
    return tokenize_plain(record, turns, encode).value();
  });
}

Sample splice_sample(const TokenizedRecord& tokenized, const Tokenizer& tokenizer,
                     const SampleOptions& options) {
  Sample sample;
  sample.warning = tokenized.warning;
  const auto marks = static_cast<uint64_t>(std::ranges::count(tokenized.ids, kImageToken));
  sample.full_length = tokenized.full_length - marks + marks * options.image_rows;
  const size_t length = std::min<size_t>(tokenized.ids.size(), options.max_length);
  uint32_t picture = 0;
  for (size_t i = 0; i < length; ++i) {
    const size_t room = options.max_length - sample.ids.size();
    if (tokenized.ids[i] == tokenizer.unknown_id()) continue;
    if (tokenized.ids[i] != kImageToken) {
      if (room == 0) break;
      sample.ids.push_back(tokenized.ids[i]);
      sample.labels.push_back(tokenized.labels[i]);
      continue;
    }
    const auto rows = static_cast<uint32_t>(std::min<size_t>(options.image_rows, room));
    if (rows > 0) sample.pictures.push_back({picture, static_cast<uint32_t>(sample.ids.size()), rows});
    sample.ids.insert(sample.ids.end(), rows, kImageToken);
    sample.labels.insert(sample.labels.end(), rows, kIgnoredLabel);
    ++picture;
  }
  return sample;
}

Result<Sample> make_sample(const Record& record, const Tokenizer& tokenizer, const SampleOptions& options) {
  const Result<TokenizedRecord> tokenized = tokenize_record(record, tokenizer, options);
  if (!tokenized) return tokenized.error();
  const auto marks = static_cast<size_t>(std::ranges::count(tokenized->ids, kImageToken));
  if (marks != record.images.size()) {
    return refuse(record, text("the conversation has ", marks, " <image> and the record ",
                               record.images.size(), " pictures: write one <image> for each picture"));
  }
  return splice_sample(*tokenized, tokenizer, options);
}

}  // namespace lapilli::training
