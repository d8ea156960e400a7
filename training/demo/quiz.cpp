// SPDX-License-Identifier: Apache-2.0
#include "training/demo/dialog.h"

#include "engine/base/error.h"
#include "training/demo/ask.h"
#include "training/demo/key.h"
#include "training/demo/wording.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lapilli::demo {
namespace {

using asking::Asker;
using asking::Key;

using Round = Dialog::Round;

/// "red star": "2 top left, center"
Round whereabouts(Asker& asker) {
  const Key key = asker.draws.percent(6) ? Key{} : any_key(asker);
  return {key.words(), asking::number_and_places(found_by(key, asker.scene))};
}

/// "size red star": "large"
std::optional<Round> property(Asker& asker) {
  const auto one = only_one(asker);
  if (!one) return std::nullopt;
  const auto& [key, object] = *one;
  std::vector<std::array<std::string, 2>> values;
  if (!key.color) values.push_back({"color", std::string(name(object->color))});
  if (key.category.empty()) values.push_back({"shape", noun(*object)});
  if (!key.category.empty() && object->content != Content::kShape) values.push_back({"text", object->text});
  if (object->content != Content::kWord) values.push_back({"size", std::string(name(object->size))});
  if (values.empty()) return std::nullopt;
  const auto& [property_name, value] = asker.draws.pick(values);
  return Round{text(property_name, ' ', key.words()), value};
}

/// "star left red circle": "Yes"; "larger star or red circle": "star"
std::optional<Round> relation(Asker& asker) {
  const auto first = only_one(asker);
  const auto second = only_one(asker);
  if (!first || !second || first->second == second->second) return std::nullopt;
  const SceneObject &a = *first->second, &b = *second->second;
  const std::string words[] = {first->first.words(), second->first.words()};
  const bool sized = a.content != Content::kWord && b.content != Content::kWord && a.size != b.size;
  if (sized && asker.draws.percent(40)) {
    const bool larger = asker.draws.percent(50);
    return Round{text(larger ? "larger " : "smaller ", words[0], " or ", words[1]),
                 words[(a.size > b.size) == larger ? 0 : 1]};
  }
  const auto [word, is_true] = asking::any_side(a, b, asker.draws);
  return Round{text(words[0], ' ', word, ' ', words[1]), is_true ? "Yes" : "No"};
}

/// "top left": "small red star", or what is behind it
Round content_of_place(Asker& asker) {
  const uint32_t cell = asker.draws.below(kPlaceNames.size());
  const auto& objects = asker.scene.objects;
  const auto found = std::find_if(objects.begin(), objects.end(),
                                  [&](const SceneObject& object) { return object.cell == cell; });
  return {std::string(kPlaceNames[cell]),
          found != objects.end() ? full_phrase(*found) : std::string(name(asker.scene.pattern))};
}

Round any_round(Asker& asker) {
  const uint32_t draw = asker.draws.below(100);
  std::optional<Round> round;
  if (draw < 20) {
    round = property(asker);
  } else if (draw < 32) {
    round = relation(asker);
  } else if (draw < 42) {
    round = content_of_place(asker);
  }
  return round ? *round : whereabouts(asker);
}

}  // namespace

Dialog quiz_dialog(const Scene& scene, Draws& draws) {
  constexpr int kRounds = 20;
  Asker asker{scene, draws};
  Dialog dialog;
  dialog.rounds.push_back({"background", text(name(scene.pattern), ' ', name(scene.tone))});
  for (int round = 0; round < kRounds; ++round) {
    Round said = any_round(asker);
    // What was said already could be copied without a look at the picture.
    const bool repeated = std::any_of(dialog.rounds.begin(), dialog.rounds.end(), [&](const Round& earlier) {
      return earlier.question == said.question;
    });
    if (!repeated) dialog.rounds.push_back(std::move(said));
  }
  return dialog;
}

}  // namespace lapilli::demo
