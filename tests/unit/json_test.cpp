// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "engine/io/ordered_json.h"

#include <ctime>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

TEST(ParseJson, ReadsADocument) {
  const auto document = parse_json(R"({"a":[1,2.5,"x"],"b":{"a":null}})");
  ASSERT_TRUE(document) << document.error().what();
  EXPECT_EQ((*document)["a"][2], "x");
}

TEST(ParseJson, RefusesDuplicateKeysInOneObjectOnly) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":1}})"));
  const auto twice = parse_json(R"({"b":{"a":1,"a":2}})");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message(), "key \"a\" appears twice in one object");
}

TEST(ParseJson, RefusesWhatIsTooDeepTooLongOrBroken) {
  EXPECT_FALSE(parse_json(std::string(100000, '[')));
  EXPECT_FALSE(parse_json("[[[1]]]", {.max_depth = 2}));
  EXPECT_TRUE(parse_json("[[1]]", {.max_depth = 2}));
  EXPECT_FALSE(parse_json("[1,2,3]", {.max_size_bytes = 3}));
  EXPECT_FALSE(parse_json("{} x"));
  EXPECT_FALSE(parse_json("\"\xff\""));
  EXPECT_FALSE(parse_json(""));
}

TEST(ParseJson, SaysInItsOwnWordsWhatIsWrongAndWhere) {
  const auto said = [](std::string_view source) { return std::string(parse_json(source).error().what()); };
  EXPECT_EQ(said("{\n  \"a\": }\n"), "line 2, column 8: not valid JSON: found '}' where it does not belong");
  EXPECT_EQ(said("{} x"), "column 4: not valid JSON: found 'x' where it does not belong");
  EXPECT_EQ(said("[1, 2"), "column 6: not valid JSON: it ends too early");
  EXPECT_EQ(said(""), "column 1: not valid JSON: it ends too early");
  EXPECT_EQ(said("\"a\xff\""), "column 3: not valid JSON: found the byte 0xff where it does not belong");
  EXPECT_EQ(said("[1e999]"), "column 6: not valid JSON: a number is too large");
}

TEST(ParseJson, TakesLinearTimeInSiblingObjects) {
  std::string list = "[{}";
  for (int i = 0; i < 100000; ++i) list += ",{}";
  EXPECT_TRUE(parse_json(list + "]"));  // half a minute where each object looks at all others
}

TEST(ParseOrderedJson, KeepsTheOrderOfKeys) {
  const std::string source = R"({"b":[1,{"z":-2,"a":1.5}],"a":{"y":null,"x":true},"":"\u00e9"})";
  EXPECT_EQ(parse_ordered_json(source).value().dump(),
            R"({"b":[1,{"z":-2,"a":1.5}],"a":{"y":null,"x":true},"":"é"})");
  EXPECT_EQ(parse_ordered_json("[]").value(), nlohmann::ordered_json::array());
  EXPECT_EQ(parse_ordered_json("7").value(), 7);
  EXPECT_FALSE(parse_ordered_json(R"({"a":1,"a":2})"));
  EXPECT_FALSE(parse_ordered_json(R"({"a":)"));
}

TEST(ParseOrderedJson, TakesLinearTimeInKeys) {
  std::string source = "{\"k\":0";
  for (int key = 0; key < 200'000; ++key) source += ",\"k" + std::to_string(key) + "\":0";
  const std::clock_t start = std::clock();
  EXPECT_EQ(parse_ordered_json(source + "}").value().size(), 200'001u);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 10)
      << "looking for each key among those before it takes minutes";
}

}  // namespace
}  // namespace lapilli
