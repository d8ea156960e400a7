// SPDX-License-Identifier: Apache-2.0
#include "training/demo/readings.h"

#include "engine/base/error.h"
#include "training/demo/wording.h"

#include <algorithm>
#include <vector>

namespace lapilli::demo {
namespace {

constexpr int kEmptyPlaces = 2;
constexpr size_t kMostFacts = 9;

const SceneObject* object_at(const Scene& scene, uint32_t cell) {
  const auto found = std::find_if(scene.objects.begin(), scene.objects.end(),
                                  [&](const SceneObject& object) { return object.cell == cell; });
  return found == scene.objects.end() ? nullptr : &*found;
}

/// "large red circle", "large red7", "word red CAT".
std::string three_pieces(const SceneObject& object) {
  const std::string_view first = object.content == Content::kWord ? "word" : name(object.size);
  const std::string_view between = object.content == Content::kDigit ? "" : " ";
  return text(first, ' ', name(object.color), between,
              object.content == Content::kShape ? name(object.shape) : object.text);
}

std::string plural(const std::string& category) {
  return category + (category == "cross" ? "es" : "s");
}

void add_places(const Scene& scene, Draws& draws, std::vector<std::string>& facts) {
  for (const SceneObject& object : scene.objects)
    facts.push_back(text(place(object), ": ", full_phrase(object)));
  std::array<uint32_t, kPlaceNames.size()> cells = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  draws.shuffle(cells);
  int empty = 0;
  for (const uint32_t cell : cells)
    if (!object_at(scene, cell) && ++empty <= kEmptyPlaces)
      facts.push_back(text(kPlaceNames[cell], ": nothing"));
}

void add_looks(const Scene& scene, std::vector<std::string>& facts) {
  for (const SceneObject& object : scene.objects)
    if (const auto looks = reference_by_looks(scene, object))
      facts.push_back(text(*looks, ": ", place(object)));
}

void add_counts(const Scene& scene, Draws& draws, std::vector<std::string>& facts) {
  const SceneObject& one = draws.pick(scene.objects);
  const auto count = [&](const auto& same) {
    return std::count_if(scene.objects.begin(), scene.objects.end(), same);
  };
  facts.push_back(text("objects: ", scene.objects.size()));
  facts.push_back(text(name(one.color), " objects: ", count([&](const SceneObject& object) {
                         return object.color == one.color;
                       })));
  facts.push_back(text(plural(category(one)), ": ",
                       count([&](const SceneObject& object) { return category(object) == category(one); })));
}

}  // namespace

std::string grid_reading(const Scene& scene) {
  std::string words;
  for (uint32_t cell = 0; cell < kPlaceNames.size(); ++cell) {
    const SceneObject* object = object_at(scene, cell);
    if (cell > 0) words += ' ';
    words += object ? three_pieces(*object) + ',' : "nothing at all,";
  }
  return words;
}

std::string facts_in_short(const Scene& scene, Draws& draws) {
  std::vector<std::string> facts = {text("background: ", name(scene.tone), ' ', name(scene.pattern))};
  add_places(scene, draws, facts);
  add_looks(scene, facts);
  add_counts(scene, draws, facts);
  draws.shuffle(facts);
  facts.resize(std::min(facts.size(), kMostFacts));
  std::string words;
  for (const std::string& fact : facts) words += text(words.empty() ? "" : " ", fact, '.');
  return words;
}

}  // namespace lapilli::demo
