// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models/hub.h"

#include <QElapsedTimer>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>

namespace lapilli::gui {

/// What is fetched, and to where.
struct DownloadPlan {
  Hub hub;
  QString repository;
  QList<HubFile> files;
  QString folder;  ///< files keep their paths below it
};

struct DownloadProgress {
  QString file;
  qint64 doneBytes = 0;  ///< of all files
  qint64 totalBytes = 0;
  double bytesPerSecond = 0;  ///< of the last seconds; 0: not known yet
  qint64 secondsLeft = -1;    ///< -1: not known yet
  bool checking = false;      ///< reading a file to compare its hash
};

/// Fetches a model's files, one after the other: each as `NAME.part`, which a later attempt goes on with, and
/// under its own name once its size and hash are right. A file that is there and right is not fetched.
///
/// Connections that break are tried again, up to kMostTries times without a new byte. For a thread of its
/// own, in which it waits for the disk: moveToThread before the first use, calls by queued connections;
/// pause() and cancel() may be called from any thread. Sentences are translated.
class ModelDownload : public QObject {
  Q_OBJECT
 public:
  static constexpr int kMostTries = 5;

  ModelDownload();

  /// For tests: free bytes of a folder's disk, and the pause before the first new try (doubled each time).
  void setFreeSpace(std::function<qint64(const QString&)> freeSpace) { m_freeSpace = std::move(freeSpace); }
  void setRetryMs(int milliseconds) { m_retryMs = milliseconds; }

  /// Asks the hub for the files of a repository; ends in listed() or failed().
  void list(const lapilli::gui::Hub& hub, const QString& repository);
  /// Begins, or goes on after a pause or a failure; ends in finished(), paused() or failed().
  void start(const lapilli::gui::DownloadPlan& plan);
  /// Stops and keeps what is there, so that start() goes on from it.
  void pause();
  /// Stops and removes the parts of files that are not whole.
  void cancel();

 signals:
  void listed(const QList<lapilli::gui::HubFile>& files);
  void progress(const lapilli::gui::DownloadProgress& progress);
  void finished(const QString& folder);
  void paused();
  void cancelled();
  void failed(const QString& sentence);

 private:
  enum class Halt { No, Pause, Cancel };

  using Answered = std::function<void(QNetworkReply&)>;
  void get(const QUrl& url, qint64 from, const Answered& answered);
  void follow(const QUrl& url, qint64 from, const Answered& answered);
  void readListing(QNetworkReply& reply, const Hub& hub);
  [[nodiscard]] QString path(const HubFile& file) const { return m_plan.folder + u'/' + file.path; }
  [[nodiscard]] QString partPath(const HubFile& file) const { return path(file) + QStringLiteral(".part"); }
  [[nodiscard]] bool hasSpace();
  void next();
  void fetch();
  void begin(QNetworkReply& reply);
  void take();
  void replied(QNetworkReply& reply);
  void fileArrived();
  [[nodiscard]] bool isRight(const HubFile& file, const QString& at, QString& problem);
  void retry(const QString& sentence);
  void tell(bool checking);
  [[nodiscard]] bool halted();
  void stopReply();
  void fail(const QString& sentence);

  std::unique_ptr<QNetworkAccessManager> m_network;  // made in the thread it is used in
  QPointer<QNetworkReply> m_reply;
  std::function<qint64(const QString&)> m_freeSpace;
  int m_retryMs = 1000;
  std::atomic<Halt> m_halt = Halt::No;

  DownloadPlan m_plan;
  QList<HubFile> m_listed;
  qsizetype m_at = 0;
  bool m_running = false;
  QFile m_part;
  qint64 m_doneBefore = 0;  // bytes of the files before this one
  qint64 m_partBytes = 0;   // of this one
  int m_tries = 0;
  int m_redirects = 0;
  QElapsedTimer m_clock;
  qint64 m_toldAt = 0;
  struct Sample {
    qint64 ms;
    qint64 bytes;
  };
  QList<Sample> m_samples;
};

}  // namespace lapilli::gui

Q_DECLARE_METATYPE(lapilli::gui::Hub)
Q_DECLARE_METATYPE(lapilli::gui::HubFile)
Q_DECLARE_METATYPE(lapilli::gui::DownloadPlan)
Q_DECLARE_METATYPE(lapilli::gui::DownloadProgress)
