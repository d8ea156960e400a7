// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flow_layout.h"

#include <QStyle>
#include <QWidget>

namespace lapilli::gui {

FlowLayout::FlowLayout(int spacing, QWidget* parent) : QLayout(parent) {
  setContentsMargins(0, 0, 0, 0);
  setSpacing(spacing);
}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item) {
  m_items.emplace_back(item);
  invalidate();
}

int FlowLayout::count() const {
  return static_cast<int>(m_items.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
  return index >= 0 && index < count() ? m_items[static_cast<size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
  if (index < 0 || index >= count()) return nullptr;
  QLayoutItem* taken = m_items[static_cast<size_t>(index)].release();
  m_items.erase(m_items.begin() + index);
  invalidate();
  return taken;
}

QList<QRect> FlowLayout::places(int width) const {
  QList<QRect> found;
  QPoint at;
  int rowHeight = 0;
  for (const auto& item : m_items) {
    const QSize size = item->isEmpty() ? QSize(0, 0) : item->sizeHint().expandedTo(item->minimumSize());
    if (at.x() > 0 && at.x() + size.width() > width) {
      at = QPoint(0, at.y() + rowHeight + spacing());
      rowHeight = 0;
    }
    found.append(QRect(at, size));
    if (!item->isEmpty()) at.rx() += size.width() + spacing();
    rowHeight = qMax(rowHeight, size.height());
  }
  return found;
}

int FlowLayout::heightForWidth(int width) const {
  int height = 0;
  for (const QRect& place : places(width)) height = qMax(height, place.y() + place.height());
  return height;
}

QSize FlowLayout::sizeHint() const {
  QSize size;
  for (const QRect& place : places(QWIDGETSIZE_MAX))
    size = size.expandedTo(QSize(place.x() + place.width(), place.height()));
  return size;
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const auto& item : m_items) {
    if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
  }
  return size;
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  const QList<QRect> found = places(rect.width());
  const Qt::LayoutDirection direction =
      parentWidget() == nullptr ? Qt::LeftToRight : parentWidget()->layoutDirection();
  for (int index = 0; index < count(); ++index)
    itemAt(index)->setGeometry(QStyle::visualRect(direction, rect, found[index].translated(rect.topLeft())));
}

}  // namespace lapilli::gui
