// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/json_schema.h"

#include "tests/support/bound_text.h"
#include "tests/support/expect_error.h"
#include "tests/support/mutations.h"
#include "tests/support/schema_validator.h"

namespace lapilli {
namespace {

using nlohmann::json;

Result<Grammar> compiled(std::string_view schema) {
  return try_result([&] { return Grammar::compile(parse_json_schema(schema)).value(); });
}

TEST(JsonSchema, AllowsWhatItSays) {
  const auto check = [](const char* schema, const std::vector<const char*>& good,
                        const std::vector<const char*>& bad) {
    const auto grammar = compiled(schema);
    ASSERT_TRUE(grammar) << schema << ": " << grammar.error().what();
    for (const char* text : good) {
      EXPECT_TRUE(test::allows(*grammar, text)) << schema << ": " << text;
      EXPECT_EQ(test::schema_violation(json::parse(schema), json::parse(text)), "") << text;
    }
    for (const char* text : bad) EXPECT_FALSE(test::allows(*grammar, text)) << schema << ": " << text;
  };
  check(R"({"properties":{"b":{"type":"integer"},"a":{"type":"boolean"}},"required":["a"]})",
        {R"({"b": 1, "a": true})", R"({"a": false})"},
        {R"({"a": true, "b": 1})", R"({"b": 1})", R"({"a":true})", "{}"});
  check(R"({"properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}}})",
        {"{}", R"({"a": 1})", R"({"b": 2})", R"({"a": 1, "c": 3})", R"({"a": 1, "b": 2, "c": 3})"},
        {R"({, "b": 2})", R"({"c": 3, "a": 1})"});
  check(R"({"type":"string","minLength":2,"maxLength":3})", {R"("ab")", R"("é😀\n")"},
        {R"("a")", R"("abcd")", "\"a\nb\"", R"("a\u0041b")"});
  check(R"({"type":"integer","minimum":-12,"maximum":105})", {"-12", "-9", "0", "99", "100", "105"},
        {"-13", "-0", "106", "01", "110", "1000"});
  check(R"({"type":"number","minimum":-0.5,"maximum":1.25})",
        {"-0.5", "-0.50", "-0.499999", "0.0", "0.00", "1.2499", "1.25"},
        {"-0.51", "1.26", "1.251", "2", "1.3"});
  check(R"({"type":"number"})", {"0", "-12.5", "999999999999999.123456"}, {"01", "1.", ".5", "1e5", "--1"});
  check(R"({"items":{"type":"null"},"minItems":1,"maxItems":2})", {"[null]", "[null, null]"},
        {"[]", "[null,null]", "[null, null, null]"});
  check(R"({"prefixItems":[{"const":1},{"const":2}],"items":{"const":3},"minItems":1})",
        {"[1]", "[1, 2]", "[1, 2, 3, 3]"}, {"[]", "[1, 3]", "[2]"});
  check(R"({"items":{"enum":["x","y"]},"uniqueItems":true,"type":"array"})", {"[]", R"(["y", "x"])"},
        {R"(["x", "x"])", R"(["x", ])"});
  check(R"({"type":"string","pattern":"^a|b$"})", {R"("a")", R"("azz")", R"("zzb")"}, {R"("zaz")"});
  check(R"({"type":"string","pattern":"^[\"\\\\]$"})", {R"("\"")", R"("\\")"}, {R"(""")", R"("\")"});
  check(R"({"type":"string","format":"date"})", {R"("2024-02-28")", R"("1999-12-31")"},
        {R"("2023-02-29")", R"("2024-04-31")", R"("2024-13-01")"});
}

TEST(JsonSchema, RefusesWithAPointer) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"{", "too early"},
      {"{}", "nothing tells the value's type"},
      {"true", "any value is allowed"},
      {"false", "no value is allowed here"},
      {"[]", "a schema is an object"},
      {R"({"type":"text"})", "/type: there is no type \"text\""},
      {R"({"type":[]})", "/type: no type is allowed"},
      {R"({"type":"string","if":{}})", "/if: the keyword if is not supported"},
      {R"({"type":"object"})", "no properties are named"},
      {R"({"properties":{"a":{"properties":{"b":false},"required":["b"]}}})",
       "/properties/a/properties/b: no value"},
      {R"({"properties":{"a/b":{"type":"x"}}})", "/properties/a~1b/type"},
      {R"({"properties":{"a":{"type":"null"}},"required":["b"]})", "/required/0: \"b\" is not among"},
      {R"({"properties":{"a":{"type":"null"}},"minProperties":2})", "/minProperties: is 2"},
      {R"({"type":"array"})", "nothing tells what the list holds"},
      {R"({"items":{"type":"null"},"minItems":3,"maxItems":2})", "at least 3 and at most 2"},
      {R"({"items":{"type":"null"},"minItems":-1})", "/minItems: is -1"},
      {R"({"items":{"type":"null"},"maxItems":1e9})", "/maxItems"},
      {R"({"items":{"type":"string"},"uniqueItems":true})", "/uniqueItems: is supported where"},
      {R"({"type":"string","minLength":3,"maxLength":2})", "maxLength 2 is below minLength 3"},
      {R"x({"type":"string","pattern":"a(?=b)"})x", "/pattern: line 1, column 3"},
      {R"({"type":"string","pattern":"[b-a]"})", "/pattern: line 1, column 2: this range"},
      {R"({"type":"string","pattern":"a","maxLength":2})", "only one of pattern"},
      {R"({"type":"string","format":"email"})", "/format: is \"email\""},
      {R"({"type":"integer","minimum":5,"maximum":4})", "no integer"},
      {R"({"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":5})", "no integer"},
      {R"({"type":"number","minimum":0.5,"exclusiveMaximum":0.5})", "no number"},
      {R"({"type":"number","minimum":1e-9})", "/minimum: is 1e-09"},
      {R"({"enum":[]})", "/enum: none of the values"},
      {R"({"enum":[1,2],"type":"string"})", "/enum: none of the values"},
      {R"({"enum":[1],"minimum":2})", "/minimum: minimum beside enum"},
      {R"({"anyOf":[]})", "/anyOf: is no list of schemas"},
      {R"({"anyOf":[{"type":"null"},{"type":"x"}]})", "/anyOf/1/type"},
      {R"({"oneOf":[{"type":"integer"},{"type":"number"}]})", "/oneOf/1: a value may fit alternative 0"},
      {R"({"allOf":[{"type":"null"},{"type":"null"}]})", "/allOf: several schemas at once"},
      {R"({"$ref":"#/$defs/x"})", "/$ref: there is nothing at #/$defs/x"},
      {R"({"$ref":"other.json"})", "/$ref: other.json is outside"},
      {R"({"$ref":"#"})", "the schema # can never end"},
      {R"({"properties":{"a":{"$ref":"#"}},"required":["a"]})", "can never end"},
      {R"({"anyOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}}})",
       "/$defs/a: the schema #/$defs/a leads to itself"},
      {R"({"type":"string","maxLength":90000})", "more than 500000 states"}};
  for (const auto& [schema, words] : cases)
    EXPECT_REFUSED(compiled(schema), ErrorCode::kInvalidArgument, words);
  std::string many = "{\"const\":0}";
  for (int index = 1; index <= 200; ++index) many += ",{\"const\":" + std::to_string(index) + "}";
  EXPECT_REFUSED(compiled("{\"oneOf\":[" + many + "]}"), ErrorCode::kInvalidArgument, "/oneOf: has 201");
}

TEST(JsonSchema, DamagedSchemasAreRefusedOrRead) {
  const std::vector<std::string> all = test::all_schemas();
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    const auto grammar = compiled(test::Mutator(seed)(all[seed % all.size()]));
    if (!grammar) {
      EXPECT_EQ(grammar.error().code(), ErrorCode::kInvalidArgument) << grammar.error().what();
    }
  }
}

// The validator that the tests rely on sees faults.
TEST(JsonSchema, TheTestsValidatorFindsFaults) {
  const auto violation = [](const char* schema, const char* value) {
    return test::schema_violation(json::parse(schema), json::parse(value));
  };
  EXPECT_NE(violation(R"({"type":"integer"})", "1.5"), "");
  EXPECT_EQ(violation(R"({"type":"integer"})", "2.0"), "");
  EXPECT_NE(violation(R"({"properties":{"a":{"type":"null"}}})", R"({"a":1})"), "");
  EXPECT_NE(violation(R"({"additionalProperties":false})", R"({"a":1})"), "");
  EXPECT_NE(violation(R"({"required":["b"]})", R"({"a":1})"), "");
  EXPECT_NE(violation(R"({"items":{"enum":[1]}})", "[1, 2]"), "");
  EXPECT_NE(violation(R"({"uniqueItems":true})", "[1, 2, 1]"), "");
  EXPECT_NE(violation(R"({"oneOf":[{"type":"number"},{"type":"integer"}]})", "1"), "");
  EXPECT_NE(violation(R"({"maxLength":2})", "\"äöü\""), "");
  EXPECT_NE(violation(R"({"pattern":"^[\u4e00-\u9fff]$"})", "\"a\""), "");
  EXPECT_NE(violation(R"({"exclusiveMaximum":1})", "1"), "");
  EXPECT_NE(violation(R"({"format":"date"})", "\"2023-02-29\""), "");
  EXPECT_NE(violation(R"({"prefixItems":[{"const":1}],"items":false})", "[1, 2]"), "");
}

}  // namespace
}  // namespace lapilli
