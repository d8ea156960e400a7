// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/object_store.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QImageReader>
#include <QMimeDatabase>
#include <QSaveFile>

#include <algorithm>

namespace lapilli::gui {
namespace {

Error ioError(const QString& sentence, const QString& path) {
  return Error(ErrorCode::kIo, sentence.toStdString(), path.toStdString());
}

int exifOrientation(QImageIOHandler::Transformations transformation) {
  switch (transformation) {
    case QImageIOHandler::TransformationMirror:
      return 2;
    case QImageIOHandler::TransformationRotate180:
      return 3;
    case QImageIOHandler::TransformationFlip:
      return 4;
    case QImageIOHandler::TransformationFlipAndRotate90:
      return 5;
    case QImageIOHandler::TransformationRotate90:
      return 6;
    case QImageIOHandler::TransformationMirrorAndRotate90:
      return 7;
    case QImageIOHandler::TransformationRotate270:
      return 8;
    default:
      return 1;
  }
}

int orientationOf(const QByteArray& content) {
  QBuffer buffer;
  buffer.setData(content);
  if (!buffer.open(QIODevice::ReadOnly)) return 1;
  return exifOrientation(QImageReader(&buffer).transformation());
}

}  // namespace

bool isSha256(const QString& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](QChar c) {
           return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
         });
}

QString ObjectStore::hashOf(const QByteArray& content) {
  return QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex());
}

bool ObjectStore::touch(const QString& sha256) const {
  QFile file(path(sha256));
  return file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly) &&
         file.setFileTime(QDateTime::currentDateTimeUtc(), QFileDevice::FileModificationTime);
}

QString ObjectStore::path(const QString& sha256) const {
  LAPILLI_ASSERT(isSha256(sha256));
  return QStringLiteral("%1/%2/%3").arg(m_folder, sha256.left(2), sha256.mid(2));
}

bool ObjectStore::contains(const QString& sha256) const {
  return QFileInfo::exists(path(sha256));
}

Result<QString> ObjectStore::add(const QByteArray& content) const {
  const QString sha256 = hashOf(content);
  const QString file = path(sha256);
  if (QFileInfo(file).size() == content.size() && touch(sha256)) return sha256;
  if (!QDir().mkpath(QFileInfo(file).path())) {
    return ioError(QCoreApplication::translate("ObjectStore", "The folder for pictures can't be made."),
                   QFileInfo(file).path());
  }
  QSaveFile writer(file);
  if (!writer.open(QIODevice::WriteOnly) || writer.write(content) != content.size() || !writer.commit()) {
    return ioError(QCoreApplication::translate("ObjectStore", "The picture can't be stored: %1.")
                       .arg(writer.errorString()),
                   file);
  }
  return sha256;
}

Result<Attachment> ObjectStore::addPicture(const QByteArray& content, const QString& name) const {
  const Result<QString> sha256 = add(content);
  if (!sha256) return sha256.error();
  return Attachment{.sha256 = *sha256,
                    .name = QFileInfo(name).fileName(),
                    .mime = QMimeDatabase().mimeTypeForData(content).name(),
                    .orientation = orientationOf(content),
                    .sizeBytes = content.size()};
}

Result<QByteArray> ObjectStore::read(const QString& sha256) const {
  QFile file(path(sha256));
  if (!file.exists()) {
    return Error(
        ErrorCode::kNotFound,
        QCoreApplication::translate("ObjectStore", "A picture of this chat is missing.").toStdString(),
        file.fileName().toStdString());
  }
  if (!file.open(QIODevice::ReadOnly)) {
    return ioError(
        QCoreApplication::translate("ObjectStore", "A picture can't be read: %1.").arg(file.errorString()),
        file.fileName());
  }
  QByteArray content = file.readAll();
  if (hashOf(content) != sha256) {
    return Error(ErrorCode::kBadFile,
                 QCoreApplication::translate("ObjectStore", "A picture of this chat was changed on disk.")
                     .toStdString(),
                 file.fileName().toStdString());
  }
  return content;
}

int ObjectStore::removeOthers(const QSet<QString>& wanted, const QDateTime& before) const {
  int removed = 0;
  QDirIterator files(m_folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (files.hasNext()) {
    const QFileInfo file = files.nextFileInfo();
    if (file.lastModified() >= before) continue;
    if (wanted.contains(file.dir().dirName() + file.fileName())) continue;
    removed += QFile::remove(file.filePath()) ? 1 : 0;
  }
  return removed;
}

}  // namespace lapilli::gui
