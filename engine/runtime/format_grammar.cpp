// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/format_grammar.h"

#include "engine/runtime/grammar/gbnf.h"
#include "engine/runtime/grammar/json_schema.h"
#include "engine/runtime/grammar/positions.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Kind = ResponseFormat::Kind;
using Field = ResponseFormat::Field;
using Json = nlohmann::ordered_json;

/// No control characters, and none of Unicode's blanks.
Expression word() {
  return repeat(characters(complement({{0, ' '},
                                       {0x7F, 0xA0},
                                       {0x1680, 0x1680},
                                       {0x2000, 0x200F},
                                       {0x2028, 0x202F},
                                       {0x205F, 0x205F},
                                       {0x3000, 0x3000},
                                       {0xFEFF, 0xFEFF}})),
                1);
}

/// Words with a blank between them.
Expression words(uint32_t least, uint32_t most) {
  const uint32_t more = most == Expression::kUnlimited ? most : most - 1;
  return sequence(parts(word(), repeat(sequence(parts(literal(" "), word())), least - 1, more)));
}

Expression line() {
  return words(1, Expression::kUnlimited);
}

/// As the training data round: two decimals, no zero at the end but after the point.
Expression coordinate() {
  const Expression digit = characters({{'0', '9'}});
  return choice(
      parts(literal("1.0"), sequence(parts(literal("0."), digit, repeat(characters({{'1', '9'}}), 0, 1)))));
}

Expression box() {
  std::vector<Expression> all = parts(literal("["), coordinate());
  for (int i = 0; i < 3; ++i) {
    all.push_back(literal(", "));
    all.push_back(coordinate());
  }
  all.push_back(literal("]"));
  return sequence(std::move(all));
}

Expression option(std::string_view question) {
  std::vector<CodePoints> letters;
  for (const char letter : option_letters(question))
    letters.push_back({static_cast<uint32_t>(letter), static_cast<uint32_t>(letter)});
  if (letters.empty()) letters.push_back({'A', 'Z'});
  return characters(std::move(letters));
}

Expression list(uint32_t count) {
  const Expression item = sequence(parts(literal("- "), line()));
  const uint32_t least = count == 0 ? 0 : count - 1;
  const uint32_t most = count == 0 ? Expression::kUnlimited : count - 1;
  return sequence(parts(item, repeat(sequence(parts(literal("\n"), item)), least, most)));
}

/// The flag comes before the comma, so that behind a comma there is always a tag left.
Expression tags(const std::vector<std::string>& items) {
  std::vector<Expression> first, more;
  for (uint32_t index = 0; index < items.size(); ++index) {
    first.push_back(sequence(parts(once(index), literal(items[index]))));
    more.push_back(sequence(parts(once(index), literal(", " + items[index]))));
  }
  return sequence(parts(choice(std::move(first)), repeat(choice(std::move(more)), 0)));
}

Json schema_of(const Field& field) {
  switch (field.type) {
    case Field::Type::kText:
      return {{"type", "string"}};
    case Field::Type::kInteger:
      return {{"type", "integer"}};
    case Field::Type::kNumber:
      return {{"type", "number"}};
    case Field::Type::kBoolean:
      return {{"type", "boolean"}};
    case Field::Type::kChoice:
      return {{"enum", field.values}};
    case Field::Type::kList:
      break;
  }
  if (field.values.empty()) return {{"type", "array"}, {"items", {{"type", "string"}}}};
  return {{"type", "array"}, {"items", {{"enum", field.values}}}, {"uniqueItems", true}};
}

Json schema_of(const std::vector<Field>& fields) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
  for (const Field& field : fields) {
    schema["properties"][field.name] = schema_of(field);
    schema["required"].push_back(field.name);
  }
  return schema;
}

GrammarRules single_rule(Expression body, size_t num_flags = 0) {
  GrammarRules rules;
  rules.rules.push_back({"the format", "", std::move(body)});
  rules.num_flags = static_cast<uint32_t>(num_flags);
  return rules;
}

std::optional<GrammarRules> answers(const ResponseFormat& format, std::string_view question) {
  switch (format.kind) {
    case Kind::kFree:
    case Kind::kDetail:
      return std::nullopt;
    case Kind::kShort:
    case Kind::kSentence:
    case Kind::kRegion:
      return single_rule(line());
    case Kind::kOption:
      return single_rule(option(question));
    case Kind::kBox:
      return single_rule(box());
    case Kind::kYesNo:
      return single_rule(choice(parts(literal("Yes"), literal("No"))));
    case Kind::kWords:
      return single_rule(words(format.count, format.count));
    case Kind::kList:
      return single_rule(list(format.count));
    case Kind::kTags:
      return single_rule(tags(format.items), format.items.size());
    case Kind::kJsonFields:
      return json_schema_rules(schema_of(format.fields));
    case Kind::kJsonSchema:
      return parse_json_schema(format.schema);
    case Kind::kGbnf:
      return parse_gbnf(format.grammar);
  }
  return std::nullopt;
}

/// Where in the format's JSON form a kind's own text stands.
std::string_view place_in_form(Kind kind) {
  if (kind == Kind::kJsonSchema) return "/schema";
  if (kind == Kind::kGbnf) return "/grammar";
  return {};
}

}  // namespace

std::optional<Grammar> format_grammar(const ResponseFormat& format, std::string_view question) {
  try {
    std::optional<GrammarRules> rules = answers(format, question);
    if (!rules) return std::nullopt;
    if (format.unanswerable) {
      const size_t root = rules->add("the format");
      rules->rules[root].body = choice(parts(rule(rules->root), literal("Unanswerable")));
      rules->root = root;
    }
    Grammar grammar = Grammar::compile(*rules).value();
    (void)Positions(grammar).start();  // refuses what begins in too many ways
    return grammar;
  } catch (const Error& error) {
    const std::string_view place = place_in_form(format.kind);
    throw place.empty() ? error : error.within(place);
  }
}

Result<void> check_format(const ResponseFormat& format) {
  return try_result([&] { (void)format_grammar(format, {}); });
}

std::string option_letters(std::string_view question) {
  std::string letters;
  for (size_t at = 0; at < question.size();) {
    const size_t end = std::min(question.find('\n', at), question.size());
    std::string_view line = question.substr(at, end - at);
    at = end + 1;
    const bool bracket = line.starts_with('(');
    if (bracket) line.remove_prefix(1);
    if (line.size() < 2 || line[0] < 'A' || line[0] > 'Z') continue;
    const bool marked = bracket ? line[1] == ')' : line[1] == '.' || line[1] == ')' || line[1] == ':';
    if (marked && letters.find(line[0]) == std::string::npos) letters += line[0];
  }
  return letters;
}

}  // namespace lapilli
