// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/format_constraints.h"

#include "engine/runtime/format_grammar.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr size_t kMostEntries = 16;
constexpr size_t kMostBytes = size_t{128} << 20;

}  // namespace

TokenConstraint* FormatConstraints::find(const ResponseFormat& format, std::string_view question) {
  const bool has_options = format.kind == ResponseFormat::Kind::kOption;
  const std::string letters = has_options ? option_letters(question) : std::string();
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.format == format && entry.option_letters == letters;
  });
  if (known != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, known);
    return known->constraint.get();
  }
  auto grammar = format_grammar(format, question);
  if (!grammar) return nullptr;
  if (end_ids_.empty()) {
    throw Error(ErrorCode::kUnsupported,
                "the model has no end token, so answers of a given form cannot end; ask in free form");
  }
  if (!trie_) trie_ = std::make_unique<TokenTrie>(tokenizer_, id_limit_);
  make_room(grammar->size_bytes());
  entries_.push_front(
      {format, letters, std::make_unique<TokenConstraint>(std::move(*grammar), *trie_, end_ids_)});
  return entries_.front().constraint.get();
}

size_t FormatConstraints::size_bytes() const {
  size_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.constraint->size_bytes();
  return sum;
}

/// For one more of that size.
void FormatConstraints::make_room(size_t size_bytes) {
  for (auto at = entries_.end(); at != entries_.begin();) {
    if (entries_.size() < kMostEntries && this->size_bytes() + size_bytes <= kMostBytes) return;
    --at;
    if (at->constraint->num_texts() == 0) at = entries_.erase(at);
  }
}

}  // namespace lapilli
