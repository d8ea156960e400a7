// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"
#include "app/gui/store/object_store.h"

#include <QCache>
#include <QImage>
#include <QSet>

namespace lapilli::gui {

/// Small upright pictures of stored files, made in other threads: by Qt where it reads the format, else by
/// the engine.
class Thumbnails : public QObject {
  Q_OBJECT

 public:
  static constexpr int kSide = 320;  ///< of the longest side, pixels

  Thumbnails(const ObjectStore& objects, JobHost& host, QObject* parent = nullptr);

  /// Null while it is not there; ready() tells when it is.
  [[nodiscard]] QImage find(const QString& sha256);
  void put(const QString& sha256, const QImage& image);

 signals:
  void ready(const QString& sha256);

 private:
  void fetch(const QString& sha256);
  void askEngine(const QString& sha256);

  const ObjectStore& m_objects;
  JobHost& m_host;
  QCache<QString, QImage> m_cache;
  QSet<QString> m_underway;
  QHash<JobHost::JobId, QString> m_asked;
  QSet<QString> m_failed;  // not asked for again by this engine, however often they are drawn
};

/// A file's picture, upright and at most `side` long; null where Qt does not read it. For any thread.
[[nodiscard]] QImage readThumbnail(const QString& path, int side);

/// The PNG of a protocol's base64 field.
[[nodiscard]] QImage imageFromBase64(const QString& text);

}  // namespace lapilli::gui
