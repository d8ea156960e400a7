// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPalette>

namespace lapilli::gui {

/// A drawing of resources/icons in the colours of the palette at the time of painting, so that a change of
/// appearance needs nothing.
[[nodiscard]] QIcon icon(const QString& name, QPalette::ColorRole role = QPalette::ButtonText);

/// The program's own picture.
[[nodiscard]] QIcon applicationIcon();

}  // namespace lapilli::gui
