// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts written under a constraint by a model that knows nothing.
#include "engine/runtime/format_grammar.h"
#include "engine/runtime/grammar/token_constraint.h"
#include "engine/runtime/text_stream.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace lapilli::test {

/// Whether the grammar allows exactly these bytes.
inline bool allows(const Grammar& grammar, std::string_view bytes) {
  Positions positions(grammar);
  Positions::Id at = positions.start();
  for (const char byte : bytes) {
    at = positions.next(at, static_cast<uint8_t>(byte));
    if (at == Positions::kNone) return false;
  }
  return positions.may_end(at);
}

struct WrittenText {
  std::string text;
  size_t tokens = 0;
  bool ended = false;  ///< by itself, not by the limit
};

/// Writes one text, or what is left of one, of at most `limit` tokens with random logits, as AnswerWriter
/// does.
inline WrittenText write_bound_text(TokenConstraint& constraint, const Tokenizer& tokenizer,
                                    const SamplingOptions& sampling, size_t limit,
                                    std::string_view begun = {}) {
  std::mt19937 random(static_cast<uint32_t>(sampling.seed));
  std::vector<float> logits(static_cast<size_t>(tokenizer.size()));
  Sampler sampler(sampling, tokenizer.size());
  ConstrainedText bound(constraint, begun);
  TextStream stream(tokenizer, {}, !begun.empty());
  WrittenText written;
  for (; written.tokens < limit; ++written.tokens) {
    // Of few different values, so that filling them takes little; all the more ties.
    for (float& logit : logits) logit = static_cast<float>(random() % 4096) / 512 - 4;
    const TokenMask& allowed = bound.allowed(static_cast<uint32_t>(limit - written.tokens));
    const int32_t id = sampler.choose(logits, &allowed);
    if (id == tokenizer.eos_id()) {
      written.ended = true;
      break;
    }
    sampler.saw(id);
    bound.append(id);
    (void)stream.push(id);
    if (!bound.must_end()) continue;
    written.ended = true;
    ++written.tokens;
    break;
  }
  (void)stream.finish();
  written.text = stream.text();
  return written;
}

}  // namespace lapilli::test
