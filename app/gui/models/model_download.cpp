// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/model_download.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QStorageInfo>

#include <algorithm>

namespace lapilli::gui {
namespace {

constexpr int kMostRedirects = 8;
constexpr qint64 kReadBytes = qint64{1} << 20;
constexpr qint64 kMostListingBytes = qint64{32} << 20;
/// What stays free beside the model.
constexpr qint64 kSpareBytes = qint64{64} << 20;
constexpr qint64 kTellMs = 100;
constexpr qint64 kSpeedMs = 8000;  // the speed is that of the last eight seconds

int statusOf(const QNetworkReply& reply) {
  return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

bool isTemporary(int status) {
  return status == 0 || status == 408 || status == 429 || status >= 500;
}

/// "bytes 5-9/10" → 5; -1 for anything else.
qint64 rangeStart(const QByteArray& contentRange) {
  if (!contentRange.startsWith("bytes ")) return -1;
  bool ok = false;
  const qint64 start = contentRange.mid(6).split('-').value(0).toLongLong(&ok);
  return ok ? start : -1;
}

QString bytesText(qint64 bytes) {
  return QLocale().formattedDataSize(bytes);
}

}  // namespace

ModelDownload::ModelDownload()
    : m_freeSpace([](const QString& folder) { return QStorageInfo(folder).bytesAvailable(); }) {
  qRegisterMetaType<QList<HubFile>>();
  qRegisterMetaType<DownloadProgress>();
}

void ModelDownload::get(const QUrl& url, qint64 from, const Answered& answered) {
  m_redirects = 0;
  follow(url, from, answered);
}

void ModelDownload::follow(const QUrl& url, qint64 from, const Answered& answered) {
  if (!m_network) m_network = std::make_unique<QNetworkAccessManager>();
  QNetworkRequest request = hubRequest(url);
  if (from > 0) request.setRawHeader("Range", "bytes=" + QByteArray::number(from) + '-');
  QNetworkReply* reply = m_network->get(request);
  reply->setReadBufferSize(4 * kReadBytes);
  m_reply = reply;
  // Redirects are followed by hand: each request is made anew, so that a token stays with the host it is for.
  connect(reply, &QNetworkReply::metaDataChanged, this, [this, reply, url, from, answered] {
    if (reply != m_reply) return;
    const int status = statusOf(*reply);
    if (status < 300 || status >= 400 || status == 304) {
      if (status != 0) answered(*reply);
      return;
    }
    const QUrl to = url.resolved(reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl());
    stopReply();
    if (++m_redirects > kMostRedirects || !mayRedirect(url, to)) {
      return fail(tr("The hub leads to an address that is not followed: %1").arg(to.toDisplayString()));
    }
    follow(to, from, answered);
  });
  connect(reply, &QNetworkReply::finished, this, [this, reply] {
    if (reply == m_reply && statusOf(*reply) == 0) {  // there was no answer at all
      const QString sentence = reply->errorString();
      stopReply();
      m_running ? retry(sentence) : fail(tr("The hub can't be reached: %1.").arg(sentence));
    }
  });
}

void ModelDownload::list(const Hub& hub, const QString& repository) {
  stopReply();
  m_running = false;
  m_halt = Halt::No;
  m_listed.clear();
  get(listUrl(hub, repository), 0, [this, hub](QNetworkReply& reply) { readListing(reply, hub); });
}

void ModelDownload::readListing(QNetworkReply& reply, const Hub& hub) {
  reply.setReadBufferSize(0);
  connect(&reply, &QNetworkReply::finished, this, [this, &reply, hub] {
    if (&reply != m_reply) return;
    const int status = statusOf(reply);
    const QByteArray json = reply.read(kMostListingBytes + 1);
    const QByteArray link = reply.rawHeader("Link");
    const QString error = reply.error() == QNetworkReply::NoError ? QString() : reply.errorString();
    stopReply();
    if (status == 401 || status == 403) {
      return fail(
          tr("The hub does not give this model out: it does not exist, or it wants an account and the "
             "acceptance of its licence. With a token in HF_TOKEN it can be fetched from Hugging Face."));
    }
    if (status == 404) return fail(tr("The hub has no model of this name."));
    if (!error.isEmpty()) return fail(tr("The hub can't be reached: %1.").arg(error));
    if (json.size() > kMostListingBytes) return fail(tr("The hub's list of files is too long."));
    const auto listing = parseListing(hub, json, link);
    if (!listing) return fail(QString::fromStdString(listing.error().message()));
    m_listed += listing->files;
    constexpr qsizetype kMostListed = 20000;
    if (listing->next.isValid() && m_listed.size() < kMostListed) {
      return get(listing->next, 0, [this, hub](QNetworkReply& more) { readListing(more, hub); });
    }
    emit listed(m_listed);
  });
}

void ModelDownload::start(const DownloadPlan& plan) {
  stopReply();
  m_plan = plan;
  // Large files first, so that the small ones, by which a folder is taken for a model, come when the rest is
  // there.
  std::stable_sort(m_plan.files.begin(), m_plan.files.end(),
                   [](const HubFile& a, const HubFile& b) { return a.sizeBytes > b.sizeBytes; });
  m_halt = Halt::No;
  m_at = 0;
  m_doneBefore = 0;
  m_partBytes = 0;
  m_tries = 0;
  m_samples.clear();
  m_clock.start();
  m_toldAt = -kTellMs;
  m_running = true;
  if (!QDir().mkpath(m_plan.folder)) {
    return fail(tr("The folder can't be made: %1").arg(QDir::toNativeSeparators(m_plan.folder)));
  }
  if (hasSpace()) next();
}

bool ModelDownload::hasSpace() {
  qint64 wanted = 0;
  for (const HubFile& file : m_plan.files) {
    const qint64 there =
        QFileInfo::exists(path(file)) ? QFileInfo(path(file)).size() : QFileInfo(partPath(file)).size();
    wanted += std::max<qint64>(0, file.sizeBytes - there);
  }
  const qint64 free = m_freeSpace(m_plan.folder);
  if (wanted == 0 || free >= wanted + kSpareBytes) return true;
  fail(tr("The disk has %1 free; the model needs %2. Free space, or choose another folder.")
           .arg(bytesText(free), bytesText(wanted + kSpareBytes)));
  return false;
}

void ModelDownload::next() {
  for (; m_at < m_plan.files.size(); ++m_at) {
    if (halted()) return;
    const HubFile& file = m_plan.files[m_at];
    m_partBytes = 0;
    if (QFileInfo(path(file)).size() != file.sizeBytes || !QFileInfo::exists(path(file))) return fetch();
    QString problem;
    tell(true);
    if (!isRight(file, path(file), problem)) {
      if (halted()) return;
      return fetch();
    }
    m_doneBefore += file.sizeBytes;
  }
  m_running = false;
  emit finished(m_plan.folder);
}

void ModelDownload::fetch() {
  const HubFile& file = m_plan.files[m_at];
  m_part.close();
  m_part.setFileName(partPath(file));
  if (!QDir().mkpath(QFileInfo(partPath(file)).path()) ||
      !m_part.open(QIODevice::ReadWrite | QIODevice::Append)) {
    return fail(
        tr("%1 can't be written: %2.").arg(QDir::toNativeSeparators(partPath(file)), m_part.errorString()));
  }
  if (m_part.size() > file.sizeBytes) m_part.resize(0);
  m_partBytes = m_part.size();
  if (m_partBytes == file.sizeBytes) return fileArrived();
  get(fileUrl(m_plan.hub, m_plan.repository, file.path), m_partBytes,
      [this](QNetworkReply& reply) { begin(reply); });
}

void ModelDownload::begin(QNetworkReply& reply) {
  const int status = statusOf(reply);
  const QString& name = m_plan.files[m_at].path;
  const qint64 expectedStart = m_partBytes;
  if (status == 200 || (status == 206 && rangeStart(reply.rawHeader("Content-Range")) != expectedStart)) {
    // Everything from the start, or a part that nobody asked for.
    if (status == 206) {
      stopReply();
      m_part.resize(0);
      return retry(tr("The hub gave another part of %1 than was asked for").arg(name));
    }
    m_part.resize(0);
    m_partBytes = 0;
  } else if (status == 416) {
    stopReply();
    m_part.resize(0);
    return retry(tr("The hub has no such part of %1").arg(name));
  } else if (status != 206) {
    stopReply();
    if (isTemporary(status)) return retry(tr("the hub answered %1").arg(status));
    if (status == 401 || status == 403) {
      return fail(
          tr("The hub does not give out %1: it wants an account and the acceptance of a licence.").arg(name));
    }
    return fail(tr("The hub does not have %1 any more (answer %2).").arg(name).arg(status));
  }
  connect(&reply, &QNetworkReply::readyRead, this, [this, &reply] {
    if (&reply == m_reply) take();
  });
  connect(&reply, &QNetworkReply::finished, this, [this, &reply] {
    if (&reply == m_reply) replied(reply);
  });
  take();
}

void ModelDownload::take() {
  const HubFile& file = m_plan.files[m_at];
  while (m_reply != nullptr && m_reply->bytesAvailable() > 0) {
    if (halted()) return;
    const QByteArray bytes = m_reply->read(kReadBytes);
    if (m_partBytes + bytes.size() > file.sizeBytes) {
      m_part.remove();
      return fail(tr("%1 is longer than the hub said (%2 bytes); it was removed.")
                      .arg(file.path)
                      .arg(file.sizeBytes));
    }
    if (m_part.write(bytes) != bytes.size()) {
      return fail(tr("%1 can't be written: %2.")
                      .arg(QDir::toNativeSeparators(m_part.fileName()), m_part.errorString()));
    }
    m_partBytes += bytes.size();
    m_tries = 0;
    tell(false);
  }
}

void ModelDownload::replied(QNetworkReply& reply) {
  take();
  if (m_reply != &reply) return;  // it failed or was halted on the way
  const QString error = reply.errorString();
  const bool broken = reply.error() != QNetworkReply::NoError;
  const bool whole = m_partBytes == m_plan.files[m_at].sizeBytes;
  stopReply();
  if (whole) return fileArrived();
  retry(broken ? error : tr("the connection ended early"));
}

void ModelDownload::fileArrived() {
  const HubFile file = m_plan.files[m_at];
  const bool flushed = m_part.flush();
  m_part.close();
  QString problem;
  tell(true);
  if (!flushed) return fail(tr("%1 can't be written: %2.").arg(m_part.fileName(), m_part.errorString()));
  if (!isRight(file, partPath(file), problem)) {
    if (halted()) return;
    QFile::remove(partPath(file));
    return fail(problem);
  }
  QFile::remove(path(file));
  if (!QFile::rename(partPath(file), path(file))) {
    return fail(tr("%1 can't be given its name.").arg(QDir::toNativeSeparators(partPath(file))));
  }
  m_doneBefore += file.sizeBytes;
  m_partBytes = 0;
  ++m_at;
  next();
}

/// Size and hash. False also when halted on the way.
bool ModelDownload::isRight(const HubFile& file, const QString& at, QString& problem) {
  QFile content(at);
  if (!content.open(QIODevice::ReadOnly)) {
    problem = tr("%1 can't be read: %2.").arg(QDir::toNativeSeparators(at), content.errorString());
    return false;
  }
  const bool git = file.sha256.isEmpty();
  if (git && file.gitSha1.isEmpty()) return content.size() == file.sizeBytes;  // the hub gives no hash
  QCryptographicHash hash(git ? QCryptographicHash::Sha1 : QCryptographicHash::Sha256);
  if (git) hash.addData(QByteArray("blob ") + QByteArray::number(content.size()) + '\0');
  while (!content.atEnd()) {
    if (m_halt != Halt::No) return false;
    hash.addData(content.read(4 * kReadBytes));
  }
  const QString wanted = git ? file.gitSha1 : file.sha256;
  const QString got = QString::fromLatin1(hash.result().toHex());
  if (got == wanted) return true;
  problem =
      tr("%1 is not what the hub says: its hash is %2, expected %3. It was removed; fetch it again, or from "
         "another hub.")
          .arg(file.path, got, wanted);
  return false;
}

void ModelDownload::retry(const QString& sentence) {
  if (halted()) return;
  if (++m_tries > kMostTries) {
    return fail(tr("%1 could not be fetched: %2. What is there is kept; start again to go on.")
                    .arg(m_plan.files[m_at].path, sentence));
  }
  QTimer::singleShot(m_retryMs << (m_tries - 1), this, [this] {
    if (m_running && !halted()) fetch();
  });
}

void ModelDownload::tell(bool checking) {
  const qint64 now = m_clock.elapsed();
  DownloadProgress told{.file = m_plan.files[m_at].path,
                        .doneBytes = m_doneBefore + m_partBytes,
                        .totalBytes = 0,
                        .bytesPerSecond = 0,
                        .secondsLeft = -1,
                        .checking = checking};
  if (!checking && now - m_toldAt < kTellMs) return;
  m_toldAt = now;
  for (const HubFile& file : m_plan.files) told.totalBytes += file.sizeBytes;
  m_samples.append({now, told.doneBytes});
  while (m_samples.size() > 2 && now - m_samples.first().ms > kSpeedMs) m_samples.removeFirst();
  const qint64 time = now - m_samples.first().ms;
  if (time >= 500) {
    told.bytesPerSecond =
        static_cast<double>(told.doneBytes - m_samples.first().bytes) * 1000 / static_cast<double>(time);
  }
  if (told.bytesPerSecond > 1) {
    told.secondsLeft =
        static_cast<qint64>(static_cast<double>(told.totalBytes - told.doneBytes) / told.bytesPerSecond);
  }
  emit progress(told);
}

void ModelDownload::pause() {
  m_halt = Halt::Pause;
  QMetaObject::invokeMethod(this, [this] { static_cast<void>(halted()); });
}

void ModelDownload::cancel() {
  m_halt = Halt::Cancel;
  QMetaObject::invokeMethod(this, [this] {
    if (!m_running) m_running = !m_plan.files.isEmpty();  // the parts of a paused one go as well
    static_cast<void>(halted());
  });
}

/// Whether the work was told to end; does so.
bool ModelDownload::halted() {
  const Halt halt = m_halt;
  if (halt == Halt::No) return false;
  if (!m_running) return true;
  m_running = false;
  stopReply();
  m_part.close();
  if (halt == Halt::Pause) {
    emit paused();
    return true;
  }
  for (const HubFile& file : m_plan.files) QFile::remove(partPath(file));
  QDir().rmdir(m_plan.folder);  // where it is empty
  emit cancelled();
  return true;
}

void ModelDownload::stopReply() {
  if (m_reply == nullptr) return;
  QNetworkReply* reply = m_reply;
  m_reply = nullptr;
  reply->disconnect(this);
  // Later, since this may be called by a signal of the reply, which must not be aborted within it.
  QTimer::singleShot(0, reply, [reply] {
    reply->abort();
    reply->deleteLater();
  });
}

void ModelDownload::fail(const QString& sentence) {
  stopReply();
  m_part.close();
  m_running = false;
  emit failed(sentence);
}

}  // namespace lapilli::gui
