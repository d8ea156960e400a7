// SPDX-License-Identifier: Apache-2.0
#include "training/demo/readings.h"

#include "engine/base/error.h"
#include "training/demo/key.h"
#include "training/demo/wording.h"

#include <algorithm>
#include <vector>

namespace lapilli::demo {
namespace {

constexpr uint32_t kCellsASide = 3;
constexpr uint32_t kPointsASide = 2;  ///< of a cell: a map has one word for each patch of the demo's tower
constexpr std::array<std::string_view, 4> kAspects = {"shape", "color", "size", "place"};

const SceneObject* object_at(const Scene& scene, uint32_t cell) {
  const auto found = std::find_if(scene.objects.begin(), scene.objects.end(),
                                  [&](const SceneObject& object) { return object.cell == cell; });
  return found == scene.objects.end() ? nullptr : &*found;
}

std::string size_of(const SceneObject& object) {
  return std::string(object.content == Content::kWord ? "word" : name(object.size));
}

/// One word of an object.
std::string aspect_of(const SceneObject& object, size_t aspect) {
  switch (aspect) {
    case 0:
      return object.content == Content::kShape ? category(object) : object.text;
    case 1:
      return std::string(name(object.color));
    case 2:
      return size_of(object);
    default:
      const std::string words = place(object);
      return words.substr(words.find(' ') + 1);  // what a word tells of "top left": its column
  }
}

/// "red objects 2 top left, center"
std::string finding(asking::Asker& asker) {
  asking::Key key = any_key(asker);
  if (asker.draws.percent(25)) key.category.clear();
  const bool plural = key.category.empty() || asker.draws.percent(50);
  return text(plural ? key.plural() : key.words(), ' ',
              asking::number_and_places(found_by(key, asker.scene)));
}

/// "star left red circle yes"
std::optional<std::string> found_side(asking::Asker& asker) {
  const auto first = only_one(asker);
  const auto second = only_one(asker);
  if (!first || !second || first->second == second->second) return std::nullopt;
  const auto [word, is_true] = asking::any_side(*first->second, *second->second, asker.draws);
  return text(first->first.words(), ' ', word, ' ', second->first.words(), is_true ? " yes" : " no");
}

}  // namespace

std::string map_reading(const Scene& scene, Draws& draws) {
  const uint32_t first = draws.below(kAspects.size());
  std::string words = text(kAspects[first], ':');
  constexpr uint32_t kSide = kCellsASide * kPointsASide;
  for (uint32_t y = 0; y < kSide; ++y) {
    for (uint32_t x = 0; x < kSide; ++x) {
      const SceneObject* object = object_at(scene, y / kPointsASide * kCellsASide + x / kPointsASide);
      const uint32_t point = y % kPointsASide * kPointsASide + x % kPointsASide;
      words += text(' ', object ? aspect_of(*object, (first + point) % kAspects.size()) : "nothing");
    }
  }
  return words;
}

std::string list_reading(const Scene& scene, Draws& draws) {
  const uint32_t key = draws.below(3);
  std::vector<const SceneObject*> objects;
  for (const SceneObject& object : scene.objects) objects.push_back(&object);
  draws.shuffle(objects);
  std::string words = text(key == 2 ? "place" : kAspects[key], ':');
  for (const SceneObject* object : objects) {
    const std::string parts[] = {noun(*object), std::string(name(object->color)), place(*object)};
    words += text(object == objects.front() ? " " : ", ", parts[key], ' ', parts[key == 0 ? 1 : 0], ' ',
                  parts[key == 2 ? 1 : 2]);
    if (object->content != Content::kWord) words += text(' ', size_of(*object));
  }
  return words + '.';
}

std::string find_reading(const Scene& scene, Draws& draws) {
  constexpr int kFindings = 14;
  asking::Asker asker{scene, draws};
  std::vector<std::string> said;
  for (int round = 0; round < kFindings; ++round) {
    std::optional<std::string> one;
    if (draws.percent(14)) one = found_side(asker);
    if (!one) one = finding(asker);
    if (std::find(said.begin(), said.end(), *one) == said.end()) said.push_back(*std::move(one));
  }
  std::string words = "find:";
  for (const std::string& one : said) words += text(' ', one, '.');
  return words;
}

std::string background_reading(const Scene& scene) {
  return text("background: ", name(scene.pattern), ' ', name(scene.tone), '.');
}

}  // namespace lapilli::demo
