// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::captions {

/// What a filter can look for words in; kAny: all else that belongs to a picture, e.g. other answers.
enum class FilterText { kAny, kCaption, kBefore, kName, kPath, kFolder, kTag, kModel };
/// What it can compare with a number.
enum class FilterNumber { kWords, kCharacters, kTags, kSizeBytes, kRating };
/// What can have become of a picture.
enum class FilterState {
  kWaiting,
  kSkipped,
  kFailed,
  kDone,  ///< captioned, whether accepted or not
  kAccepted,
  kRejected,
  kChanged,  ///< the new text is another one than was there
  kEdited,   ///< by hand, and so left out
  kEmpty,    ///< neither an old nor a new text
};

/// A picture that is asked about. Texts are UTF-8, as the filter's Fold makes them.
class FilterSubject {
 public:
  virtual ~FilterSubject() = default;
  /// Not of kTag.
  [[nodiscard]] virtual std::string text(FilterText what) const = 0;
  [[nodiscard]] virtual std::vector<std::string> tags() const = 0;
  [[nodiscard]] virtual bool is(FilterState state) const = 0;
  /// kSizeBytes and kRating alone; absent while that is not known.
  [[nodiscard]] virtual std::optional<double> number(FilterNumber what) const = 0;
  /// "2024-05-17"; empty while that is not known.
  [[nodiscard]] virtual std::string date() const = 0;
};

/// Why a text is no filter, and where.
struct FilterProblem {
  enum class Kind {
    kUnknownKey,     ///< `foo:`
    kUnknownState,   ///< `state:foo`
    kNoValue,        ///< `caption:`
    kNoNumber,       ///< `words:many`
    kNoDate,         ///< `date:soon`
    kNoSize,         ///< `size:large`
    kOpenQuote,      ///< that nothing closes
    kOpenBracket,    ///< that nothing closes
    kClosedBracket,  ///< that nothing opened
    kNothingBeside,  ///< of AND, OR, NOT and a pair of brackets
    kTooDeep,        ///< brackets in brackets in …
  };
  Kind kind = Kind::kUnknownKey;
  size_t at = 0;          ///< in bytes
  std::string word = {};  ///< what stands there
};

/// Makes texts comparable, whatever their case; keeps `*`, `?` and commas.
using FilterFold = std::function<std::string(std::string_view text)>;

struct ParsedFilter;

/// Which pictures are meant, written as
///   cat                        in a text or the path
///   "orange cat" 'it is'       with spaces; \" is a quote, \\ a backslash
///   caption:cat before:dog name:img_*.jpg path:trip folder:2024 model:llava
///   tag:cat tag:*cat           a whole tag of a text that is a list of them, see tags_of()
///   words:>5 chars:<=100 tags:3        = == != < > <= >=
///   size:>2MB date:>=2024-05 date:2023 rating:>=3
///   state:failed
///   a b   a AND b   a OR b   NOT a   (a OR b) c        NOT binds closest, then AND
/// `*` is any text, `?` any one character; a tag, a folder and a model are whole, all else is looked for
/// anywhere. Source: TagGUI's grammar, with states, dates, sizes and ratings.
class Filter {
 public:
  Filter() = default;  ///< lets everything through
  [[nodiscard]] static ParsedFilter parse(std::string_view text, const FilterFold& fold);

  [[nodiscard]] bool matches(const FilterSubject& subject) const;
  /// Whether it asks for size, date or rating.
  [[nodiscard]] bool needs_facts() const { return needs_facts_; }

  class Node;

 private:
  std::shared_ptr<const Node> root_;
  bool needs_facts_ = false;
};

struct ParsedFilter {
  Filter filter = {};
  std::optional<FilterProblem> problem = {};
};

/// How `words:` counts: what spaces part; of scripts without spaces, each character.
[[nodiscard]] size_t count_words(std::string_view text);

/// All keys and the states that can be written, as they are written.
[[nodiscard]] std::string_view filter_keys();
[[nodiscard]] std::string_view filter_states();

}  // namespace lapilli::captions
