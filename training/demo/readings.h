// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/draws.h"
#include "training/demo/scene.h"

#include <string>

namespace lapilli::demo {

// What a picture shows in few words, for a model that knows nothing: every word is learned by looking.

/// A word for each quarter of the nine places, row by row: the shape (or what is written), color, size and
/// column of what stands there, from the one that the head names on: "color: nothing nothing red small
/// nothing nothing nothing nothing right star …". What a word tells is always as far before it among the rows
/// of the picture, so that looking there is soon found to pay; and each patch has to know of the whole
/// object.
[[nodiscard]] std::string map_reading(const Scene& scene, Draws& draws);

/// The objects in any order, each by what the head names and with the rest behind it: "color: red heart top
/// right small, blue digit 7 center large." The first word of each is to be found in the picture.
[[nodiscard]] std::string list_reading(const Scene& scene, Draws& draws);

/// "background: striped dark." Patterns are learned from many pictures and few words.
[[nodiscard]] std::string background_reading(const Scene& scene);

}  // namespace lapilli::demo
