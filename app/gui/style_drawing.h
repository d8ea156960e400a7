// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

class QPainter;
class QPointF;
class QRect;
class QStyleOption;
class QStyleOptionGroupBox;
class QStyleOptionSpinBox;
class QWidget;

namespace lapilli::gui {

// What Style draws controls with.

inline constexpr qreal kRadius = 7;
inline constexpr int kControlHeight = 34;
inline constexpr int kGroupTitle = 30;
inline constexpr int kSpinButtons = 24;

/// Colours that are not valid: no ground, no line.
void roundRect(QPainter* painter, const QRect& rect, qreal radius, const QColor& fill, const QColor& line,
               qreal width = 1);
void chevron(QPainter* painter, const QPointF& centre, const QColor& colour, qreal size = 4);
/// Whether a button has the accent as its ground.
bool isPrimary(const QWidget* widget);
void drawButton(const QStyleOption* option, QPainter* painter, const QWidget* widget);
void drawToolButton(const QStyleOption* option, QPainter* painter);
void drawInputFrame(const QStyleOption* option, QPainter* painter, bool filled);
/// `round`: of a choice of one.
void drawCheck(const QStyleOption* option, QPainter* painter, bool round);
void drawGroup(const QStyleOptionGroupBox& box, QPainter* painter);
void drawSpinBox(const QStyleOptionSpinBox& box, QPainter* painter);

}  // namespace lapilli::gui
