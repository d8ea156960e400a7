// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>

namespace lapilli::gui {

/// A picture as large as there is room, with boxes over it.
class PictureView : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

  void setImage(const QImage& image);
  [[nodiscard]] const QImage& image() const { return m_image; }
  /// Parts of the picture, 0 … 1.
  void setBoxes(const QList<QRectF>& boxes);
  QSize sizeHint() const override { return {360, 360}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QImage m_image;
  QList<QRectF> m_boxes;
};

}  // namespace lapilli::gui
