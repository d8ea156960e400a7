// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/tags.h"

#include "app/captions/filter.h"
#include "app/captions/lower.h"
#include "engine/base/trimmed.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace lapilli::captions {
namespace {

constexpr std::string_view kDash = "- ";
constexpr std::string_view kBlanks = " \t\n\r\f\v";

/// A tag and what stands before it: comma, line end, blanks, dash.
struct Piece {
  std::string_view lead;
  std::string_view tag;
};
struct Pieces {
  std::vector<Piece> tags;
  std::string_view rest;  // behind the last one
  bool has_comma = false;
};

/// The bytes of a comma at the text's front; 0: there is none.
size_t comma_bytes(std::string_view text) {
  for (const std::string_view comma : {",", "，", "、"})
    if (text.starts_with(comma)) return comma.size();
  return 0;
}

/// Where the next separator begins, and its bytes; at the end: none.
std::pair<size_t, size_t> next_separator(std::string_view text, size_t at, bool by_lines) {
  for (; at < text.size(); ++at) {
    if (text[at] == '\n') return {at, 1};
    if (const size_t bytes = by_lines ? 0 : comma_bytes(text.substr(at)); bytes > 0) return {at, bytes};
  }
  return {at, 0};
}

Pieces split(std::string_view text, bool by_lines) {
  Pieces pieces;
  size_t lead = 0;
  for (size_t at = 0; at < text.size();) {
    const auto [end, bytes] = next_separator(text, at, by_lines);
    std::string_view tag = trimmed(text.substr(at, end - at));
    if (by_lines && tag.starts_with(kDash)) tag = trimmed(tag.substr(kDash.size()));
    if (!tag.empty()) {
      const auto begin = static_cast<size_t>(tag.data() - text.data());
      pieces.tags.push_back({text.substr(lead, begin - lead), tag});
      lead = begin + tag.size();
    }
    pieces.has_comma = pieces.has_comma || (bytes > 0 && text[end] != '\n');
    at = end + bytes;
  }
  pieces.rest = text.substr(lead);
  return pieces;
}

/// Whether each line that is not empty begins with a dash.
bool has_dashes(std::string_view text) {
  if (trimmed(text).empty()) return false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty() && !line.starts_with(kDash)) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

/// A sign that ends a sentence, or a part of one, or introduces something.
bool has_sentence_sign(std::string_view text) {
  for (const std::string_view sign : {"。", "！", "？", "；", "："})
    if (text.find(sign) != std::string_view::npos) return true;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool sign = std::string_view(".!?:;").find(text[at]) != std::string_view::npos;
    if (sign && (at + 1 == text.size() || kBlanks.find(text[at + 1]) != std::string_view::npos)) return true;
  }
  return false;
}

bool has_sentence_word(std::string_view text) {
  constexpr std::array<std::string_view, 16> kOfSentences = {"a",    "an",    "the",  "is",  "are", "was",
                                                             "were", "has",   "have", "had", "it",  "it's",
                                                             "its",  "there", "this", "that"};
  constexpr std::array<std::string_view, 3> kInFront = {"and", "or", "but"};
  bool first = true;
  while (!(text = trimmed(text)).empty()) {
    const size_t end = std::min(text.find_first_of(kBlanks), text.size());
    const std::string word = lower(text.substr(0, end));
    if (std::find(kOfSentences.begin(), kOfSentences.end(), word) != kOfSentences.end()) return true;
    const bool joins = std::find(kInFront.begin(), kInFront.end(), word) != kInFront.end();
    if (std::exchange(first, false) && joins && end < text.size()) return true;
    text.remove_prefix(end);
  }
  return false;
}

bool reads_like_tag(std::string_view piece) {
  constexpr size_t kMostBytes = 64, kMostWords = 4, kMostCharacters = 6;
  if (piece.empty() || piece.size() > kMostBytes || piece.front() == '[') return false;
  if (piece.find_first_of("\"{}") != std::string_view::npos) return false;
  const bool has_blank = piece.find_first_of(kBlanks) != std::string_view::npos;
  if (count_words(piece) > (has_blank ? kMostWords : kMostCharacters)) return false;
  return !has_sentence_sign(piece) && !has_sentence_word(piece);
}

/// Nothing where the text has no tags.
std::optional<Pieces> pieces_of(std::string_view text, TagForm form) {
  if (form == TagForm::kNone) return std::nullopt;
  if (form != TagForm::kMaybe) return split(text, form == TagForm::kLines);
  const bool dashes = has_dashes(text);
  Pieces pieces = split(text, dashes);
  if (!dashes && (!pieces.has_comma || pieces.tags.size() < 2)) return std::nullopt;
  const bool all = std::all_of(pieces.tags.begin(), pieces.tags.end(),
                               [](const Piece& piece) { return reads_like_tag(piece.tag); });
  if (!all) return std::nullopt;
  return pieces;
}

}  // namespace

TagForm tag_form(std::string_view format_kind) {
  if (format_kind == "tags") return TagForm::kCommas;
  if (format_kind == "list") return TagForm::kLines;
  // A grammar may be one of lists.
  return format_kind == "free" || format_kind == "gbnf" ? TagForm::kMaybe : TagForm::kNone;
}

std::vector<std::string> tags_of(std::string_view text, TagForm form) {
  std::vector<std::string> tags;
  const auto pieces = pieces_of(text, form);
  if (!pieces) return tags;
  for (const Piece& piece : pieces->tags)
    if (std::find(tags.begin(), tags.end(), piece.tag) == tags.end()) tags.emplace_back(piece.tag);
  return tags;
}

bool is_tag(std::string_view tag, TagForm form) {
  if (form == TagForm::kNone || trimmed(tag).empty() || trimmed(tag).size() != tag.size()) return false;
  const auto [end, bytes] = next_separator(tag, 0, form == TagForm::kLines);
  if (bytes > 0 || (form == TagForm::kLines && tag.starts_with(kDash))) return false;
  return form != TagForm::kMaybe || reads_like_tag(tag);
}

std::string with_other_tag(std::string_view text, TagForm form, std::string_view tag, std::string_view other,
                           const TagFold& fold) {
  const auto pieces = pieces_of(text, form);
  if (!pieces) return std::string(text);
  const std::string old = fold(tag), fresh = fold(other);
  std::string result;
  bool found = false, placed = false, any = false;
  for (const Piece& piece : pieces->tags) {
    const std::string folded = fold(piece.tag);
    found = found || folded == old;
    const bool merges = folded == old || (!other.empty() && folded == fresh);
    if (merges && (other.empty() || placed)) continue;
    placed = placed || merges;
    result += std::exchange(any, true) ? piece.lead : pieces->tags.front().lead;
    result += merges ? other : piece.tag;
  }
  if (!found) return std::string(text);
  return any ? result + std::string(pieces->rest) : std::string();
}

}  // namespace lapilli::captions
