// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/picture_fetch.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QLocale>
#include <QMimeDatabase>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <memory>

namespace lapilli::gui {
namespace {

constexpr int kLongestFileName = 80;
constexpr int kLongestAddress = 80;
constexpr qint64 kTellMs = 100;

QString nameOf(const QUrl& address) {
  const QString name = address.fileName(QUrl::FullyDecoded).simplified().left(kLongestFileName);
  return name.isEmpty() ? address.host() : name;
}

QNetworkRequest requestFor(const QUrl& address, const PictureFetch::Limits& limits) {
  QNetworkRequest request(address);
  request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
  request.setMaximumRedirectsAllowed(limits.redirects);
  for (const auto part :
       {QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::CookieSaveControlAttribute,
        QNetworkRequest::AuthenticationReuseAttribute})
    request.setAttribute(part, QNetworkRequest::Manual);
  request.setHeader(QNetworkRequest::UserAgentHeader,
                    QStringLiteral("Lapilli/%1").arg(QCoreApplication::applicationVersion()));
  request.setRawHeader("Accept", "image/*");
  // What is unpacked on the way could be much larger than what was sent.
  request.setRawHeader("Accept-Encoding", "identity");
  request.setTransferTimeout(limits.silenceMs);
  return request;
}

QString reasonOf(const QNetworkReply& reply) {
  switch (reply.error()) {
    case QNetworkReply::HostNotFoundError:
      return PictureFetch::tr("There is no server of this name, or no network.");
    case QNetworkReply::TooManyRedirectsError:
      return PictureFetch::tr("It leads from one address to the next, too often.");
    case QNetworkReply::InsecureRedirectError:
      return PictureFetch::tr("It leads on to an address that is not encrypted.");
    case QNetworkReply::ProtocolUnknownError:
      return PictureFetch::tr("It leads on to an address that is not followed.");
    case QNetworkReply::SslHandshakeFailedError:
      return PictureFetch::tr("The server does not prove who it is.");
    case QNetworkReply::OperationCanceledError:  // nobody else ends one that is still waited for
    case QNetworkReply::TimeoutError:
      return PictureFetch::tr("The server sends nothing more.");
    default:
      break;
  }
  const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  if (status == 404 || status == 410) return PictureFetch::tr("There is nothing at this address.");
  if (status == 401 || status == 403)
    return PictureFetch::tr("The server does not give it out; copy the picture itself, or save it first.");
  if (status >= 400) return PictureFetch::tr("The server answers with the error %1.").arg(status);
  return PictureFetch::tr("The server can not be reached.");
}

/// Why a content is no picture, as far as that can be told from its first bytes; empty: it may be one.
QString objectionTo(const QByteArray& content) {
  if (content.isEmpty()) return PictureFetch::tr("The server sends an empty file.");
  const QMimeType type = QMimeDatabase().mimeTypeForData(content);
  if (type.inherits(QStringLiteral("text/plain")) && !type.name().startsWith(QLatin1String("image/")))
    return PictureFetch::tr("It is a page or a text; drag the picture itself.");
  return {};
}

}  // namespace

class PictureFetch::Worker : public QObject {
 public:
  explicit Worker(PictureFetch& owner) : m_owner(owner) {}

  void get(quint64 id, const QUrl& address, const Limits& limits) {
    if (!m_network) m_network = std::make_unique<QNetworkAccessManager>();
    QNetworkReply* reply = m_network->get(requestFor(address, limits));
    m_transfers.insert(id, {.reply = reply, .mostBytes = limits.mostBytes});
    m_transfers[id].sinceTold.start();
    connect(reply, &QNetworkReply::readyRead, this, [this, id] { read(id); });
    connect(reply, &QNetworkReply::finished, this, [this, id] { end(id); });
    QTimer::singleShot(limits.wholeMs, reply,
                       [this, id] { refuse(id, PictureFetch::tr("It takes too long."), {}); });
  }

  void stop(quint64 id) {
    if (m_transfers.contains(id)) drop(id);
  }

 private:
  struct Transfer {
    QNetworkReply* reply = nullptr;
    qint64 mostBytes = 0;
    QByteArray content = {};
    QElapsedTimer sinceTold = {};
  };

  /// Nothing more is heard of it.
  QByteArray drop(quint64 id) {
    const Transfer transfer = m_transfers.take(id);
    transfer.reply->disconnect(this);
    transfer.reply->abort();
    transfer.reply->deleteLater();
    return transfer.content;
  }

  void read(quint64 id) {
    Transfer& transfer = m_transfers[id];
    transfer.content += transfer.reply->readAll();
    const QVariant length = transfer.reply->header(QNetworkRequest::ContentLengthHeader);
    const qint64 total = length.isValid() ? length.toLongLong() : -1;
    if (std::max(total, qint64{transfer.content.size()}) > transfer.mostBytes)
      return refuse(
          id, PictureFetch::tr("It is larger than %1.").arg(QLocale().formattedDataSize(transfer.mostBytes)),
          {});
    if (transfer.sinceTold.elapsed() < kTellMs) return;
    transfer.sinceTold.start();
    post([&owner = m_owner, id, received = transfer.content.size(), total] {
      owner.note(id, received, total);
    });
  }

  void end(quint64 id) {
    const QNetworkReply& reply = *m_transfers[id].reply;
    if (reply.error() != QNetworkReply::NoError) return refuse(id, reasonOf(reply), reply.errorString());
    read(id);
    if (!m_transfers.contains(id)) return;
    const QByteArray content = drop(id);
    const QString objection = objectionTo(content);
    post([&owner = m_owner, id, content, objection] {
      objection.isEmpty() ? owner.finish(id, content) : owner.refuse(id, objection, {});
    });
  }

  void refuse(quint64 id, const QString& reason, const QString& details) {
    if (!m_transfers.contains(id)) return;
    drop(id);
    post([&owner = m_owner, id, reason, details] { owner.refuse(id, reason, details); });
  }

  template <class Call>
  void post(Call call) {
    QMetaObject::invokeMethod(&m_owner, std::move(call), Qt::QueuedConnection);
  }

  PictureFetch& m_owner;
  std::unique_ptr<QNetworkAccessManager> m_network;  // made in the thread it is used in
  QHash<quint64, Transfer> m_transfers;
};

PictureFetch::PictureFetch(QObject* parent) : QObject(parent), m_worker(new Worker(*this)) {
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  m_thread.setObjectName(QStringLiteral("pictures of the web"));
}

PictureFetch::~PictureFetch() {
  if (!m_thread.isRunning()) {
    delete m_worker;
    return;
  }
  m_thread.quit();
  m_thread.wait();
}

bool PictureFetch::takes(const QUrl& address) {
  return address.isValid() && !address.host().isEmpty() &&
         (address.scheme() == QLatin1String("https") || address.scheme() == QLatin1String("http"));
}

void PictureFetch::begin(const QUrl& address, ChatId owner) {
  if (!m_thread.isRunning()) m_thread.start();
  m_underway.append({.id = ++m_last, .address = address, .name = nameOf(address), .owner = owner});
  startNext();
  emit changed();
}

void PictureFetch::startNext() {
  auto begun = std::count_if(m_underway.begin(), m_underway.end(), std::mem_fn(&Fetching::begun));
  for (Fetching& fetching : m_underway) {
    if (begun >= kMostAtOnce) return;
    if (std::exchange(fetching.begun, true)) continue;
    ++begun;
    QUrl asked = fetching.address;
    asked.setUserInfo({});
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, id = fetching.id, asked, limits = m_limits] { worker->get(id, asked, limits); },
        Qt::QueuedConnection);
  }
}

void PictureFetch::cancel(ChatId owner) {
  const auto cancelled = m_underway.removeIf([this, owner](const Fetching& fetching) {
    if (fetching.owner != owner) return false;
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, id = fetching.id] { worker->stop(id); }, Qt::QueuedConnection);
    return true;
  });
  if (cancelled == 0) return;
  startNext();
  emit changed();
}

/// Its id is 0 where it was cancelled meanwhile.
PictureFetch::Fetching PictureFetch::take(quint64 id) {
  const auto found = std::find_if(m_underway.begin(), m_underway.end(),
                                  [id](const Fetching& fetching) { return fetching.id == id; });
  if (found == m_underway.end()) return {};
  const Fetching taken = *found;
  m_underway.erase(found);
  startNext();
  return taken;
}

void PictureFetch::note(quint64 id, qint64 received, qint64 total) {
  for (Fetching& fetching : m_underway) {
    if (fetching.id != id) continue;
    fetching.received = received;
    fetching.total = total;
    emit changed();
  }
}

void PictureFetch::finish(quint64 id, const QByteArray& content) {
  const Fetching ended = take(id);
  if (ended.id == 0) return;
  emit fetched(content, ended.name, ended.owner);
  emit changed();
}

void PictureFetch::refuse(quint64 id, const QString& reason, const QString& details) {
  const Fetching ended = take(id);
  if (ended.id == 0) return;
  emit refused(shownAddress(ended.address), reason, details);
  emit changed();
}

QString shownAddress(const QUrl& address) {
  const QString shown = address.toDisplayString(QUrl::RemoveUserInfo);
  return shown.size() <= kLongestAddress ? shown : shown.left(kLongestAddress - 1) + QChar(0x2026);
}

}  // namespace lapilli::gui
