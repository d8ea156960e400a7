// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/chat_controller.h"
#include "app/gui/chat/picture_intake.h"
#include "app/gui/chat/thumbnails.h"
#include "app/gui/main_window.h"

#include <QWidget>

class QFrame;
class QLabel;
class QProgressBar;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace lapilli::gui {

class Banner;
class ChatList;
class ChatTransfer;
class Composer;
class ConversationView;
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
  /// Writes what was typed and not sent into the store.
  void saveDraft();

 public slots:
  void openFiles(const QStringList& files);

 protected:
  void changeEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void build();
  void connectParts();
  void addShortcuts();
  void showPath();
  void showModel();
  void openChat(ChatId chat);
  void send();
  void browse();
  void showPicture(const Attachment& picture, const QString& text);
  void refuse(const QString& name, const QString& reason);
  void tell(const QString& sentence);
  void retranslate();

  Parts m_parts;
  ChatStore& m_store;
  Thumbnails m_thumbnails;
  PictureIntake m_intake;
  ChatController m_controller;
  QTimer m_draftTimer;
  ChatId m_draftChat = 0;
  QStringList m_refusals;

  ChatList* m_list;
  QSplitter* m_splitter;
  QLabel* m_title;
  QLabel* m_model;
  QProgressBar* m_loading;
  FindBar* m_find;
  Banner* m_banner;
  QStackedWidget* m_stack;
  WelcomeView* m_welcome;
  ConversationView* m_conversation;
  Composer* m_composer;
  QLabel* m_dropHint;
  PictureWindow* m_pictureWindow = nullptr;
  ChatTransfer* m_transfer;
};

}  // namespace lapilli::gui
