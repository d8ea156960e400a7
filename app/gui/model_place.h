// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapilli::gui {

/// What to load where `path` is a model's file or folder: the path itself, or the folder that a weight file
/// belongs to. Empty: it does not look like a model. Reads a few bytes; the engine decides when it loads.
[[nodiscard]] QString modelPlace(const QString& path);

}  // namespace lapilli::gui
