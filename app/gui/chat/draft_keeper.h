// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_store.h"

#include <QTimer>

namespace lapilli::gui {

class Composer;
class ConversationView;

/// Keeps what was put together and not sent, and questions that are being changed, in the store: a moment
/// after they change, and whenever save() says so.
class DraftKeeper : public QObject {
  Q_OBJECT

 public:
  /// All of them outlive it.
  DraftKeeper(ChatStore& store, Composer& composer, ConversationView& conversation,
              QObject* parent = nullptr);

  /// The chat that what is put together belongs to; 0: one that is to be made.
  [[nodiscard]] ChatId chat() const { return m_chat; }
  void setChat(ChatId chat) { m_chat = chat; }
  /// Gives the conversation the questions of a chat that were being changed.
  void showEdits(ChatId chat);
  /// Shows what waits in a chat, with the settings it was put together with, or those of the chat.
  void show(ChatId chat);
  /// A picture that was still being read when its chat was left waits in that chat's draft.
  void addPicture(const Attachment& picture, ChatId chat);
  void save();
  /// What was put together in a chat was sent.
  void drop(ChatId chat);

 signals:
  /// A sentence for the user.
  void problem(const QString& sentence);

 private:
  [[nodiscard]] Draft composed() const;
  void saveEdits();

  ChatStore& m_store;
  Composer& m_composer;
  ConversationView& m_conversation;
  QTimer m_timer;
  ChatId m_chat = 0;
  Draft m_saved;  // as it stands in the store
  QHash<MessageId, QString> m_savedEdits;
};

}  // namespace lapilli::gui
