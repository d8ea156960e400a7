// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/model_session.h"
#include "app/gui/store/chat_store.h"

namespace lapilli::gui {

/// How a question is asked.
struct AskSettings {
  Sampling sampling;
  QJsonObject format = {};
  QString aspect = {};
  QString orientation = {};

  [[nodiscard]] QJsonObject toJson() const;
  [[nodiscard]] static AskSettings fromJson(const QJsonObject& object);
};

/// The conversation on the screen: puts questions to the engine and writes every word into the store, answers
/// in other chats included.
class ChatController : public QObject {
  Q_OBJECT

 public:
  ChatController(ChatStore& store, JobHost& host, ModelSession& session, QObject* parent = nullptr);

  /// 0: a chat that is made with its first question.
  void openChat(ChatId chat);
  [[nodiscard]] ChatId chat() const { return m_chat; }
  /// The active branch, oldest first.
  [[nodiscard]] const QList<Message>& path() const { return m_path; }
  [[nodiscard]] bool isAnswering() const;

  /// False, and nothing is done, where the question is empty or could not be stored.
  bool send(const QString& text, const QList<Attachment>& pictures, const AskSettings& settings);
  // An answer that is being written in the chat, on this branch or another, ends where a new one is asked
  // for.

  /// A further answer to the same question; `message`: the question, or an answer to it.
  void regenerate(MessageId message, const AskSettings& settings);
  /// The same answer, written on as it was asked, whatever is chosen now.
  void goOn(MessageId answer);
  /// The question anew, in other words, beside the old one.
  /// False: it could not be stored, and problem() has said why.
  bool edit(MessageId question, const QString& text, const AskSettings& settings);
  /// Goes to the message beside this one: −1 to the earlier, +1 to the later.
  void step(MessageId message, int direction);
  void showMessage(MessageId message);
  /// Ends the answer on the screen.
  void stop();
  /// Ends all that is being written in a chat.
  void stopChat(ChatId chat);

 signals:
  void pathChanged();
  void textAdded(lapilli::gui::MessageId message, const QString& text);
  void answeringChanged(bool answering);
  void chatChanged(lapilli::gui::ChatId chat);
  /// A sentence for the user.
  void problem(const QString& sentence);
  void noted(const QString& code, const QString& message);

 private:
  struct Running {
    MessageId message;
    ChatId chat;
    Message begun;  // as it was where it is written on; else without text
  };

  void answer(MessageId question, const AskSettings& settings);
  void ask(MessageId message, const QList<Message>& conversation, const AskSettings& settings,
           const Message& begun);
  void finish(JobHost::JobId job, const QJsonObject& result);
  void fail(JobHost::JobId job, const Failure& failure);
  void end(const Running& running, const MessageEnd& end);
  void reload();
  template <class Value>
  bool check(const Result<Value>& result);

  ChatStore& m_store;
  JobHost& m_host;
  ModelSession& m_session;
  ChatId m_chat = 0;
  QList<Message> m_path;
  QHash<JobHost::JobId, Running> m_running;
};

}  // namespace lapilli::gui
