// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/thumbnails.h"

#include <QImageReader>
#include <QtConcurrent>

#include <utility>

namespace lapilli::gui {
namespace {

constexpr int kCacheBytes = 64 << 20;

}  // namespace

QImage readThumbnail(const QString& path, int side) {
  QImageReader reader(path);
  reader.setAutoTransform(true);
  reader.setDecideFormatFromContent(true);
  const QSize size = reader.size();
  if (size.isValid() && qMax(size.width(), size.height()) > side)
    reader.setScaledSize(size.scaled(side, side, Qt::KeepAspectRatio));
  const QImage image = reader.read();
  if (image.isNull() || qMax(image.width(), image.height()) <= side) return image;
  return image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

QImage imageFromBase64(const QString& text) {
  return QImage::fromData(QByteArray::fromBase64(text.toLatin1()), "PNG");
}

Thumbnails::Thumbnails(const ObjectStore& objects, JobHost& host, QObject* parent)
    : QObject(parent), m_objects(objects), m_host(host), m_cache(kCacheBytes) {
  connect(&host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    const QString sha256 = m_asked.take(job);
    if (sha256.isEmpty()) return;
    m_underway.remove(sha256);
    put(sha256,
        imageFromBase64(result.value(QLatin1String("picture"))[QLatin1String("thumbnail_png")].toString()));
  });
  connect(&host, &JobHost::failed, this, [this](JobHost::JobId job) {
    const QString sha256 = m_asked.take(job);
    if (sha256.isEmpty()) return;
    m_underway.remove(sha256);
    m_failed.insert(sha256);
  });
  connect(&host, &JobHost::stateChanged, this, [this](JobHost::State state) {
    if (state != JobHost::State::kReady) return;
    for (const QString& sha256 : std::exchange(m_failed, {})) emit ready(sha256);  // which asks once more
  });
}

QImage Thumbnails::find(const QString& sha256) {
  if (const QImage* image = m_cache.object(sha256)) return *image;
  fetch(sha256);
  return {};
}

void Thumbnails::put(const QString& sha256, const QImage& image) {
  if (image.isNull()) return;
  m_failed.remove(sha256);
  m_cache.insert(sha256, new QImage(image), static_cast<int>(image.sizeInBytes()));
  emit ready(sha256);
}

void Thumbnails::fetch(const QString& sha256) {
  if (m_underway.contains(sha256) || m_failed.contains(sha256)) return;
  m_underway.insert(sha256);
  const QString path = m_objects.path(sha256);
  QtConcurrent::run([path] {
    return readThumbnail(path, kSide);
  }).then(this, [this, sha256](const QImage& image) {
    if (image.isNull()) return askEngine(sha256);
    m_underway.remove(sha256);
    put(sha256, image);
  });
}

void Thumbnails::askEngine(const QString& sha256) {
  const JobHost::JobId job =
      m_host.send(QStringLiteral("picture"),
                  {{QStringLiteral("path"), m_objects.path(sha256)}, {QStringLiteral("thumbnail"), kSide}});
  m_asked.insert(job, sha256);
}

}  // namespace lapilli::gui
