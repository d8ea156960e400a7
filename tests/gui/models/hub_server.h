// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCryptographicHash>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

namespace lapilli::test {

/// A model hub on this machine, of one repository "o/m", with every fault a hub can have.
class HubServer : public QTcpServer {
  Q_OBJECT
 public:
  struct File {
    QByteArray content;
    QByteArray served;  ///< what is sent in its place; empty: the content
    int status = 200;   ///< other: an answer without the file
    int cutsLeft = 0;   ///< so many answers end after cutAfter bytes
    int cutAfter = 0;
    bool ignoresRanges = false;
    bool redirects = false;  ///< to /cdn/NAME
    bool large = true;       ///< listed with its SHA-256, else as git names it
    int pieceMs = 0;         ///< pause between pieces of 64 KiB
  };

  HubServer() { QTcpServer::listen(QHostAddress::LocalHost); }
  [[nodiscard]] QString address() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }

  QHash<QString, File> files;
  int listStatus = 200;
  QStringList requests;  ///< "path range"
  QList<QByteArray> headers;

 protected:
  void incomingConnection(qintptr descriptor) override {
    auto* socket = new QTcpSocket(this);
    socket->setSocketDescriptor(descriptor);
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
      const QByteArray request = socket->property("request").toByteArray() + socket->readAll();
      socket->setProperty("request", request);
      if (!request.endsWith("\r\n\r\n")) return;
      socket->setProperty("request", QByteArray());
      answer(*socket, request);
    });
  }

 private:
  static QByteArray headerOf(const QByteArray& request, const QByteArray& name) {
    for (const QByteArray& line : request.split('\n')) {
      if (line.toLower().startsWith(name + ':')) return line.mid(name.size() + 1).trimmed();
    }
    return {};
  }

  void answer(QTcpSocket& socket, const QByteArray& request) {
    const QString path = QString::fromUtf8(request.split(' ').value(1)).section(u'?', 0, 0);
    const QByteArray range = headerOf(request, "range");
    requests.append(path + u' ' + QString::fromLatin1(range));
    headers.append(request);
    if (path == QLatin1String("/api/models/o/m/tree/main")) return sendList(socket);
    const QString name = path.section(u'/', path.startsWith(QLatin1String("/cdn/")) ? 2 : 5);
    if (!files.contains(name)) return send(socket, 404, "", "no such file");
    File& file = files[name];
    if (file.redirects && !path.startsWith(QLatin1String("/cdn/"))) {
      return send(socket, 302, "Location: /cdn/" + name.toUtf8() + "\r\n", "");
    }
    if (file.status != 200) return send(socket, file.status, "", "sorry");
    sendFile(socket, file, range);
  }

  void sendList(QTcpSocket& socket) {
    QJsonArray list;
    for (auto file = files.cbegin(); file != files.cend(); ++file) {
      const QByteArray& content = file->content;
      QJsonObject entry{{"type", "file"}, {"path", file.key()}, {"size", content.size()}};
      const auto hash = [](const QByteArray& bytes, QCryptographicHash::Algorithm algorithm) {
        return QString::fromLatin1(QCryptographicHash::hash(bytes, algorithm).toHex());
      };
      entry["oid"] =
          hash("blob " + QByteArray::number(content.size()) + '\0' + content, QCryptographicHash::Sha1);
      if (file->large) {
        entry["lfs"] =
            QJsonObject{{"oid", hash(content, QCryptographicHash::Sha256)}, {"size", content.size()}};
      }
      list.append(entry);
    }
    send(socket, listStatus, "", QJsonDocument(list).toJson());
  }

  static void send(QTcpSocket& socket, int status, const QByteArray& extra, const QByteArray& body) {
    socket.write("HTTP/1.1 " + QByteArray::number(status) +
                 " x\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + extra + "\r\n" + body);
  }

  static void sendFile(QTcpSocket& socket, File& file, const QByteArray& range) {
    QByteArray body = file.served.isEmpty() ? file.content : file.served;
    const qsizetype total = body.size();
    QByteArray head = "HTTP/1.1 200 OK\r\n";
    if (!range.isEmpty() && !file.ignoresRanges) {
      const qsizetype from = range.mid(6).split('-')[0].toLongLong();
      if (from >= total) return send(socket, 416, "", "");
      body = body.mid(from);
      head = "HTTP/1.1 206 Partial\r\nContent-Range: bytes " + QByteArray::number(from) + '-' +
             QByteArray::number(total - 1) + '/' + QByteArray::number(total) + "\r\n";
    }
    socket.write(head + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n");
    if (file.cutsLeft > 0) {
      --file.cutsLeft;
      socket.write(body.left(file.cutAfter));
      socket.flush();
      socket.disconnectFromHost();
    } else if (file.pieceMs > 0) {
      sendSlowly(&socket, body, file.pieceMs);
    } else {
      socket.write(body);
    }
  }

  static void sendSlowly(QTcpSocket* socket, const QByteArray& body, int pieceMs) {
    constexpr qsizetype kPiece = qsizetype{64} << 10;
    socket->write(body.left(kPiece));
    if (body.size() > kPiece) {
      QTimer::singleShot(pieceMs, socket, [=] { sendSlowly(socket, body.mid(kPiece), pieceMs); });
    }
  }
};

}  // namespace lapilli::test
