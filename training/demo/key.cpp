// SPDX-License-Identifier: Apache-2.0
#include "training/demo/key.h"

#include "engine/base/error.h"
#include "training/demo/wording.h"

#include <array>

namespace lapilli::demo::asking {
namespace {

std::string plural_of(const std::string& category) {
  return category + (category == "cross" ? "es" : "s");
}

}  // namespace

bool Key::fits(const SceneObject& object) const {
  return (!color || object.color == *color) && (category.empty() || demo::category(object) == category);
}

std::string Key::words() const {
  if (!color) return category.empty() ? "objects" : category;
  return category.empty() ? std::string(name(*color)) : text(name(*color), ' ', category);
}

std::string Key::plural() const {
  const std::string things = category.empty() ? "objects" : plural_of(category);
  return color ? text(name(*color), ' ', things) : things;
}

std::vector<const SceneObject*> found_by(const Key& key, const Scene& scene) {
  std::vector<const SceneObject*> found;
  for (const SceneObject& object : scene.objects)
    if (key.fits(object)) found.push_back(&object);
  return found;
}

std::string number_and_places(const std::vector<const SceneObject*>& found) {
  std::vector<std::string> places;
  for (const SceneObject* object : found) places.push_back(place(*object));
  return text(found.size(), places.empty() ? "" : " ", comma_list(places));
}

Key any_key(Asker& asker) {
  const SceneObject& object = asker.subject();
  const bool there = asker.draws.percent(60);
  const Color color = there || asker.draws.percent(50)
                          ? object.color
                          : static_cast<Color>(asker.draws.below(kColorNames.size()));
  const std::string category_name = there || asker.draws.percent(50)
                                        ? category(there ? object : asker.draws.pick(asker.scene.objects))
                                        : asker.draws.pick(categories(asker.scene));
  const uint32_t form = asker.draws.below(10);
  if (form < 3) return {.category = category_name};
  if (form < 6) return {.color = color};
  return {.color = color, .category = category_name};
}

std::optional<std::pair<Key, const SceneObject*>> only_one(Asker& asker) {
  const SceneObject& object = asker.subject();
  std::array<Key, 3> keys = {
      {{.category = category(object)}, {.color = object.color}, {object.color, category(object)}}};
  asker.draws.shuffle(keys);
  for (const Key& key : keys)
    if (found_by(key, asker.scene).size() == 1) return std::pair{key, &object};
  return std::nullopt;
}

}  // namespace lapilli::demo::asking
