// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QBuffer>
#include <QFile>
#include <QImage>

namespace lapilli::test {

/// Writes these pixels as a JPEG whose EXIF data say how the camera was held, 1 to 8.
inline bool writeTurnedJpeg(const QString& path, const QImage& image, int orientation) {
  QByteArray jpeg;
  QBuffer buffer(&jpeg);
  if (!buffer.open(QIODevice::WriteOnly) || !image.save(&buffer, "JPEG", 100)) return false;
  // One entry: tag 0x0112, type SHORT, one value.
  QByteArray exif =
      QByteArray::fromHex("4578696600004d4d002a0000000800010112000300000001") + QByteArray(2, '\0');
  exif[exif.size() - 1] = static_cast<char>(orientation);
  exif += QByteArray(6, '\0');  // the entry's padding, no further directory
  const qsizetype length = exif.size() + 2;
  QByteArray segment("\xff\xe1", 2);
  segment += static_cast<char>(length >> 8);
  segment += static_cast<char>(length & 0xff);
  jpeg.insert(2, segment + exif);
  QFile file(path);
  return file.open(QIODevice::WriteOnly) && file.write(jpeg) == jpeg.size();
}

}  // namespace lapilli::test
