// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/format_constraints.h"

#include "engine/runtime/format_grammar.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr size_t kMostEntries = 16;

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
  make_room();
  entries_.push_front(
      {format, letters, std::make_unique<TokenConstraint>(std::move(*grammar), *trie_, end_ids_)});
  return entries_.front().constraint.get();
}

void FormatConstraints::make_room() {
  if (entries_.size() < kMostEntries) return;
  const auto unused = std::find_if(entries_.rbegin(), entries_.rend(),
                                   [](const Entry& entry) { return entry.constraint->num_texts() == 0; });
  if (unused != entries_.rend()) entries_.erase(std::next(unused).base());
}

}  // namespace lapilli
