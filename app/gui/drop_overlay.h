// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace lapilli::gui {

/// Lies over the whole window while something is dragged above it, and says what letting go would do.
class DropOverlay final : public QLabel {
  Q_OBJECT

 public:
  explicit DropOverlay(QWidget* window);

  void showFor(const QString& promise);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace lapilli::gui
