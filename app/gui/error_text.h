// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

namespace lapilli::gui {

/// A failure in the user's language. The engine's own sentence stands under "Details".
struct ErrorText {
  QString what;     ///< one sentence: what happened
  QString todo;     ///< one sentence: what to do
  QString details;  ///< place and message, as the engine wrote them; may be empty
};

/// Failures of `picture` requests speak of the picture.
[[nodiscard]] ErrorText errorText(const Failure& failure);

/// The same of a note of the engine; nothing is to be done.
[[nodiscard]] ErrorText noteText(const QString& code, const QString& message);

/// Whether a note changes what the user can expect. Facts of a model, such as where its projector was found,
/// stand with the model and are no news.
[[nodiscard]] bool isOfInterest(const QString& noteCode);

}  // namespace lapilli::gui
