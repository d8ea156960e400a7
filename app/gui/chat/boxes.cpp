// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/boxes.h"

#include <QRegularExpression>
#include <QTransform>

namespace lapilli::gui {

QList<QRectF> boxesIn(const QString& text) {
  static const QRegularExpression kBox(
      QStringLiteral("\\[\\s*([01](?:\\.\\d+)?)\\s*,\\s*([01](?:\\.\\d+)?)\\s*,\\s*([01](?:\\.\\d+)?)\\s*,"
                     "\\s*([01](?:\\.\\d+)?)\\s*\\]"));
  QList<QRectF> boxes;
  for (auto at = kBox.globalMatch(text); at.hasNext();) {
    const QRegularExpressionMatch match = at.next();
    const QPointF from(match.captured(1).toDouble(), match.captured(2).toDouble());
    const QPointF to(match.captured(3).toDouble(), match.captured(4).toDouble());
    if (from.x() < to.x() && from.y() < to.y() && to.x() <= 1 && to.y() <= 1) boxes.append(QRectF(from, to));
  }
  return boxes;
}

QRectF boxOnPicture(const QRectF& box, const QSize& picture, const QString& aspect) {
  if (aspect == QLatin1String("stretch") || picture.isEmpty()) return box;
  const qreal width = picture.width();
  const qreal height = picture.height();
  // The square's side in the picture's pixels: around all of it when padded, inside it when cropped.
  const qreal side = aspect == QLatin1String("crop") ? qMin(width, height) : qMax(width, height);
  const qreal left = (width - side) / 2;
  const qreal top = (height - side) / 2;
  return {(box.x() * side + left) / width, (box.y() * side + top) / height, box.width() * side / width,
          box.height() * side / height};
}

QImage asItLies(const QImage& upright, int orientation) {
  const auto turned = [&](int degrees) { return upright.transformed(QTransform().rotate(degrees)); };
  switch (orientation) {
    case 2:
      return upright.mirrored(true, false);
    case 3:
      return turned(180);
    case 4:
      return upright.mirrored(false, true);
    case 5:
      return turned(90).mirrored(true, false);
    case 6:
      return turned(-90);
    case 7:
      return turned(90).mirrored(false, true);
    case 8:
      return turned(90);
    default:
      return upright;
  }
}

}  // namespace lapilli::gui
