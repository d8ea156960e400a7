// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/elided_label.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitterHandle>

namespace lapilli::test {

/// A widget as one finds it again: what it is, what it is called, what it says, where it is.
inline QString described(const QWidget* widget) {
  QString text;
  if (const auto* label = qobject_cast<const QLabel*>(widget)) text = label->text();
  if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) text = button->text();
  const QRect place(widget->mapTo(widget->window(), QPoint()), widget->size());
  return QStringLiteral("%1 %2 “%3” at %4,%5 %6×%7")
      .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(), text.left(40))
      .arg(place.x())
      .arg(place.y())
      .arg(place.width())
      .arg(place.height());
}

/// Whether a widget's size is its layout's business, not that of a control it is part of.
inline bool isLaidOut(const QWidget* widget) {
  // A splitter's handle is wider than it looks, to be taken hold of.
  if (qobject_cast<const QSplitterHandle*>(widget)) return false;
  for (const QWidget* at = widget->parentWidget(); at != nullptr && !at->isWindow();
       at = at->parentWidget()) {
    if (qobject_cast<const QAbstractSpinBox*>(at) || qobject_cast<const QComboBox*>(at) ||
        qobject_cast<const QLineEdit*>(at) || qobject_cast<const QAbstractItemView*>(at))
      return false;
  }
  return true;
}

/// Whether a widget is what a scroll area shows, which may be larger than what is to be seen of it.
inline bool isScrolled(const QWidget* widget) {
  const QWidget* viewport = widget->parentWidget();
  const auto* area =
      qobject_cast<const QScrollArea*>(viewport == nullptr ? nullptr : viewport->parentWidget());
  return area != nullptr && area->widget() == widget;
}

/// Why a widget is too small for what it says; empty: it is not.
inline QString tooSmall(const QWidget* widget) {
  QSize wanted;
  if (const auto* label = qobject_cast<const QLabel*>(widget); label != nullptr && !label->text().isEmpty()) {
    wanted = label->wordWrap() ? QSize(0, label->heightForWidth(label->width())) : label->sizeHint();
    // One that is shortened to the room it has says the rest elsewhere.
    if (qobject_cast<const gui::ElidedLabel*>(label))
      wanted.setWidth(label->fontMetrics().horizontalAdvance(label->text()));
  } else if (const auto* button = qobject_cast<const QAbstractButton*>(widget);
             button != nullptr && !button->text().isEmpty()) {
    wanted = button->sizeHint();
  } else if (const auto* combo = qobject_cast<const QComboBox*>(widget)) {
    wanted =
        QSize(combo->fontMetrics().horizontalAdvance(combo->currentText()) + 30, combo->sizeHint().height());
  } else if (qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget)) {
    wanted = widget->minimumSizeHint();
  }
  if (wanted.width() <= widget->width() && wanted.height() <= widget->height()) return {};
  return QStringLiteral("%1 wants %2×%3").arg(described(widget)).arg(wanted.width()).arg(wanted.height());
}

/// What is wrong with the places of a window's widgets: cut off, over one another, outside of what they are
/// in.
inline QStringList misplaced(const QWidget* window) {
  QStringList found;
  for (const QWidget* widget : window->findChildren<QWidget*>()) {
    if (!widget->isVisible() || widget->isWindow() || widget->window() != window->window() ||
        !isLaidOut(widget))
      continue;
    if (const QString small = tooSmall(widget); !small.isEmpty()) found.append(small);
    const QWidget* parent = widget->parentWidget();
    if (!isScrolled(widget)) {
      if (!parent->rect().contains(widget->geometry()))
        found.append(described(widget) + QStringLiteral(" is outside of ") + described(parent));
    } else if (widget->width() > parent->width()) {
      found.append(described(widget) + QStringLiteral(" is wider than ") + described(parent));
    }
    for (const QObject* other : parent->children()) {
      const auto* sibling = qobject_cast<const QWidget*>(other);
      if (sibling == nullptr || sibling >= widget || !sibling->isVisible() || sibling->isWindow() ||
          !isLaidOut(sibling))
        continue;
      if (sibling->geometry().intersects(widget->geometry()))
        found.append(described(widget) + QStringLiteral(" is over ") + described(sibling));
    }
  }
  return found;
}

}  // namespace lapilli::test
