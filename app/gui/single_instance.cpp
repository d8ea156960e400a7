// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/single_instance.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QLocalSocket>

namespace lapilli::gui {
namespace {

constexpr int kPatienceMs = 1000;
constexpr qint64 kMostBytes = 1 << 20;

}  // namespace

SingleInstance::SingleInstance(const QString& folder, QObject* parent)
    : QObject(parent),
      m_name(QStringLiteral("lapilli-") +
             QString::fromLatin1(
                 QCryptographicHash::hash(QDir(folder).canonicalPath().toUtf8(), QCryptographicHash::Sha256)
                     .toHex()
                     .left(16))),
      m_lock(QDir(folder).filePath(kLockName)) {
  m_lock.setStaleLockTime(0);  // a lock is stale when its process is gone, however old it is
  m_server.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::receive);
}

bool SingleInstance::begin() {
  if (!m_lock.tryLock()) return false;
  QLocalServer::removeServer(m_name);  // of a process that was killed
  return m_server.listen(m_name);
}

/// Runs before there is a window, so it may wait.
bool SingleInstance::handOver(const QStringList& files, const QString& model) const {
  QLocalSocket socket;
  socket.connectToServer(m_name);
  if (!socket.waitForConnected(kPatienceMs)) return false;
  QByteArray message;
  QDataStream stream(&message, QIODevice::WriteOnly);
  stream << files << model;
  socket.write(message);
  return socket.waitForBytesWritten(kPatienceMs) && (socket.disconnectFromServer(), true);
}

void SingleInstance::receive() {
  while (QLocalSocket* socket = m_server.nextPendingConnection()) {
    connect(socket, &QLocalSocket::disconnected, this, [this, socket] {
      socket->deleteLater();
      const QByteArray message = socket->readAll();
      if (message.size() > kMostBytes) return;
      QDataStream stream(message);
      QStringList files;
      QString model;
      stream >> files >> model;
      if (stream.status() == QDataStream::Ok) emit started(files, model);
    });
  }
}

}  // namespace lapilli::gui
