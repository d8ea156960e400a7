// SPDX-License-Identifier: Apache-2.0
#pragma once

// Words to find objects by, for what is said of a scene in a word or two.

#include "training/demo/ask.h"

#include <string>
#include <utility>
#include <vector>

namespace lapilli::demo::asking {

/// What something is called: "star", "red", "red star"; nothing given: "objects".
struct Key {
  std::optional<Color> color = {};
  std::string category = {};  ///< empty: any

  [[nodiscard]] bool fits(const SceneObject& object) const;
  [[nodiscard]] std::string words() const;
  /// As a question of their number names them: "stars", "red objects", "red stars".
  [[nodiscard]] std::string plural() const;
};

/// In the scene's order.
[[nodiscard]] std::vector<const SceneObject*> found_by(const Key& key, const Scene& scene);
/// "2 top left, center"; "0".
[[nodiscard]] std::string number_and_places(const std::vector<const SceneObject*>& found);

/// Of an object, or of none: a key whose parts are in the scene as often as not.
[[nodiscard]] Key any_key(Asker& asker);
/// An object and a key that means it alone.
[[nodiscard]] std::optional<std::pair<Key, const SceneObject*>> only_one(Asker& asker);

}  // namespace lapilli::demo::asking
