// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/background.h"
#include "app/gui/store/chat_export.h"
#include "app/gui/store/chat_rows.h"
#include "app/gui/store/import_reader.h"
#include "app/gui/store/object_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>

namespace lapilli::gui {
namespace {

using importing::ImportedChat;

constexpr qint64 kMostJsonBytes = qint64{1} << 30;
constexpr qint64 kMostPictureBytes = qint64{256} << 20;

QByteArray readJson(const QString& path) {
  QFile file(path);
  if (!QFileInfo(path).isFile()) {  // a pipe would be waited for
    throw Error(ErrorCode::kNotFound,
                QCoreApplication::translate("ChatImport", "There is no such file.").toStdString(),
                path.toStdString());
  }
  if (!file.open(QIODevice::ReadOnly)) {
    throw Error(ErrorCode::kIo,
                QCoreApplication::translate("ChatImport", "The file can't be read: %1.")
                    .arg(file.errorString())
                    .toStdString(),
                path.toStdString());
  }
  if (file.size() > kMostJsonBytes) {
    throw Error(ErrorCode::kBadFile,
                QCoreApplication::translate("ChatImport", "The file has %1 bytes; chats have at most %2.")
                    .arg(file.size())
                    .arg(kMostJsonBytes)
                    .toStdString(),
                path.toStdString());
  }
  return file.readAll();
}

/// So many messages are one transaction, and between two of them others get their turn: SQLite's waiting
/// writers look only now and then whether the database is free.
constexpr qsizetype kMessagesAtOnce = 50;
constexpr unsigned long kPauseMs = 10;

/// One import: adds chats in small transactions, so that the store stays usable, and takes them back on
/// failure. A chat counts as deleted until it is whole; one that a killed process left goes with the others
/// that were deleted.
class Importer {
 public:
  Importer(const QString& storeFolder, const QString& file, const StoreProgress& progress)
      : m_database(databaseOfChats(storeFolder), ChatDatabase::Access::ReadWrite),
        m_objects(storeFolder + QStringLiteral("/objects")),
        m_file(file),
        m_progress(progress) {}

  ImportReport run() {
    const QList<ImportedChat> chats = importing::readImport(readJson(m_file));
    try {
      for (qsizetype i = 0; i < chats.size(); ++i) {
        step(static_cast<int>(i), static_cast<int>(chats.size()));
        addPictures(chats[i]);
        addChat(chats[i]);
      }
      step(static_cast<int>(chats.size()), static_cast<int>(chats.size()));
    } catch (...) {
      takeBack();
      throw;
    }
    return m_report;
  }

 private:
  void step(int done, int total) const {
    if (!m_progress || m_progress(done, total)) return;
    throw Error(ErrorCode::kStopped,
                QCoreApplication::translate("ChatImport", "The import was stopped.").toStdString());
  }

  /// A file may name its pictures only below the folder it lies in; everything else counts as missing.
  QByteArray pictureContent(const QString& name) const {
    const QDir folder = QFileInfo(m_file).dir();
    const QString root = folder.canonicalPath();
    const QString path = QFileInfo(folder.filePath(name)).canonicalFilePath();
    if (name.isEmpty() || path.isEmpty() || !path.startsWith(root + u'/')) return {};
    QFile file(path);
    if (!QFileInfo(path).isFile() || file.size() > kMostPictureBytes || !file.open(QIODevice::ReadOnly))
      return {};
    return file.readAll();
  }

  void addPictures(const ImportedChat& chat) {
    for (auto picture = chat.files.cbegin(); picture != chat.files.cend(); ++picture) {
      const QByteArray content =
          m_objects.contains(picture.key()) ? QByteArray() : pictureContent(picture.value());
      const bool right = ObjectStore::hashOf(content) == picture.key();
      // Added even when it is there: what the store holds may be about to be cleared as unused.
      if (right) static_cast<void>(m_objects.add(content).value());
      ++(right || m_objects.touch(picture.key()) ? m_report.pictures : m_report.missingPictures);
    }
  }

  void addChat(const ImportedChat& imported) {
    ChatId chat = 0;
    m_database.transaction([&] {
      chat = insertChat(m_database, imported.chat);
      m_database.run(QStringLiteral("UPDATE chat SET deleted = ? WHERE id = ?"),
                     {QDateTime::currentMSecsSinceEpoch(), chat});
    });
    m_report.chats.append(chat);
    QHash<MessageId, MessageId> ids{{0, 0}};
    const auto inParts = [&](const std::function<void(const Message&)>& add) {
      for (qsizetype first = 0; first < imported.messages.size(); first += kMessagesAtOnce) {
        m_database.transaction([&] {
          for (const Message& message : imported.messages.mid(first, kMessagesAtOnce)) add(message);
        });
        QThread::msleep(kPauseMs);
      }
    };
    inParts([&](Message message) {
      const MessageId own = message.id;
      message.chat = chat;
      message.parent = ids.value(message.parent);
      ids[own] = insertMessage(m_database, message);
    });
    inParts([&](const Message& message) {
      if (message.remembered)
        rememberChild(m_database, chat, ids.value(message.parent), ids.value(message.id));
    });
    m_database.transaction(
        [&] { m_database.run(QStringLiteral("UPDATE chat SET deleted = NULL WHERE id = ?"), {chat}); });
    m_report.messages += static_cast<int>(imported.messages.size());
  }

  void takeBack() const {
    m_database.transaction([&] {
      for (const ChatId id : m_report.chats)
        m_database.run(QStringLiteral("DELETE FROM chat WHERE id = ?"), {id});
    });
  }

  ChatDatabase m_database;
  ObjectStore m_objects;
  QString m_file;
  const StoreProgress& m_progress;
  ImportReport m_report;
};

}  // namespace

Result<ImportReport> importChats(const QString& storeFolder, const QString& file,
                                 const StoreProgress& progress) {
  return try_result([&] { return Importer(storeFolder, file, progress).run(); });
}

QFuture<Result<ImportReport>> importInBackground(const QString& storeFolder, const QString& file) {
  return inBackground<Result<ImportReport>>(
      [=](const StoreProgress& progress) { return importChats(storeFolder, file, progress); });
}

}  // namespace lapilli::gui
