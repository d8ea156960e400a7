// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"
#include "training/recipe.h"
#include "training/record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lapilli::training {

/// The label of a position that is not learned. The original's IGNORE_INDEX.
inline constexpr int32_t kIgnoredLabel = -100;

struct SampleOptions {
  PromptVersion prompt_version = PromptVersion::kV1;
  MaskRule mask = MaskRule::kOriginal;
  uint32_t image_rows = 576;   ///< positions a picture takes
  uint32_t max_length = 2048;  ///< positions a sample may take; what is behind them is cut off
};

/// The positions that rows of a picture take.
struct PicturePlace {
  uint32_t picture = 0;  ///< index in the record's images
  uint32_t first = 0;    ///< position
  uint32_t rows = 0;     ///< image_rows, or less where the sample is cut off inside the picture
};

/// One row of a batch. Positions are 0 … n−1.
struct Sample {
  std::vector<int32_t> ids;     ///< [n], kImageToken at each of a picture's rows
  std::vector<int32_t> labels;  ///< [n], the id itself or kIgnoredLabel; position t is to predict labels[t+1]
  std::vector<PicturePlace> pictures;  ///< in the order of their positions
  uint64_t full_length = 0;            ///< n as it were without max_length; what the original cuts before
                                       ///< (text of records without pictures) is counted too
  std::string warning;                 ///< why nothing of the sample is learned, if so; else empty
};

/// A record's conversation as ids and labels, one kImageToken a picture, nothing cut but texts without a
/// picture (to max_length, as the original does).
struct TokenizedRecord {
  std::vector<int32_t> ids;
  std::vector<int32_t> labels;
  uint64_t full_length = 0;  ///< ids before the cut
  std::string warning;
};

/// The original's preprocess_multimodal and preprocess_plain or preprocess_v1, ids and masks alike.
///
/// Marks: with one picture, every turn's marks become one in front of its text (the original's rule); with
/// several, they move to the front and keep their number. Without pictures "<image>" is plain text.
/// v1: a first turn that is not the human's is dropped. Under kOriginal the labels of all answers are
/// ignored, and `warning` says so, where the original's count of tokens goes wrong: an answer that is empty
/// or holds " ASSISTANT: ", "</s>" or the unknown token, a question without an answer at the end, and any
/// conversation of several rounds under a vocabulary where a role's name does not lose exactly one token
/// behind "</s>". plain: one question and one answer; the question's text is dropped, a line break is learned
/// as the end. Fails with kBadFile when the speakers don't alternate, or plain finds other than two turns.
[[nodiscard]] Result<TokenizedRecord> tokenize_record(const Record& record, const Tokenizer& tokenizer,
                                                      const SampleOptions& options);

/// The tokenized record as its model sees it: cut to max_length, unknown tokens (the original's padding) left
/// out, pictures' rows spliced in with ignored labels, cut to max_length again.
[[nodiscard]] Sample splice_sample(const TokenizedRecord& tokenized, const Tokenizer& tokenizer,
                                   const SampleOptions& options);

/// Both of the above. Fails also when the record has other than one mark a picture.
[[nodiscard]] Result<Sample> make_sample(const Record& record, const Tokenizer& tokenizer,
                                         const SampleOptions& options);

}  // namespace lapilli::training
