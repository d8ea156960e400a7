// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/caption_search.h"
#include "app/gui/chat/chat_list_model.h"
#include "app/gui/settings.h"
#include "app/gui/store/chat_export.h"
#include "app/gui/store/chat_search.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace lapilli::gui {

class HitList;

/// All chats: new, search over everything, rename, pin, delete with undo.
class ChatList : public QFrame {
  Q_OBJECT

 public:
  ChatList(ChatStore& store, Settings& settings, QWidget* parent = nullptr);

  void setCurrent(ChatId chat);
  [[nodiscard]] QList<ChatId> selected() const;
  void focusSearch();

 public slots:
  void undoDelete();

 signals:
  void chatWanted(lapilli::gui::ChatId chat);  ///< 0: a new one
  /// A hit of the search for these words.
  void messageWanted(lapilli::gui::MessageId message, const QString& words);
  /// A picture whose caption was found, and prompts of captions.
  void captionWanted(const QString& folder, const QString& path);
  void promptsWanted(const QJsonArray& questions);
  void exportWanted(const QList<lapilli::gui::ChatId>& chats,
                    lapilli::gui::ExportFormat format);  ///< empty: all
  void importWanted();
  void deleted(const QList<lapilli::gui::ChatId>& chats);
  void problem(const QString& sentence);
  /// The keyboard goes on to the question: a chat was chosen to be asked, or the search was left with Esc.
  void left();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  void showMenu(const QPoint& position);
  void addExports(QMenu* menu, const QString& title, const QList<ChatId>& chats);
  void pin(bool pinned);
  void remove();
  void showUndo();
  [[nodiscard]] QList<ChatId> lastDeleted();
  void search();
  void showHits(const SearchResult& result);
  void summarize();
  void retranslate();

  ChatStore& m_store;
  Settings& m_settings;
  ChatSearch m_search;
  CaptionSearch m_captions;
  ChatListModel m_model;
  ChatId m_current = 0;
  int m_deletions = 0;   // of this window that are not undone
  quint64 m_serial = 0;  // of the searches under way
  quint64 m_captionSerial = 0;

  QPushButton* m_new;
  QToolButton* m_more;
  QLineEdit* m_words;
  QStackedWidget* m_stack;
  QListView* m_list;
  HitList* m_hits;
  QLabel* m_summary;
  QWidget* m_undoBar;
  QLabel* m_undoText;
  QPushButton* m_undo;
};

}  // namespace lapilli::gui
