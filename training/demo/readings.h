// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/draws.h"
#include "training/demo/scene.h"

#include <string>

namespace lapilli::demo {

// What a picture shows in few words, for a model that knows nothing: every word is learned by looking.

/// All nine places in rows, four pieces of the vocabulary each: "small red circle, nothing at all, large
/// red7, word red CAT, …". The place that a word tells about is always about as far before it among the
/// picture's rows, so that looking there is soon found to pay.
[[nodiscard]] std::string grid_reading(const Scene& scene);

/// Some of what can be asked, in any order: "top left: large red circle. ring: center. center: nothing. red
/// objects: 2. background: light plain."
[[nodiscard]] std::string facts_in_short(const Scene& scene, Draws& draws);

}  // namespace lapilli::demo
