// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/scene.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::demo {

/// "circle", "digit", "word".
[[nodiscard]] std::string category(const SceneObject& object);
/// "circle", "digit 7", "word CAT".
[[nodiscard]] std::string noun(const SceneObject& object);
/// "red circle".
[[nodiscard]] std::string phrase(const SceneObject& object);
/// "large red circle"; a word's size is left out.
[[nodiscard]] std::string full_phrase(const SceneObject& object);
/// "a large red circle", "an orange star".
[[nodiscard]] std::string with_article(const std::string& words);
/// "a, b and c".
[[nodiscard]] std::string enumeration(std::span<const std::string> items);
/// "a, b, c".
[[nodiscard]] std::string comma_list(std::span<const std::string> items);
[[nodiscard]] std::string capitalized(std::string words);
[[nodiscard]] std::string place(const SceneObject& object);

/// "[0.1, 0.25, 0.47, 0.6]": two decimals, trailing zeros dropped, as Python prints rounded lists.
[[nodiscard]] std::string box_text(const Box& box);
/// Reads box_text's form, more decimals included.
[[nodiscard]] std::optional<Box> parse_box(std::string_view text);

/// Words that mean this object alone: "circle", "red circle", or "object at the top left".
[[nodiscard]] std::string reference(const Scene& scene, const SceneObject& object);
/// The same without the place; nothing where others are alike.
[[nodiscard]] std::optional<std::string> reference_by_looks(const Scene& scene, const SceneObject& object);

/// "A red circle and a blue star on a striped background."
[[nodiscard]] std::string caption(const Scene& scene);
/// Number, background, and a sentence for each object.
[[nodiscard]] std::string detailed_description(const Scene& scene);
/// phrase() of all objects, in order.
[[nodiscard]] std::vector<std::string> phrases(const Scene& scene);

}  // namespace lapilli::demo
