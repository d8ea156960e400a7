// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <QList>

#include <memory>
#include <vector>

namespace lapilli::gui {

/// Items beside each other at their preferred sizes, in as many rows as the width asks for.
class FlowLayout : public QLayout {
  Q_OBJECT

 public:
  /// spacing: between items and between rows, in pixels.
  explicit FlowLayout(int spacing, QWidget* parent = nullptr);
  ~FlowLayout() override;

  void addItem(QLayoutItem* item) override;
  int count() const override;
  QLayoutItem* itemAt(int index) const override;
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return {}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  /// All items in one row.
  QSize sizeHint() const override;
  /// Of the largest item.
  QSize minimumSize() const override;
  void setGeometry(const QRect& rect) override;

 private:
  /// Where each item goes at this width, from 0, 0.
  [[nodiscard]] QList<QRect> places(int width) const;

  std::vector<std::unique_ptr<QLayoutItem>> m_items;
};

}  // namespace lapilli::gui
