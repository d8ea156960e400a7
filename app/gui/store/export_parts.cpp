// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/export_parts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>
#include <QMimeDatabase>
#include <QRegularExpression>
#include <QSaveFile>

namespace lapilli::gui::exporting {
namespace {

/// "My cat!.JPEG" → "My-cat-5c5d0c5c96abc4b3.jpg": readable, safe in every file system and in a link.
QString fileNameOf(const Attachment& picture) {
  static const QRegularExpression kUnsafe(QStringLiteral("[^\\p{L}\\p{N}_]+"));
  QString stem = QFileInfo(picture.name).completeBaseName().replace(kUnsafe, QStringLiteral("-")).left(40);
  if (stem.isEmpty()) stem = QStringLiteral("picture");
  const QString suffix = QMimeDatabase().mimeTypeForName(picture.mime).preferredSuffix();
  return QStringLiteral("%1-%2.%3")
      .arg(stem, picture.sha256.left(16), suffix.isEmpty() ? QStringLiteral("bin") : suffix);
}

}  // namespace

QString PictureFolder::add(const Attachment& picture) {
  const QByteArray content = read(picture);
  if (content.isEmpty()) return {};
  const QString name = fileNameOf(picture);
  if (!QDir().mkpath(m_folder)) {
    throw Error(
        ErrorCode::kIo,
        QCoreApplication::translate("ChatExport", "The folder for pictures can't be made.").toStdString(),
        m_folder.toStdString());
  }
  const QString path = m_folder + u'/' + name;
  if (QFileInfo(path).size() != content.size() || !QFileInfo::exists(path)) writeFile(path, content);
  return m_link + u'/' + name;
}

QByteArray PictureFolder::read(const Attachment& picture) {
  const Result<QByteArray> content = m_objects.read(picture.sha256);
  ++(content ? m_report.pictures : m_report.missingPictures);
  return content ? *content : QByteArray();
}

QString speakerName(MessageRole role) {
  return role == MessageRole::User ? QCoreApplication::translate("ChatExport", "You")
                                   : QCoreApplication::translate("ChatExport", "Answer");
}

QString titleOf(const Chat& chat) {
  return chat.title.isEmpty() ? QCoreApplication::translate("ChatExport", "Untitled chat")
                              : chat.title.simplified();
}

QString subtitleOf(const Chat& chat) {
  const QString date = QLocale().toString(chat.created.toLocalTime(), QLocale::LongFormat);
  return chat.model.isEmpty() ? date : date + QStringLiteral(" · ") + QFileInfo(chat.model).fileName();
}

QString remarkOf(const Message& message) {
  switch (message.status) {
    case MessageStatus::Stopped:
      return QCoreApplication::translate("ChatExport", "stopped here");
    case MessageStatus::Interrupted:
    case MessageStatus::Generating:
      return QCoreApplication::translate("ChatExport", "interrupted here");
    case MessageStatus::Failed:
      return QCoreApplication::translate("ChatExport", "failed here");
    case MessageStatus::Done:
      return {};
  }
  return {};
}

QString missingPicture(const Attachment& picture) {
  return QCoreApplication::translate("ChatExport", "The picture %1 is missing.").arg(picture.name);
}

QString unreadPicture(const Attachment& picture) {
  return QCoreApplication::translate("ChatExport",
                                     "The picture %1 is not shown: its kind (%2) can not be drawn here.")
      .arg(picture.name, picture.mime);
}

void writeFile(const QString& path, const QByteArray& content) {
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit()) {
    throw Error(ErrorCode::kIo,
                QCoreApplication::translate("ChatExport", "The file can't be written: %1.")
                    .arg(file.errorString())
                    .toStdString(),
                path.toStdString());
  }
}

}  // namespace lapilli::gui::exporting
