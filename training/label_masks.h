// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/record.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::training {

/// The ids of a stretch of text, BOS in front, special tokens read.
using Encode = std::function<std::vector<int32_t>(std::string_view)>;

/// A question as the v1 prompt has it, up to "ASSISTANT:", and what is to be learned: " answer</s>", or
/// nothing where the answer is empty or missing.
struct Round {
  std::string question;
  std::string answer;
};

/// The conversation under the original's vicuna_v1; the texts joined are the whole prompt. Precondition: the
/// speakers alternate, the human first.
[[nodiscard]] std::vector<Round> v1_rounds(std::span<const Turn> turns);

struct MaskedLabels {
  std::vector<int32_t> labels;
  std::string warning;  ///< not empty: every label is ignored
};

/// preprocess_v1's arithmetic: each stretch of the conversation between "</s>", and its question, are
/// tokenized by themselves, and their lengths place the masks. `ids` are the conversation's, perhaps cut to
/// max_length.
[[nodiscard]] MaskedLabels mask_by_counting(std::span<const int32_t> ids, std::string_view conversation,
                                            const Encode& encode, int32_t padding_id, uint32_t max_length);

/// The answers' tokens, end tokens included, under any vocabulary: each round is tokenized as it stands
/// behind an end token, with and without its answer, and what differs is learned. `full_length` counts the
/// conversation's ids before they were cut.
[[nodiscard]] MaskedLabels mask_by_answers(std::span<const int32_t> ids, uint64_t full_length,
                                           std::span<const Round> rounds, const Encode& encode);

}  // namespace lapilli::training
