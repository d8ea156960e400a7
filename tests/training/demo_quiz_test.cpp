// SPDX-License-Identifier: Apache-2.0
#include "training/demo/dialog.h"
#include "training/demo/readings.h"
#include "training/demo/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace lapilli::demo {
namespace {

using Objects = std::vector<const SceneObject*>;
using Words = std::vector<std::string>;

Words split(const std::string& text, const std::string& separator) {
  Words parts;
  size_t begin = 0;
  for (size_t end; (end = text.find(separator, begin)) != std::string::npos; begin = end + separator.size())
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

Words words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

bool is_place(const std::string& words) {
  return std::find(kPlaceNames.begin(), kPlaceNames.end(), words) != kPlaceNames.end();
}

/// What words such as "red star", "digits" or "objects" may mean.
Objects meant(const Scene& scene, const Words& key) {
  Objects found;
  for (const SceneObject& object : scene.objects) {
    bool fits = true;
    for (const std::string& word : key)
      fits = fits && (word == "objects" || word == name(object.color) || word == category(object) ||
                      word == category(object) + (category(object) == "cross" ? "es" : "s"));
    if (fits) found.push_back(&object);
  }
  return found;
}

std::string expected_whereabouts(const Scene& scene, const Words& key) {
  std::string places;
  const Objects found = meant(scene, key);
  for (const SceneObject* object : found)
    places += (places.empty() ? " " : ", ") + std::string(kPlaceNames[object->cell]);
  return std::to_string(found.size()) + places;
}

std::string expected_property(const Scene& scene, const std::string& property, const Words& key) {
  const Objects found = meant(scene, key);
  if (found.size() != 1) return "(not one)";
  if (property == "color") return std::string(name(found[0]->color));
  if (property == "size") return std::string(name(found[0]->size));
  return property == "text" ? found[0]->text : noun(*found[0]);
}

std::string expected_relation(const Scene& scene, const Words& first, const std::string& relation,
                              const Words& second) {
  const Objects a = meant(scene, first), b = meant(scene, second);
  if (a.size() != 1 || b.size() != 1) return "(not one)";
  const uint32_t across[] = {a[0]->cell % 3, b[0]->cell % 3}, down[] = {a[0]->cell / 3, b[0]->cell / 3};
  const bool yes = relation == "left"    ? across[0] < across[1]
                   : relation == "right" ? across[0] > across[1]
                   : relation == "above" ? down[0] < down[1]
                                         : down[0] > down[1];
  return yes ? "Yes" : "No";
}

/// "larger star or red circle" → "star" or "red circle".
std::string expected_size(const Scene& scene, const std::string& comparison, const std::string& pair) {
  const Words keys = split(pair, " or ");
  const Objects a = meant(scene, words_of(keys[0])), b = meant(scene, words_of(keys[1]));
  if (a.size() != 1 || b.size() != 1 || a[0]->size == b[0]->size) return "(not two sizes)";
  return (a[0]->size > b[0]->size) == (comparison == "larger") ? keys[0] : keys[1];
}

/// The kind of an item and what it should answer.
std::pair<std::string, std::string> expected(const Scene& scene, const std::string& asked) {
  if (is_place(asked)) {
    for (const SceneObject& object : scene.objects)
      if (kPlaceNames[object.cell] == asked) return {"place", full_phrase(object)};
    return {"nothing", std::string(name(scene.pattern))};
  }
  Words words = words_of(asked);
  const std::string head = words[0];
  if (head == "background")
    return {head, std::string(name(scene.pattern)) + ' ' + std::string(name(scene.tone))};
  if (head == "larger" || head == "smaller")
    return {head, expected_size(scene, head, asked.substr(head.size() + 1))};
  if (std::set<std::string>{"color", "shape", "size", "text"}.contains(head))
    return {head, expected_property(scene, head, {words.begin() + 1, words.end()})};
  for (const char* relation : {"left", "right", "above", "below"})
    if (const auto at = std::find(words.begin(), words.end(), relation); at != words.end())
      return {relation, expected_relation(scene, {words.begin(), at}, relation, {at + 1, words.end()})};
  const std::string answer = expected_whereabouts(scene, words);
  return {answer == "0" ? "absent" : "present", answer};
}

TEST(DemoQuiz, EveryAnswerIsTrueOfItsScene) {
  std::map<std::string, size_t> kinds;
  size_t yes = 0, relations = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Scene scene = make_scene(seed, {.min_objects = 1, .max_objects = 7});
    Draws draws(seed);
    const Dialog dialog = quiz_dialog(scene, draws);
    EXPECT_THAT(dialog.rounds.size(), testing::AllOf(testing::Ge(6u), testing::Le(21u)));
    EXPECT_EQ(dialog.rounds[0].question, "background");
    std::set<std::string> asked;
    for (const Dialog::Round& round : dialog.rounds) {
      const auto [kind, answer] = expected(scene, round.question);
      EXPECT_EQ(round.answer, answer) << round.question << " of " << caption(scene);
      EXPECT_TRUE(asked.insert(round.question).second) << round.question;
      ++kinds[kind];
      yes += answer == "Yes";
      relations += answer == "Yes" || answer == "No";
    }
  }
  for (const char* kind : {"background", "place", "nothing", "color", "shape", "size", "text", "larger",
                           "smaller", "left", "right", "above", "below"})
    EXPECT_GT(kinds[kind], 20u) << kind;
  EXPECT_GT(kinds["absent"] * 5, kinds["present"])
      << "a model that never hears of nothing says that all is there";
  EXPECT_GT(kinds["present"] * 2, kinds["absent"]);
  EXPECT_NEAR(static_cast<double>(yes) / static_cast<double>(relations), 0.5, 0.08);
}

TEST(DemoFindings, EachIsTrueOfItsScene) {
  std::map<std::string, size_t> kinds;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Scene scene = make_scene(seed, {.min_objects = 1, .max_objects = 7});
    Draws draws(seed);
    const std::string reading = find_reading(scene, draws);
    ASSERT_TRUE(reading.starts_with("find: ") && reading.ends_with(".")) << reading;
    const Words findings = split(reading.substr(6, reading.size() - 7), ". ");
    EXPECT_EQ(std::set<std::string>(findings.begin(), findings.end()).size(), findings.size()) << reading;
    for (const std::string& finding : findings) {
      const Words words = words_of(finding);
      const auto number = std::find_if(words.begin(), words.end(),
                                       [](const std::string& word) { return std::isdigit(word[0]) != 0; });
      const Words key(words.begin(), number);
      if (number == words.end()) {
        const auto [relation, answer] = expected(scene, finding.substr(0, finding.rfind(' ')));
        EXPECT_EQ(capitalized(words.back()), answer) << finding << " of " << caption(scene);
        ++kinds[words.back()];
        continue;
      }
      const std::string found = expected_whereabouts(scene, key);
      EXPECT_TRUE(finding.ends_with(' ' + found)) << finding << " of " << caption(scene);
      ++kinds[found == "0" ? "absent" : key.size() > 1 && key[1] != "objects" ? "pair" : "one word"];
    }
  }
  for (const auto& [kind, least] : {std::pair{"yes", 150u}, {"no", 150u}, {"pair", 600u}, {"one word", 600u}})
    EXPECT_GT(kinds[kind], least) << kind;
  EXPECT_GT(kinds["absent"] * 5, kinds["pair"] + kinds["one word"])
      << "a model that never hears of nothing says that all is there";
}

}  // namespace
}  // namespace lapilli::demo
