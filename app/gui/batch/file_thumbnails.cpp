// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/file_thumbnails.h"

#include <QImageReader>

namespace lapilli::gui {
namespace {

/// Readers that can do so decode no more than is needed.
QImage decode(const QString& file, int most) {
  QImageReader reader(file);
  reader.setAutoTransform(true);
  const QSize size = reader.size();
  if (size.isValid()) reader.setScaledSize(size.scaled(2 * most, 2 * most, Qt::KeepAspectRatio));
  const QImage image = reader.read();
  if (image.isNull()) return image;
  return image.scaled(most, most, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace

FileThumbnails::FileThumbnails(QObject* parent, int size, int most)
    : QObject(parent), m_size(size), m_known(most) {
  m_pool.setMaxThreadCount(2);
}

FileThumbnails::~FileThumbnails() {
  m_pool.clear();
  m_pool.waitForDone();
}

QPixmap FileThumbnails::of(const QString& file) {
  if (const QPixmap* known = m_known.object(file)) return *known;
  if (m_running.contains(file)) return {};
  m_waiting.removeOne(file);
  m_waiting.append(file);
  if (m_waiting.size() > kMostWaiting) m_waiting.removeFirst();
  startNext();
  return {};
}

void FileThumbnails::startNext() {
  while (m_running.size() < m_pool.maxThreadCount() && !m_waiting.isEmpty()) {
    const QString file = m_waiting.takeLast();
    m_running.insert(file);
    m_pool.start([this, file] {
      const QImage image = decode(file, m_size);
      QMetaObject::invokeMethod(
          this, [this, file, image] { take(file, image); }, Qt::QueuedConnection);
    });
  }
}

void FileThumbnails::take(const QString& file, const QImage& image) {
  m_running.remove(file);
  m_known.insert(file, new QPixmap(QPixmap::fromImage(image)));
  if (!image.isNull()) emit ready(file);
  startNext();
}

void FileThumbnails::clear() {
  m_waiting.clear();
  m_known.clear();
}

}  // namespace lapilli::gui
