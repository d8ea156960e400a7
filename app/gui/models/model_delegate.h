// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/theme.h"

#include <QStyledItemDelegate>

namespace lapilli::gui {

/// A row of a ModelList: the model's name over its kind, size and verdict.
class ModelDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {0, 7 * kGrid}; }
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace lapilli::gui
