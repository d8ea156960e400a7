// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"
#include "engine/io/vocabulary.h"

#include <span>

namespace lapilli::test {

/// A vocabulary that was accepted makes a tokenizer that works, or is refused by it.
inline void exercise_tokenizer(Result<Vocabulary> vocabulary) {
  if (!vocabulary) return;
  const auto tokenizer = Tokenizer::create(*std::move(vocabulary));
  if (!tokenizer) return;
  const auto ids =
      tokenizer->encode("A <s> größer 世界\n\xFF</s>", {.specials = TextSegment::Specials::kParse});
  for (const int32_t id : ids) LAPILLI_ASSERT(id >= 0 && id < tokenizer->size());
  (void)tokenizer->decode(ids);
}

}  // namespace lapilli::test
