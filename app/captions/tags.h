// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::captions {

/// How a text holds tags. Captions are texts; their tags are a way to look at them, and are kept nowhere
/// else.
enum class TagForm {
  kNone,    ///< not at all: a sentence, a number, JSON
  kCommas,  ///< as answers of the format "tags": what stands between commas and line ends
  kLines,   ///< as answers of the format "list": a line each, with or without "- " in front
  kMaybe,   ///< nothing says what it is, e.g. a text that was there, or the format "free"
};

/// The form of answers of a format, by its kind ("tags", "list", "free", …).
[[nodiscard]] TagForm tag_form(std::string_view format_kind);

/// A text's tags in their order, without the blanks around them, none twice. Commas are `,` `，` `、`.
///
/// What may be tags is a list of them where each line begins with "- ", or where commas part at least two
/// pieces, and each piece (line ends part, too) reads like a tag:
/// at most four words, or six characters of a script without spaces, and 64 bytes; no `.` `!` `?` `:` `;`
/// before a blank or its end, nor one of Chinese; no quote or curly bracket, no square one in front; no
/// English word that sentences have and tags have not ("a", "the", "is", …), and none of "and", "or", "but"
/// in front. Else there are no tags: a sentence is never split. One tag alone is none, since nothing tells it
/// from a text.
[[nodiscard]] std::vector<std::string> tags_of(std::string_view text, TagForm form);

/// Whether a text of this form can hold `tag` as one.
[[nodiscard]] bool is_tag(std::string_view tag, TagForm form);

/// Makes texts comparable, whatever their case.
using TagFold = std::function<std::string(std::string_view text)>;

/// The text with another tag in the place of `tag` (whole tags, compared as `fold` makes them), or with none
/// where `other` is empty. What has `other` already has it once then, at the first of both places; order,
/// commas and line ends stay. A text without `tag` stays as it is.
[[nodiscard]] std::string with_other_tag(std::string_view text, TagForm form, std::string_view tag,
                                         std::string_view other, const TagFold& fold);

}  // namespace lapilli::captions
