// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QList>
#include <QRectF>
#include <QSize>
#include <QString>

namespace lapilli::gui {

/// The boxes `[x1, y1, x2, y2]` of a text whose numbers lie in 0 … 1, in the order they are written.
[[nodiscard]] QList<QRectF> boxesIn(const QString& text);

/// A box of the model's square input, as a part (0 … 1 in both directions) of the picture. The square is
/// made by `aspect`: pad, crop, stretch. The result may reach over the picture's edge where padding was
/// named.
[[nodiscard]] QRectF boxOnPicture(const QRectF& box, const QSize& picture, const QString& aspect);

/// A picture as its file has it, from the upright one and the file's EXIF orientation, 1 to 8.
[[nodiscard]] QImage asItLies(const QImage& upright, int orientation);

}  // namespace lapilli::gui
