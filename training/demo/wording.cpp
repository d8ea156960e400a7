// SPDX-License-Identifier: Apache-2.0
#include "training/demo/wording.h"

#include "engine/base/error.h"

#include <algorithm>
#include <charconv>

namespace lapilli::demo {
namespace {

template <class Same>
bool is_only_one(const Scene& scene, Same same) {
  return std::count_if(scene.objects.begin(), scene.objects.end(), same) == 1;
}

std::string hundredths(float value) {
  const int rounded = static_cast<int>(value * 100 + 0.5f);
  std::string digits = text(rounded / 100, '.', rounded / 10 % 10);
  if (rounded % 10 != 0) digits += static_cast<char>('0' + rounded % 10);
  return digits;
}

}  // namespace

std::string category(const SceneObject& object) {
  if (object.content == Content::kShape) return std::string(name(object.shape));
  return object.content == Content::kDigit ? "digit" : "word";
}

std::string noun(const SceneObject& object) {
  return object.content == Content::kShape ? category(object) : category(object) + " " + object.text;
}

std::string phrase(const SceneObject& object) {
  return text(name(object.color), ' ', noun(object));
}

std::string full_phrase(const SceneObject& object) {
  if (object.content == Content::kWord) return phrase(object);
  return text(name(object.size), ' ', phrase(object));
}

std::string with_article(const std::string& words) {
  return (std::string_view("aeiou").find(words[0]) == std::string_view::npos ? "a " : "an ") + words;
}

std::string enumeration(std::span<const std::string> items) {
  std::string joined;
  for (size_t index = 0; index < items.size(); ++index) {
    if (index > 0) joined += index + 1 == items.size() ? " and " : ", ";
    joined += items[index];
  }
  return joined;
}

std::string comma_list(std::span<const std::string> items) {
  std::string joined;
  for (const std::string& item : items) joined += (joined.empty() ? "" : ", ") + item;
  return joined;
}

std::string capitalized(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string place(const SceneObject& object) {
  return std::string(kPlaceNames[object.cell]);
}

std::string box_text(const Box& box) {
  return text('[', hundredths(box.x1), ", ", hundredths(box.y1), ", ", hundredths(box.x2), ", ",
              hundredths(box.y2), ']');
}

std::optional<Box> parse_box(std::string_view words) {
  const size_t open = words.find('[');
  const size_t close = words.find(']', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  std::array<float, 4> sides{};
  const char* at = words.data() + open + 1;
  const char* end = words.data() + close;
  for (size_t side = 0; side < 4; ++side) {
    while (at < end && (*at == ' ' || (side > 0 && *at == ','))) ++at;
    const auto [next, error] = std::from_chars(at, end, sides[side]);
    if (error != std::errc()) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  return Box{sides[0], sides[1], sides[2], sides[3]};
}

std::optional<std::string> reference_by_looks(const Scene& scene, const SceneObject& object) {
  const std::string kind = category(object);
  if (is_only_one(scene, [&](const SceneObject& other) { return category(other) == kind; })) return kind;
  const auto alike = [&](const SceneObject& other) {
    return category(other) == kind && other.color == object.color;
  };
  if (is_only_one(scene, alike)) return text(name(object.color), ' ', kind);
  return std::nullopt;
}

std::string reference(const Scene& scene, const SceneObject& object) {
  return reference_by_looks(scene, object).value_or("object at the " + place(object));
}

std::vector<std::string> phrases(const Scene& scene) {
  std::vector<std::string> all;
  for (const SceneObject& object : scene.objects) all.push_back(phrase(object));
  return all;
}

std::string caption(const Scene& scene) {
  std::vector<std::string> named;
  for (const SceneObject& object : scene.objects) named.push_back(with_article(phrase(object)));
  return capitalized(enumeration(named)) + " on " + with_article(std::string(name(scene.pattern))) +
         " background.";
}

std::string detailed_description(const Scene& scene) {
  const size_t count = scene.objects.size();
  std::string description = text("The picture shows ", count, count == 1 ? " object" : " objects", " on a ",
                                 name(scene.tone), ' ', name(scene.pattern), " background.");
  for (const SceneObject& object : scene.objects)
    description += " " + capitalized(with_article(full_phrase(object))) + " is at the " + place(object) + ".";
  return description;
}

}  // namespace lapilli::demo
