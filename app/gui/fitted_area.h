// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace lapilli::gui {

/// As high as what it shows is at the width it has, at most `mostHeight`; beyond that it scrolls. Where there
/// is not room enough it gives way, down to `leastHeight`. Never narrower than what it shows.
class FittedArea : public QScrollArea {
  Q_OBJECT

 public:
  /// Owns the content. Heights in pixels.
  FittedArea(QWidget* content, int leastHeight, int mostHeight, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  [[nodiscard]] int contentHeight() const;

  int m_leastHeight;
  int m_mostHeight;
};

}  // namespace lapilli::gui
