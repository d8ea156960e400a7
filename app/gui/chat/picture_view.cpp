// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/picture_view.h"

#include "app/gui/theme.h"

#include <QPainter>

namespace lapilli::gui {

void PictureView::setImage(const QImage& image) {
  m_image = image;
  update();
}

void PictureView::setBoxes(const QList<QRectF>& boxes) {
  m_boxes = boxes;
  update();
}

void PictureView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  painter.fillRect(rect(), colours(palette()).hover);
  if (m_image.isNull()) return;
  const QSizeF size = QSizeF(m_image.size()).scaled(this->size(), Qt::KeepAspectRatio);
  const QRectF place(QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size);
  painter.drawImage(place, m_image);
  for (const QRectF& box : m_boxes) {
    const QRectF frame(place.x() + box.x() * place.width(), place.y() + box.y() * place.height(),
                       box.width() * place.width(), box.height() * place.height());
    painter.setPen(QPen(QColor(0, 0, 0, 150), 4));
    painter.drawRect(frame);
    painter.setPen(QPen(QColor("#ff7a3d"), 2));
    painter.drawRect(frame);
  }
}

}  // namespace lapilli::gui
