// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QComboBox;
class QString;
class QWidget;

namespace lapilli::gui {

/// Has a screen reader say what nobody asked for, wherever the keyboard is: an answer that is whole, trouble.
/// Nothing is seen of it, and without a screen reader nothing happens. Each call is said, also one soon after
/// another.
/// where: a widget of the window in which it happened.
void announce(const QWidget& where, const QString& text);

/// Has the box's accessible name heard where no label stands for it: on desktops that speak AT-SPI, Qt gives
/// what is chosen in its place.
void tellNameOf(QComboBox& box);

}  // namespace lapilli::gui
