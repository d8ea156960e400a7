// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace lapilli {

/// The form an answer shall have: a sentence that asks for it, and the texts that are possible at all.
///
/// | kind | answer |
/// |---|---|
/// | free, detail | any |
/// | short, sentence, region | one line |
/// | option | a letter: of the question's lines "A. …", else A to Z |
/// | box | `[0.12, 0.3, 0.87, 1.0]`: x1, y1, x2, y2 in the padded square |
/// | yes_no | `Yes` or `No` |
/// | words | `count` words with a blank between them |
/// | list | lines `- item`: `count` of them, or any number |
/// | tags | one or more of `items`, none twice, `, ` between them |
/// | json_fields | a JSON object of one line with these fields, in this order |
/// | json_schema | JSON of one line that the schema allows, properties in the schema's order |
/// | gbnf | what the grammar's rule `root` allows |
///
/// JSON is written as Python's json.dumps does: `{"a": 1, "b": [2, 3]}`.
struct ResponseFormat {
  enum class Kind {
    kFree,
    kShort,
    kOption,
    kSentence,
    kDetail,
    kRegion,
    kBox,
    kYesNo,
    kWords,
    kList,
    kTags,
    kJsonFields,
    kJsonSchema,
    kGbnf,
  };
  struct Field {
    enum class Type { kText, kInteger, kNumber, kBoolean, kChoice, kList };
    std::string name;
    Type type = Type::kText;
    std::vector<std::string> values = {};  ///< of a choice; of a list's items, none twice (empty: any text)

    bool operator==(const Field&) const = default;
  };

  Kind kind = Kind::kFree;
  uint32_t count = 0;                   ///< words: 1 to 100; list: 0 (any number) to 100
  std::vector<std::string> items = {};  ///< tags
  std::vector<Field> fields = {};       ///< json_fields
  std::string schema = {};              ///< json_schema: JSON text
  std::string grammar = {};             ///< gbnf
  bool unanswerable = false;            ///< `Unanswerable` is an answer too, and the question says when

  bool operator==(const ResponseFormat&) const = default;
};

/// "free", "short", …: the names in JSON and on the command line, in the enumerations' order.
[[nodiscard]] std::span<const std::string_view> response_format_kinds();
[[nodiscard]] std::string_view to_string(ResponseFormat::Kind kind);
[[nodiscard]] std::string_view to_string(ResponseFormat::Field::Type type);

/// From its JSON form: `{"kind": "words", "count": 3}`; `items`, `fields` (`name`, `type`, `values`),
/// `schema` (a JSON value), `grammar`, `unanswerable` likewise, each only where its kind has a use for it.
/// Fails with kInvalidArgument, place = JSON pointer. Says nothing of what a schema or grammar holds:
/// check_format does.
[[nodiscard]] Result<ResponseFormat> response_format_from_json(const nlohmann::ordered_json& form);
/// The same from text, which keeps a schema's properties in their order; fails as parse_json does, too.
[[nodiscard]] Result<ResponseFormat> parse_response_format(std::string_view source);
[[nodiscard]] nlohmann::ordered_json to_json(const ResponseFormat& format);

/// Whether answers of this form can be written at all. Fails with kInvalidArgument, place = where in the
/// form, then where in the schema or grammar: "/schema: /properties/age", "/grammar: line 2, column 7".
[[nodiscard]] Result<void> check_format(const ResponseFormat& format);

/// The question with what asks for the form: the sentences LLaVA-1.5 was trained with, in a line of their
/// own, where there is one. Source: tables 7 and 8 of the paper, and its training data for `region` and
/// `box`, whose sentence comes first and ends with a colon.
[[nodiscard]] std::string question_with_format(const ResponseFormat& format, std::string_view question);

}  // namespace lapilli
