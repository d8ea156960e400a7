// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_database.h"
#include "app/gui/store/chat_types.h"
#include "app/gui/store/object_store.h"
#include "engine/base/result.h"

#include <QHash>
#include <QLockFile>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>

namespace lapilli::gui {

/// All chats, in one folder: `chats.sqlite`, `objects/` (pictures) and `chats.lock`.
///
/// Lives in the thread that made it (the GUI's). Each call is one short transaction in WAL mode without a
/// wait for the disk, so that a killed process loses nothing that a call had returned for, and at most
/// kFlushMs of appended text. What takes longer (search, export, import, tidying) has classes of its own that
/// work in other threads on connections of their own: ChatSearch, exportInBackground, importInBackground.
/// Checkpoints, and soon after the start tidyChats, are done in a background thread by the store itself.
///
/// Messages form a tree: an edited question or a second answer is a sibling of the first, and nothing is
/// overwritten. Each message, and the chat for its first ones, remembers which child was looked at last; the
/// path of these from the top is the conversation on the screen.
///
/// Errors are kIo (disk full, no rights), kBadFile (damaged), kInvalidArgument (no such chat or message); the
/// sentence is translated and can be shown.
class ChatStore : public QObject {
  Q_OBJECT
 public:
  /// Appended text reaches the database after at most this time.
  static constexpr int kFlushMs = 400;

  /// Opens or makes the store in `folder`. Messages that were still being written when the last process ended
  /// become Interrupted. Chats that were deleted more than kUndoSeconds ago go for good.
  ///
  /// Fails with kUnsupported for a database of a newer version, kIo when another process has the store
  /// open (the sentence names it) or the folder can't be written. A database that is damaged, as far as the
  /// start reads it or as an earlier look at the whole of it has found, is moved aside and never overwritten;
  /// what can be read of it is copied into a new one, and notice() says so.
  static Result<std::unique_ptr<ChatStore>> open(const QString& folder);
  ~ChatStore() override;

  /// A sentence for the user about what open() found; empty when there is nothing to say.
  [[nodiscard]] QString notice() const { return m_notice; }
  [[nodiscard]] QString folder() const { return m_folder; }
  [[nodiscard]] QString databasePath() const;
  [[nodiscard]] const ObjectStore& objects() const { return m_objects; }

  // Chats.

  Result<ChatId> createChat(const NewChat& chat);
  /// Pinned ones first, then by the last update, newest first; deleted ones are left out. `limit` < 0: all.
  [[nodiscard]] Result<QList<Chat>> chats(int limit = -1, int offset = 0) const;
  [[nodiscard]] Result<Chat> chat(ChatId id) const;
  Result<void> changeChat(ChatId id, const ChatChange& change);
  /// What was typed in a chat and not sent; 0: in the one that begins with its first question.
  [[nodiscard]] Result<Draft> draft(ChatId id) const;
  Result<void> saveDraft(ChatId id, const Draft& draft);
  /// What questions of a chat were being changed to and not asked yet.
  [[nodiscard]] Result<QHash<MessageId, QString>> edits(ChatId id) const;
  /// Absent: the question is not being changed any more.
  Result<void> saveEdit(MessageId id, const std::optional<QString>& text);
  /// Takes chats out of lists and search; restoreChats brings them back until they are purged.
  Result<void> deleteChats(const QList<ChatId>& ids);
  Result<void> restoreChats(const QList<ChatId>& ids);
  /// Those that went with the last deletion that was not taken back, this window's or an earlier one's.
  [[nodiscard]] Result<QList<ChatId>> lastDeleted() const;
  /// Removes what was deleted before `before` for good. Pictures nobody refers to go with tidyChats.
  Result<void> purgeDeleted(const QDateTime& before);

  // Messages.

  /// Adds a message as the newest child of its parent and makes it the active one.
  Result<MessageId> addMessage(const NewMessage& message);
  /// The conversation on the screen, oldest first. Empty for a chat without messages.
  [[nodiscard]] Result<QList<Message>> activePath(ChatId id) const;
  /// Every message of a chat, in the order they were made.
  [[nodiscard]] Result<QList<Message>> allMessages(ChatId id) const;
  [[nodiscard]] Result<Message> message(MessageId id) const;
  /// Messages with the same parent, oldest first, the message itself included.
  [[nodiscard]] Result<QList<MessageId>> siblings(MessageId id) const;
  /// Puts a message on the active path, with everything above it; below it the path goes on as it was when
  /// the message was active last.
  Result<void> activate(MessageId id);

  // An answer while it is written: addMessage(status Generating), appendText…, finishMessage. What can't be
  // written (a full disk) is kept, counts for every read, and is tried again until it stands in the database.

  /// Text to be added at the end. Written within kFlushMs; a failure emits writeFailed.
  void appendText(MessageId id, const QString& piece);
  /// Ends a message; pending text is written in the same transaction. After an error other than
  /// kInvalidArgument the message has ended all the same.
  Result<void> finishMessage(MessageId id, const MessageEnd& end);
  /// An answer that ended early is written on: its status is Generating again.
  Result<void> resumeMessage(MessageId id);
  /// Writes all that is pending now.
  Result<void> flush();

 signals:
  /// Chats have come or gone, several at once perhaps.
  void chatsChanged();
  /// This chat is new, or its title, its pin or its place in the order has changed.
  void chatChanged(lapilli::gui::ChatId chat);
  /// What is pending could not be written; it is kept and tried again. Once until it succeeds.
  void writeFailed(const QString& sentence);
  /// The look at the whole database, some time after the start, found damage; what it is, for "Details".
  /// The next open() saves what can be read.
  void damageFound(const QString& details);

 private:
  ChatStore(QString folder, std::unique_ptr<QLockFile> lock, std::unique_ptr<ChatDatabase> database,
            QString notice);
  void touch(ChatId chat);
  void startTidying();
  void retryLater(const Error& error);
  void writePending();
  /// Returns the chats whose messages have ended.
  [[nodiscard]] QList<ChatId> writeEnds();
  /// With what waits to be written.
  [[nodiscard]] QList<Message> withPending(QList<Message> messages) const;

  QString m_folder;
  QString m_notice;
  std::unique_ptr<QLockFile> m_lock;
  std::unique_ptr<ChatDatabase> m_database;
  ObjectStore m_objects;
  QHash<MessageId, QString> m_pending;
  QHash<MessageId, MessageEnd> m_ends;
  bool m_failing = false;  // of the writes of what is pending
  QTimer m_flushTimer;
  QTimer m_checkpointTimer;
  QThreadPool m_background;
};

/// How long a deleted chat can be brought back, and a picture without a message is kept.
constexpr qint64 kUndoSeconds = 24 * 60 * 60;

}  // namespace lapilli::gui
