// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/banner.h"
#include "app/gui/chat/chat_controller.h"
#include "app/gui/chat/picture_intake.h"
#include "app/gui/chat/thumbnails.h"
#include "app/gui/main_window.h"

#include <QJsonArray>
#include <QWidget>

class QMimeData;
class QSplitter;
class QStackedWidget;

namespace lapilli::gui {

class ChatHead;
class ChatList;
class ChatNotices;
class ChatTransfer;
class Composer;
class ConversationView;
class DraftKeeper;
class FindBar;
class PictureWindow;
class WelcomeView;

/// Questions about pictures: the list of chats, the conversation, and where the next question is put
/// together.
class ChatPage : public QWidget {
  Q_OBJECT

 public:
  ChatPage(const Parts& parts, ChatStore& store, QWidget* parent = nullptr);
  ~ChatPage() override;

  [[nodiscard]] ChatController& controller() { return m_controller; }
  /// Writes what was put together and not sent into the store, changed questions too.
  void saveDraft();
  /// Pictures, in any form that PictureIntake takes.
  void take(const QMimeData& pictures);
  /// Shows a sentence above the conversation, in the place of the one before; details: on demand.
  void tell(const QString& sentence, const QString& details = {}, Banner::Kind kind = Banner::Kind::kTrouble);
  /// Goes to the search over everything.
  void search();
  /// Says that this window's chats are not those of the window that was open before.
  void tellOfOwnFolder();

 public slots:
  void openFiles(const QStringList& files);

 signals:
  /// Of the search: a picture whose caption it has found, and prompts of captions.
  void captionWanted(const QString& folder, const QString& path);
  void promptsWanted(const QJsonArray& questions);

 protected:
  void changeEvent(QEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void build();
  void connectParts();
  void connectList();
  void connectController();
  void connectConversation();
  void connectComposer();
  void addShortcuts();
  void showPath();
  void showModel();
  void tellNotes();
  void openChat(ChatId chat);
  void askInChat(ChatId chat);
  void showHit(MessageId message, const QString& query);
  void send();
  void browse();
  void showPicture(const Attachment& picture, const QString& text, const QJsonObject& params);

  Parts m_parts;
  ChatStore& m_store;
  Thumbnails m_thumbnails;
  PictureIntake m_intake;
  ChatController m_controller;

  ChatList* m_list;
  QSplitter* m_splitter;
  ChatHead* m_head;
  FindBar* m_find;
  ChatNotices* m_notices;
  QStackedWidget* m_stack;
  WelcomeView* m_welcome;
  ConversationView* m_conversation;
  Composer* m_composer;
  DraftKeeper* m_drafts;
  PictureWindow* m_pictureWindow = nullptr;
  ChatTransfer* m_transfer;
};

}  // namespace lapilli::gui
