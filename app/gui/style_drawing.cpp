// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/style_drawing.h"

#include "app/gui/theme.h"

#include <QAbstractSpinBox>
#include <QPainter>
#include <QStyleOption>
#include <QWidget>

namespace lapilli::gui {

void roundRect(QPainter* painter, const QRect& rect, qreal radius, const QColor& fill, const QColor& line,
               qreal width) {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(fill.isValid() ? QBrush(fill) : Qt::NoBrush);
  painter->setPen(line.isValid() ? QPen(line, width) : Qt::NoPen);
  const qreal inset = line.isValid() ? width / 2 : 0;
  painter->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius);
  painter->restore();
}

void chevron(QPainter* painter, const QPointF& centre, const QColor& colour, qreal size) {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter->drawPolyline(QPolygonF{centre + QPointF(-size, -size / 2), centre + QPointF(0, size / 2),
                                  centre + QPointF(size, -size / 2)});
  painter->restore();
}

bool isPrimary(const QWidget* widget) {
  return widget != nullptr && widget->property("primary").toBool();
}

void drawButton(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
  const Colours& c = colours(option->palette);
  const bool enabled = option->state & QStyle::State_Enabled;
  const bool down = option->state & (QStyle::State_Sunken | QStyle::State_On);
  const bool hover = enabled && (option->state & QStyle::State_MouseOver);
  if (isPrimary(widget)) {
    QColor fill = enabled ? c.accent : c.hover;
    if (down)
      fill = fill.darker(115);
    else if (hover)
      fill = fill.lighter(108);
    roundRect(painter, option->rect, kRadius, fill, {});
  } else {
    roundRect(painter, option->rect, kRadius, down ? c.hover : hover ? c.bubble : c.card, c.line);
  }
}

void drawToolButton(const QStyleOption* option, QPainter* painter) {
  const Colours& c = colours(option->palette);
  const bool enabled = option->state & QStyle::State_Enabled;
  if (!enabled) return;
  if (option->state & (QStyle::State_Sunken | QStyle::State_On)) {
    roundRect(painter, option->rect, kRadius, c.selection, {});
  } else if (option->state & QStyle::State_MouseOver) {
    roundRect(painter, option->rect, kRadius, c.hover, {});
  }
}

void drawInputFrame(const QStyleOption* option, QPainter* painter, bool filled) {
  const Colours& c = colours(option->palette);
  const bool focus = (option->state & QStyle::State_HasFocus) && (option->state & QStyle::State_Enabled);
  roundRect(painter, option->rect, kRadius, filled ? c.card : QColor(), focus ? c.accent : c.line,
            focus ? 1.6 : 1);
}

void drawCheck(const QStyleOption* option, QPainter* painter, bool round) {
  const Colours& c = colours(option->palette);
  const bool on = option->state & (QStyle::State_On | QStyle::State_NoChange);
  const bool enabled = option->state & QStyle::State_Enabled;
  const QRect box = option->rect.adjusted(1, 1, -1, -1);
  const QColor fill = on ? (enabled ? c.accent : c.muted) : c.card;
  roundRect(painter, box, round ? box.width() / 2.0 : 4, fill, on ? fill : c.muted);
  if (!on) return;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRectF r(box);
  if (round) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.accentText);
    painter->drawEllipse(r.center(), r.width() / 5, r.height() / 5);
  } else {
    painter->setPen(QPen(c.accentText, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (option->state & QStyle::State_NoChange) {
      painter->drawLine(QPointF(r.left() + 4, r.center().y()), QPointF(r.right() - 4, r.center().y()));
    } else {
      painter->drawPolyline(QPolygonF{QPointF(r.left() + r.width() * 0.24, r.top() + r.height() * 0.52),
                                      QPointF(r.left() + r.width() * 0.43, r.top() + r.height() * 0.70),
                                      QPointF(r.left() + r.width() * 0.77, r.top() + r.height() * 0.32)});
    }
  }
  painter->restore();
}

void drawGroup(const QStyleOptionGroupBox& box, QPainter* painter) {
  const Colours& c = colours(box.palette);
  roundRect(painter, box.rect.adjusted(0, kGroupTitle, 0, 0), kRadius + 5, c.card, c.line);
  painter->save();
  QFont font = painter->font();
  font.setWeight(QFont::DemiBold);
  painter->setFont(font);
  painter->setPen(c.text);
  painter->drawText(box.rect.adjusted(4, 0, 0, 0)
                        .intersected(QRect(box.rect.x(), box.rect.y(), box.rect.width(), kGroupTitle - 4)),
                    Qt::AlignLeading | Qt::AlignVCenter, box.text);
  painter->restore();
}

void drawSpinBox(const QStyleOptionSpinBox& box, QPainter* painter) {
  const Colours& c = colours(box.palette);
  drawInputFrame(&box, painter, true);
  const bool enabled = box.state & QStyle::State_Enabled;
  const qreal x = box.direction == Qt::RightToLeft ? box.rect.left() + kSpinButtons / 2.0
                                                   : box.rect.right() - kSpinButtons / 2.0;
  const qreal middle = QRectF(box.rect).center().y();
  const QColor up = enabled && (box.stepEnabled & QAbstractSpinBox::StepUpEnabled) ? c.muted : c.line;
  const QColor down = enabled && (box.stepEnabled & QAbstractSpinBox::StepDownEnabled) ? c.muted : c.line;
  painter->save();
  painter->translate(x, middle - 5);
  painter->rotate(180);
  chevron(painter, {0, 0}, up, 3.5);
  painter->restore();
  chevron(painter, {x, middle + 5}, down, 3.5);
}

}  // namespace lapilli::gui
