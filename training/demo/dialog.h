// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/question.h"

#include <string>
#include <vector>

namespace lapilli::demo {

/// One conversation to train on.
struct Dialog {
  struct Round {
    std::string question;  ///< without the picture's mark
    std::string answer;
  };
  std::vector<Round> rounds = {};
  bool with_picture = true;
};

/// For a model that knows nothing: map_reading().
[[nodiscard]] Dialog map_dialog(const Scene& scene, Draws& draws);
/// For a model that can look: list_reading().
[[nodiscard]] Dialog list_dialog(const Scene& scene, Draws& draws);
/// For a model that has seen objects alone: background_reading().
[[nodiscard]] Dialog background_dialog(const Scene& scene, Draws& draws);
/// For a model that looks where it is told: the background, and questions of a word or two about what is
/// there and what is not: "red star" is answered by "2 top left, center", "circle" by "0", "size heart" by
/// "large", "star left circle" by "Yes", "bottom" by "striped". To find things by what they are takes a model
/// many more questions to learn than to find them by where they are; these cost half of what real ones do.
[[nodiscard]] Dialog quiz_dialog(const Scene& scene, Draws& draws);
/// For a model that knows what is where, and shall find it by its name: find_reading().
[[nodiscard]] Dialog find_dialog(const Scene& scene, Draws& draws);
/// One of the original's instructions, and the caption.
[[nodiscard]] Dialog stage1_dialog(const Scene& scene, Draws& draws);
/// Any kind of questions in the mixture's forms: those of one kind share a conversation, and the form's
/// sentence stands in its first question alone, as in the original's file; or questions of all kinds, each
/// with its sentence.
[[nodiscard]] Dialog stage2_dialog(const Scene& scene, Draws& draws);
/// Many questions of the kinds that stage 2 leaves weak: what they cost beside the picture is little.
[[nodiscard]] Dialog drill_dialog(const Scene& scene, Draws& draws);
/// Of a scene with that shape: a caption, a list or a region, then regions and shapes. Most are about the
/// shape; the others are there so that its name is not the answer to all.
[[nodiscard]] Dialog new_shape_dialog(const Scene& scene, Shape shape, Draws& draws);
/// What a new shape is learned beside: stage 2's conversations, and more captions and lists, which are the
/// first to be forgotten.
[[nodiscard]] Dialog reminder_dialog(const Scene& scene, Draws& draws);

/// A question of the kind, or of another that the scene allows.
[[nodiscard]] Question ask_surely(QuestionKind kind, const Scene& scene, Draws& draws,
                                  std::optional<Shape> about = std::nullopt);

}  // namespace lapilli::demo
