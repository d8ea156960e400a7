// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/import_reader.h"

#include "app/gui/store/export_parts.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <cmath>

namespace lapilli::gui::importing {
namespace {

constexpr qint64 kMostInteger = qint64{1} << 53;

QString sentence(const char* text) {
  return QCoreApplication::translate("ChatImport", text);
}

[[noreturn]] void fail(const QString& place, const QString& what, ErrorCode code = ErrorCode::kBadFile) {
  throw Error(code, what.toStdString(), place.toStdString());
}

/// The fields of one object, with its place in the file.
class Fields {
 public:
  Fields(const QJsonValue& value, QString place) : m_place(std::move(place)) {
    if (!value.isObject()) fail(m_place, sentence(QT_TRANSLATE_NOOP("ChatImport", "is no object")));
    m_object = value.toObject();
  }

  [[nodiscard]] QString place(const char* name) const {
    return m_place.isEmpty() ? QString(QLatin1String(name)) : m_place + u'.' + QLatin1String(name);
  }
  [[nodiscard]] QString text(const char* name) const {
    const QJsonValue value = m_object[QLatin1String(name)];
    if (!value.isString()) fail(place(name), sentence(QT_TRANSLATE_NOOP("ChatImport", "is no text")));
    return value.toString();
  }
  [[nodiscard]] bool flag(const char* name) const {
    const QJsonValue value = m_object[QLatin1String(name)];
    if (!value.isBool())
      fail(place(name), sentence(QT_TRANSLATE_NOOP("ChatImport", "is neither true nor false")));
    return value.toBool();
  }
  [[nodiscard]] qint64 integer(const char* name, qint64 least, qint64 most) const {
    const QJsonValue value = m_object[QLatin1String(name)];
    const double number = value.toDouble(std::nan(""));
    if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) ||
        number != std::floor(number)) {
      fail(place(name),
           sentence(QT_TRANSLATE_NOOP("ChatImport", "is no integer from %1 to %2")).arg(least).arg(most));
    }
    return value.toInteger();
  }
  [[nodiscard]] QJsonObject object(const char* name) const {
    const QJsonValue value = m_object[QLatin1String(name)];
    if (!value.isObject()) fail(place(name), sentence(QT_TRANSLATE_NOOP("ChatImport", "is no object")));
    return value.toObject();
  }
  [[nodiscard]] QJsonArray array(const char* name) const {
    const QJsonValue value = m_object[QLatin1String(name)];
    if (!value.isArray()) fail(place(name), sentence(QT_TRANSLATE_NOOP("ChatImport", "is no list")));
    return value.toArray();
  }
  [[nodiscard]] QDateTime time(const char* name) const {
    const QDateTime time = QDateTime::fromString(text(name), Qt::ISODateWithMs).toUTC();
    if (!time.isValid() || time.date().year() < 1970 || time.date().year() > 9999) {
      fail(place(name),
           sentence(QT_TRANSLATE_NOOP("ChatImport", "is no time such as 2026-05-12T10:30:00.000Z")));
    }
    return time;
  }

 private:
  QString m_place;
  QJsonObject m_object;
};

Attachment attachmentOf(const Fields& fields, ImportedChat& to) {
  Attachment picture{.sha256 = fields.text("sha256"),
                     .name = fields.text("name"),
                     .mime = fields.text("mime"),
                     .orientation = static_cast<int>(fields.integer("orientation", 1, 8)),
                     .sizeBytes = fields.integer("size_bytes", 0, kMostInteger)};
  if (!isSha256(picture.sha256)) {
    fail(fields.place("sha256"),
         sentence(QT_TRANSLATE_NOOP("ChatImport", "is no SHA-256 of 64 lower-case digits")));
  }
  to.files[picture.sha256] = fields.text("file");
  return picture;
}

Message messageOf(const Fields& fields, const QString& place, const QSet<MessageId>& known,
                  ImportedChat& to) {
  Message message;
  message.id = fields.integer("id", 1, kMostInteger);
  message.parent = fields.integer("parent", 0, kMostInteger);
  if (known.contains(message.id)) {
    fail(fields.place("id"),
         sentence(QT_TRANSLATE_NOOP("ChatImport", "was given to an earlier message as well")));
  }
  if (message.parent != 0 && !known.contains(message.parent)) {
    fail(fields.place("parent"),
         sentence(QT_TRANSLATE_NOOP("ChatImport", "is no message that stands before it")));
  }
  message.remembered = fields.flag("remembered");
  const auto role = messageRoleFromString(fields.text("role"));
  if (!role)
    fail(fields.place("role"), sentence(QT_TRANSLATE_NOOP("ChatImport", "is neither user nor assistant")));
  message.role = *role;
  message.text = fields.text("text");
  const auto status = messageStatusFromString(fields.text("status"));
  if (!status) {
    fail(fields.place("status"),
         sentence(
             QT_TRANSLATE_NOOP("ChatImport", "is none of generating, done, stopped, interrupted, failed")));
  }
  message.status = *status == MessageStatus::Generating ? MessageStatus::Interrupted : *status;
  message.created = fields.time("created");
  message.params = fields.object("params");
  message.stats = fields.object("stats");
  message.format = fields.object("format");
  const QJsonArray attachments = fields.array("attachments");
  for (qsizetype i = 0; i < attachments.size(); ++i) {
    message.attachments.append(
        attachmentOf(Fields(attachments[i], QStringLiteral("%1.attachments[%2]").arg(place).arg(i)), to));
  }
  return message;
}

ImportedChat chatOf(const QJsonValue& value, const QString& place) {
  const Fields fields(value, place);
  ImportedChat result;
  result.chat = {.id = 0,
                 .title = fields.text("title"),
                 .pinned = fields.flag("pinned"),
                 .created = fields.time("created"),
                 .updated = fields.time("updated"),
                 .model = fields.text("model"),
                 .settings = fields.object("settings"),
                 .draft = fields.text("draft")};
  QSet<MessageId> known;
  const QJsonArray messages = fields.array("messages");
  for (qsizetype i = 0; i < messages.size(); ++i) {
    const QString at = QStringLiteral("%1.messages[%2]").arg(place).arg(i);
    result.messages.append(messageOf(Fields(messages[i], at), at, known, result));
    known.insert(result.messages.last().id);
  }
  return result;
}

}  // namespace

QList<ImportedChat> readImport(const QByteArray& json) {
  QJsonParseError error;
  const QJsonDocument document = QJsonDocument::fromJson(json, &error);
  if (document.isNull()) {
    fail(QStringLiteral("byte %1").arg(error.offset),
         sentence(QT_TRANSLATE_NOOP("ChatImport", "is no JSON: %1")).arg(error.errorString()));
  }
  const Fields fields(document.isObject() ? QJsonValue(document.object()) : QJsonValue(document.array()), {});
  if (fields.text("format") != QLatin1String(exporting::kJsonFormat)) {
    fail(fields.place("format"), sentence(QT_TRANSLATE_NOOP("ChatImport", "is not lapilli-chats")));
  }
  const qint64 version = fields.integer("version", 1, kMostInteger);
  if (version > exporting::kJsonVersion) {
    fail(fields.place("version"),
         sentence(QT_TRANSLATE_NOOP("ChatImport", "is %1; this program reads %2, update it"))
             .arg(version)
             .arg(exporting::kJsonVersion),
         ErrorCode::kUnsupported);
  }
  QList<ImportedChat> chats;
  const QJsonArray list = fields.array("chats");
  for (qsizetype i = 0; i < list.size(); ++i)
    chats.append(chatOf(list[i], QStringLiteral("chats[%1]").arg(i)));
  return chats;
}

}  // namespace lapilli::gui::importing
