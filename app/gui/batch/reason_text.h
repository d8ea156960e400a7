// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapilli::gui {

/// Why a picture is not done, or a file not taken back, in the user's language: what the engine's `code`
/// stands for. Its sentence, which is English, where there is no code.
[[nodiscard]] QString reasonText(const QString& code, const QString& message);

}  // namespace lapilli::gui
