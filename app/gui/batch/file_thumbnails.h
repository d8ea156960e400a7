// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QStringList>
#include <QThreadPool>

namespace lapilli::gui {

/// Small versions of picture files, decoded on other threads, what was asked for last first. The least
/// recently shown are forgotten, and so are wishes that many others have overtaken: who scrolls past asks
/// again.
class FileThumbnails : public QObject {
  Q_OBJECT

 public:
  static constexpr int kSize = 64;  ///< of the longer side, in device-independent pixels
  static constexpr int kMost = 2000;
  static constexpr int kMostWaiting = 64;

  /// `size`: of the longer side; `most`: how many are kept.
  explicit FileThumbnails(QObject* parent = nullptr, int size = kSize, int most = kMost);
  ~FileThumbnails() override;

  /// What is known of a file at once; null while it is being decoded (ready() follows), or cannot be.
  [[nodiscard]] QPixmap of(const QString& file);
  void clear();

 signals:
  void ready(const QString& file);

 private:
  void startNext();
  void take(const QString& file, const QImage& image);

  int m_size;
  QCache<QString, QPixmap> m_known;
  QStringList m_waiting;  // the newest last
  QSet<QString> m_running;
  QThreadPool m_pool;
};

}  // namespace lapilli::gui
