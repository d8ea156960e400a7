// SPDX-License-Identifier: GPL-3.0-or-later
// Chats as programs read them: our own JSON, and LLaVA's training records.
#include "app/gui/store/export_parts.h"

#include <QJsonArray>

namespace lapilli::gui::exporting {
namespace {

QString timeText(const QDateTime& time) {
  return time.toUTC().toString(Qt::ISODateWithMs);
}

QJsonObject pictureForm(const Attachment& picture, PictureFolder& pictures) {
  return {{QStringLiteral("sha256"), picture.sha256},
          {QStringLiteral("name"), picture.name},
          {QStringLiteral("mime"), picture.mime},
          {QStringLiteral("orientation"), picture.orientation},
          {QStringLiteral("size_bytes"), picture.sizeBytes},
          {QStringLiteral("file"), pictures.add(picture)}};
}

QJsonObject messageForm(const Message& message, PictureFolder& pictures) {
  QJsonArray attachments;
  for (const Attachment& picture : message.attachments) attachments.append(pictureForm(picture, pictures));
  return {{QStringLiteral("id"), message.id},
          {QStringLiteral("parent"), message.parent},
          {QStringLiteral("remembered"), message.remembered},
          {QStringLiteral("role"), nameOf(message.role)},
          {QStringLiteral("text"), message.text},
          {QStringLiteral("status"), nameOf(message.status)},
          {QStringLiteral("created"), timeText(message.created)},
          {QStringLiteral("params"), message.params},
          {QStringLiteral("stats"), message.stats},
          {QStringLiteral("format"), message.format},
          {QStringLiteral("attachments"), attachments}};
}

/// A mark in the words would be counted as a picture.
QString withoutMarks(QString text) {
  return text.replace(QStringLiteral("<image>"), QStringLiteral("image"));
}

QJsonObject turn(const char* speaker, const QString& text) {
  return {{QStringLiteral("from"), QLatin1String(speaker)}, {QStringLiteral("value"), text}};
}

/// A question and its answer that can be learned from.
bool isFinished(const Message& question, const Message& answer) {
  return question.role == MessageRole::User && answer.role == MessageRole::Assistant &&
         answer.status == MessageStatus::Done && !answer.text.trimmed().isEmpty();
}

}  // namespace

QJsonObject jsonOf(const ChatContent& content, PictureFolder& pictures) {
  const Chat& chat = content.chat;
  QJsonArray messages;
  for (const Message& message : content.messages) messages.append(messageForm(message, pictures));
  return {{QStringLiteral("title"), chat.title},
          {QStringLiteral("pinned"), chat.pinned},
          {QStringLiteral("created"), timeText(chat.created)},
          {QStringLiteral("updated"), timeText(chat.updated)},
          {QStringLiteral("model"), chat.model},
          {QStringLiteral("settings"), chat.settings},
          {QStringLiteral("draft"), chat.draft},
          {QStringLiteral("messages"), messages}};
}

QJsonObject trainingRecordOf(const ChatContent& content, PictureFolder& pictures, ExportReport& report) {
  QJsonArray images, turns;
  const QList<Message>& messages = content.messages;
  qsizetype used = 0;
  // A later exchange makes no sense without those before it: the first that is not finished ends the record.
  for (; used + 1 < messages.size() && isFinished(messages[used], messages[used + 1]); used += 2) {
    QStringList links;
    for (const Attachment& picture : messages[used].attachments) links.append(pictures.add(picture));
    if (links.contains(QString())) break;  // it asks about a picture that is lost
    for (const QString& link : links) images.append(link);
    turns.append(turn(
        "human", QStringLiteral("<image>\n").repeated(links.size()) + withoutMarks(messages[used].text)));
    turns.append(turn("gpt", withoutMarks(messages[used + 1].text)));
  }
  report.leftOut += static_cast<int>(messages.size() - used);
  if (turns.isEmpty()) return {};
  report.messages += static_cast<int>(used);
  QJsonObject record{{QStringLiteral("id"), QStringLiteral("chat-%1").arg(content.chat.id)},
                     {QStringLiteral("conversations"), turns}};
  if (images.size() == 1) record[QStringLiteral("image")] = images[0];
  if (images.size() > 1) record[QStringLiteral("image")] = images;
  return record;
}

}  // namespace lapilli::gui::exporting
