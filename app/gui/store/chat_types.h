// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace lapilli::gui {

/// Row ids of the database; 0 stands for "none" (the parent of a first message, say).
using ChatId = qint64;
using MessageId = qint64;

enum class MessageRole { User, Assistant };

enum class MessageStatus {
  Generating,   ///< being written by the engine right now
  Done,         ///< whole
  Stopped,      ///< ended by the user
  Interrupted,  ///< the program ended while it was being written; found so at the next start
  Failed,       ///< the engine gave an error; `stats` has what it said
};

/// A picture of a message. Its bytes are a file of the ObjectStore and are never changed.
struct Attachment {
  QString sha256;       ///< 64 lower-case hexadecimal digits
  QString name;         ///< as the file was called, without folders; may be empty (pasted)
  QString mime;         ///< "image/jpeg", by content
  int orientation = 1;  ///< EXIF, 1 (upright) to 8
  qint64 sizeBytes = 0;

  bool operator==(const Attachment&) const = default;
};

struct Chat {
  ChatId id = 0;
  QString title = {};
  bool pinned = false;
  QDateTime created = {};  ///< UTC, as all times here; milliseconds
  QDateTime updated = {};  ///< when a message last began or ended
  QString model = {};      ///< what the user chose: a path, or "demo"; empty: the usual one
  QJsonObject settings = {};
  QString draft = {};  ///< the text of its Draft

  bool operator==(const Chat&) const = default;
};

/// What was put together and not sent.
struct Draft {
  QString text = {};
  QList<Attachment> pictures = {};
  QJsonObject settings = {};  ///< as Chat::settings; empty: those of the chat

  [[nodiscard]] bool isEmpty() const { return text.isEmpty() && pictures.isEmpty() && settings.isEmpty(); }
  bool operator==(const Draft&) const = default;
};

struct Message {
  MessageId id = 0;
  ChatId chat = 0;
  MessageId parent = 0;  ///< 0: begins the chat
  MessageRole role = MessageRole::User;
  QString text = {};
  MessageStatus status = MessageStatus::Done;
  QDateTime created = {};
  QJsonObject params = {};  ///< what the answer was asked with: sampling, seed, model
  QJsonObject stats = {};   ///< what the engine told: timings, stop_reason, error
  QJsonObject format = {};  ///< response format, {"kind": …}; empty: free text
  QList<Attachment> attachments = {};
  int siblingIndex = 0;  ///< place among the messages with the same parent, oldest first
  int siblingCount = 1;
  bool remembered = true;  ///< of its siblings, the one that was looked at last

  bool operator==(const Message&) const = default;
};

struct NewChat {
  QString title = {};
  QString model = {};
  QJsonObject settings = {};
};

/// What to change of a chat; absent fields stay.
struct ChatChange {
  std::optional<QString> title = {};
  std::optional<bool> pinned = {};
  std::optional<QString> model = {};
  std::optional<QJsonObject> settings = {};
};

struct NewMessage {
  ChatId chat = 0;
  MessageId parent = 0;
  MessageRole role = MessageRole::User;
  QString text = {};
  MessageStatus status = MessageStatus::Done;
  QJsonObject params = {};
  QJsonObject format = {};
  QList<Attachment> attachments = {};
};

/// How a message that was being written ended.
struct MessageEnd {
  MessageStatus status = MessageStatus::Done;
  /// The whole text, where it differs from the pieces appended (white space cut at the ends); absent: it
  /// stays.
  std::optional<QString> text = {};
  QJsonObject stats = {};
};

/// The stable names, as in the database and in exports: "user", "assistant"; "generating" … "failed".
QString nameOf(MessageRole role);
QString nameOf(MessageStatus status);
std::optional<MessageRole> messageRoleFromString(const QString& name);
std::optional<MessageStatus> messageStatusFromString(const QString& name);

}  // namespace lapilli::gui
