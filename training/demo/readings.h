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

/// Some twelve names, each with how many there are and where, and how one stands to another: "find: red
/// objects 2 top left, center. stars 0. heart left blue ring yes." The number is the word after the name, so
/// that to look for a thing while its name is read pays at once; a question then finds it known.
[[nodiscard]] std::string find_reading(const Scene& scene, Draws& draws);

/// "background: striped dark." Patterns are learned from many pictures and few words.
[[nodiscard]] std::string background_reading(const Scene& scene);

}  // namespace lapilli::demo
