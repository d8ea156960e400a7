// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

namespace lapilli::test {

/// A web server on this machine whose pages have every fault one can have.
class WebServer : public QTcpServer {
  Q_OBJECT

 public:
  struct Page {
    QByteArray content = {};
    int status = 200;
    QByteArray headers = {};  ///< further ones, each with its line end
    bool tellsLength = true;
    bool hangs = false;  ///< after the headers
    int pieceMs = 0;     ///< pause between pieces of 16 KiB; 0: all at once
  };

  enum class Scheme { kHttp, kHttps };

  explicit WebServer(Scheme scheme = Scheme::kHttp) : m_scheme(scheme) { listen(QHostAddress::LocalHost); }
  [[nodiscard]] QUrl address(const QString& path) const {
    const QString scheme = m_scheme == Scheme::kHttps ? QStringLiteral("https") : QStringLiteral("http");
    return QUrl(QStringLiteral("%1://127.0.0.1:%2%3").arg(scheme).arg(serverPort()).arg(path));
  }
  /// Of 127.0.0.1, signed by itself, for this test alone.
  [[nodiscard]] static QSslCertificate certificate() { return QSslCertificate(kCertificate); }

  QHash<QString, Page> pages;
  QList<QByteArray> requests;
  int left = 0;  ///< connections that were closed before all was sent

 protected:
  void incomingConnection(qintptr descriptor) override {
    auto* socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    if (m_scheme == Scheme::kHttps) {
      socket->setLocalCertificate(certificate());
      socket->setPrivateKey(QSslKey(kKey, QSsl::Ec));
      socket->startServerEncryption();
    }
    connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
      if (socket->property("sending").toBool()) ++left;
      socket->deleteLater();
    });
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
      const QByteArray request = socket->property("request").toByteArray() + socket->readAll();
      socket->setProperty("request", request);
      if (request.endsWith("\r\n\r\n")) answer(socket, request);
    });
  }

 private:
  void answer(QTcpSocket* socket, const QByteArray& request) {
    requests.append(request);
    const QString path = QString::fromUtf8(request.split(' ').value(1));
    const Page page = pages.value(path, {.content = "nothing here", .status = 404});
    socket->setProperty("sending", true);
    socket->write("HTTP/1.1 " + QByteArray::number(page.status) + " x\r\nConnection: close\r\n" +
                  page.headers);
    if (page.tellsLength)
      socket->write("Content-Length: " + QByteArray::number(page.content.size()) + "\r\n");
    socket->write("\r\n");
    if (!page.hangs) send(socket, page.content, page.pieceMs);
  }

  static void send(QTcpSocket* socket, const QByteArray& content, int pieceMs) {
    const qsizetype piece = pieceMs == 0 ? content.size() : qsizetype{16} << 10;
    socket->write(content.left(piece));
    if (content.size() > piece)
      return QTimer::singleShot(pieceMs, socket, [=] { send(socket, content.mid(piece), pieceMs); });
    socket->setProperty("sending", false);
    socket->disconnectFromHost();
  }

  static inline const QByteArray kKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguFi9W/xYv8EmNUvd
OdYCehy7iaaLXrTivmVfWUtizv6hRANCAATpbmztcwRVDNHgQElYBTWbsP8YgDO8
5HyrHViRsHO51nwjZlrpzOOHJAAlwHJU+xoSeE0lkOkZMxX0/iEP4zVQ
-----END PRIVATE KEY-----)";
  static inline const QByteArray kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBXDCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOlubO1zBFUM0eBA
SVgFNZuw/xiAM7zkfKsdWJGwc7nWfCNmWunM44ckACXAclT7GhJ4TSWQ6RkzFfT+
IQ/jNVCjQzBBMA8GA1UdEQQIMAaHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNV
HQ4EFgQU6BA0vLV2NvTD71bd5khL5Ks/0qUwCgYIKoZIzj0EAwIDSAAwRQIgQimg
wkUlZrwCD//bbin2Bxwpp+GYZtyXBUkgrEUByQUCIQDG7A143U/ttY+6zm3cQCdC
CHVp0n7w6ugz+AlQ9i4vzQ==
-----END CERTIFICATE-----)";

  Scheme m_scheme;
};

}  // namespace lapilli::test
