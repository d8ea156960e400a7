// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Inner parts of exportChats, one writer a format; see chat_export.h.

#include "app/gui/store/chat_export.h"
#include "app/gui/store/object_store.h"

#include <QDir>

namespace lapilli::gui::exporting {

/// A chat with what a format shows of it.
struct ChatContent {
  Chat chat;
  QList<Message> messages;  ///< the active path; for Json all of them
};

/// The folder pictures go to, and what became of them.
class PictureFolder {
 public:
  /// `folder` is made when the first picture is written; `link` is what files call it.
  PictureFolder(const ObjectStore& objects, QString folder, QString link, ExportReport& report)
      : m_objects(objects), m_folder(std::move(folder)), m_link(std::move(link)), m_report(report) {}

  /// Writes a picture and returns its path as seen from the file; empty when the store has lost it.
  QString add(const Attachment& picture);
  /// The bytes, for formats that hold them; empty when the store has lost it.
  QByteArray read(const Attachment& picture);

 private:
  const ObjectStore& m_objects;
  QString m_folder;
  QString m_link;
  ExportReport& m_report;
};

QByteArray markdownOf(const ChatContent& content, PictureFolder& pictures);
QByteArray textOf(const ChatContent& content);
QByteArray htmlOf(const ChatContent& content, PictureFolder& pictures);
void writePdf(const ChatContent& content, PictureFolder& pictures, const QString& file);
/// One element of `chats` in the JSON file.
QJsonObject jsonOf(const ChatContent& content, PictureFolder& pictures);
/// A LLaVA record; empty when the chat has no finished question and answer. Counts what is left out.
QJsonObject trainingRecordOf(const ChatContent& content, PictureFolder& pictures, ExportReport& report);

/// The first and last lines of the two formats that hold many chats, and the schema's names.
inline constexpr int kJsonVersion = 1;
inline constexpr const char* kJsonFormat = "lapilli-chats";

// Words that several formats use.
[[nodiscard]] QString speakerName(MessageRole role);
[[nodiscard]] QString titleOf(const Chat& chat);
/// "12 May 2026 · llava-1.5-7b"
[[nodiscard]] QString subtitleOf(const Chat& chat);
/// What is to be said beside an answer that is not whole; empty for one that is.
[[nodiscard]] QString remarkOf(const Message& message);
[[nodiscard]] QString missingPicture(const Attachment& picture);
/// It is there, of a kind that pages are not made with.
[[nodiscard]] QString unreadPicture(const Attachment& picture);

/// Replaces a file whole; throws kIo.
void writeFile(const QString& path, const QByteArray& content);

}  // namespace lapilli::gui::exporting
