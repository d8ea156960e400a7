// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_list.h"

#include "app/gui/batch/captioned_folders.h"
#include "app/gui/chat/hit_list.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

namespace lapilli::gui {
ChatList::ChatList(ChatStore& store, Settings& settings, QWidget* parent)
    : QFrame(parent), m_store(store), m_settings(settings), m_search(store.databasePath()), m_model(store) {
  setObjectName(QStringLiteral("chatList"));
  build();
  retranslate();
  const auto ask = [this](ChatId chat) {
    emit chatWanted(chat);
    emit left();
  };
  connect(m_new, &QPushButton::clicked, this, [ask] { ask(0); });
  // After a click the keyboard stays in the list: F2 and Del are for the chat that was clicked.
  connect(m_list, &QListView::clicked, this,
          [this](const QModelIndex& index) { emit chatWanted(m_model.chatAt(index)); });
  connect(m_list, &QListView::activated, this,
          [this, ask](const QModelIndex& index) { ask(m_model.chatAt(index)); });
  connect(m_list, &QListView::customContextMenuRequested, this, &ChatList::showMenu);
  connect(m_more, &QToolButton::clicked, this, [this] { showMenu({-1, -1}); });
  connect(m_words, &QLineEdit::textChanged, this, &ChatList::search);
  connect(&m_search, &ChatSearch::found, this, &ChatList::showHits);
  connect(&m_captions, &CaptionSearch::found, this, [this](const CaptionSearchResult& result) {
    if (result.serial != m_captionSerial) return;
    m_hits->showCaptions(result);
    summarize();
  });
  connect(m_hits, &HitList::messageWanted, this,
          [this](MessageId message) { emit messageWanted(message, m_words->text()); });
  connect(m_hits, &HitList::chatWanted, this, &ChatList::chatWanted);
  connect(m_hits, &HitList::captionWanted, this, &ChatList::captionWanted);
  connect(m_hits, &HitList::promptsWanted, this, &ChatList::promptsWanted);
  connect(m_undo, &QPushButton::clicked, this, &ChatList::undoDelete);
  connect(&m_model, &ChatListModel::problem, this, &ChatList::problem);
  connect(&m_model, &QAbstractItemModel::modelReset, this, [this] { setCurrent(m_current); });
  connect(&m_model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int row) {
    if (m_model.chatAt(m_model.index(row)) == m_current) setCurrent(m_current);
  });
}

void ChatList::build() {
  m_new = new QPushButton;
  m_new->setObjectName(QStringLiteral("newChat"));
  m_new->setIcon(icon(QStringLiteral("plus")));
  m_more = new QToolButton;
  m_more->setObjectName(QStringLiteral("chatMenu"));
  m_more->setIcon(icon(QStringLiteral("more")));
  m_more->setAutoRaise(true);
  m_words = new QLineEdit;
  m_words->setObjectName(QStringLiteral("searchWords"));
  m_words->setClearButtonEnabled(true);
  m_words->addAction(icon(QStringLiteral("search"), QPalette::PlaceholderText), QLineEdit::LeadingPosition);
  m_words->installEventFilter(this);
  m_list = new QListView;
  m_list->setObjectName(QStringLiteral("chats"));
  m_list->setModel(&m_model);
  m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
  m_list->setContextMenuPolicy(Qt::CustomContextMenu);
  m_list->setUniformItemSizes(true);
  m_list->setTextElideMode(Qt::ElideRight);
  m_list->installEventFilter(this);
  m_hits = new HitList;
  for (QListView* list : {m_list, static_cast<QListView*>(m_hits)}) {
    list->setFrameShape(QFrame::NoFrame);
    list->viewport()->setAutoFillBackground(false);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  }
  m_stack = new QStackedWidget;
  m_stack->addWidget(m_list);
  m_stack->addWidget(m_hits);
  m_summary = new QLabel;
  m_summary->setObjectName(QStringLiteral("searchSummary"));
  setTextStyle(m_summary, TextStyle::kSmall);
  m_summary->setWordWrap(true);
  m_summary->hide();
  m_undoText = new QLabel;
  m_undo = new QPushButton;
  m_undo->setObjectName(QStringLiteral("undoDelete"));
  m_undoBar = new QWidget;
  auto* undoRow = new QHBoxLayout(m_undoBar);
  undoRow->setContentsMargins(0, 0, 0, 0);
  undoRow->addWidget(m_undoText, 1);
  undoRow->addWidget(m_undo);
  m_undoBar->hide();

  auto* top = new QHBoxLayout;
  top->addWidget(m_new, 1);
  top->addWidget(m_more);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kGrid + 4, 2 * kGrid, kGrid + 4, kGrid + 4);
  column->addLayout(top);
  column->addWidget(m_words);
  column->addWidget(m_summary);
  column->addWidget(m_stack, 1);
  column->addWidget(m_undoBar);
}

void ChatList::setCurrent(ChatId chat) {
  m_current = chat;
  const QModelIndex index = m_model.indexOf(chat);
  if (index.isValid()) {
    m_list->setCurrentIndex(index);
  } else {
    m_list->clearSelection();
    m_list->setCurrentIndex({});
  }
}

QList<ChatId> ChatList::selected() const {
  QList<ChatId> chats;
  for (const QModelIndex& index : m_list->selectionModel()->selectedIndexes())
    chats.append(m_model.chatAt(index));
  return chats;
}

void ChatList::focusSearch() {
  m_words->setFocus();
  m_words->selectAll();
}

void ChatList::showMenu(const QPoint& position) {
  const bool onChat = position.x() >= 0 && m_list->indexAt(position).isValid();
  const QList<ChatId> chats = selected();
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  if (!chats.isEmpty()) {
    const bool pinned = m_list->currentIndex().data(ChatListModel::kPinnedRole).toBool();
    menu->addAction(icon(QStringLiteral("edit")), tr("Rename"), this,
                    [this] { m_list->edit(m_list->currentIndex()); })
        ->setShortcut(Qt::Key_F2);
    menu->addAction(icon(QStringLiteral("pin")), pinned ? tr("Unpin") : tr("Pin to the top"), this,
                    [this, pinned] { pin(!pinned); });
    addExports(menu, tr("Export"), chats);
    menu->addAction(icon(QStringLiteral("delete")), tr("Delete"), this, &ChatList::remove)
        ->setShortcut(Qt::Key_Delete);
    menu->addSeparator();
  }
  if (!lastDeleted().isEmpty())
    menu->addAction(icon(QStringLiteral("undo")), tr("Bring back what was deleted last"), this,
                    &ChatList::undoDelete);
  addExports(menu, tr("Export all chats"), {});
  menu->addAction(icon(QStringLiteral("import")), tr("Import chats…"), this, &ChatList::importWanted);
  menu->popup(onChat ? m_list->viewport()->mapToGlobal(position)
                     : m_more->mapToGlobal(QPoint(0, m_more->height())));
}

void ChatList::addExports(QMenu* menu, const QString& title, const QList<ChatId>& chats) {
  QMenu* formats = menu->addMenu(icon(QStringLiteral("export")), title);
  const QList<std::pair<ExportFormat, QString>> all = {
      {ExportFormat::Markdown, tr("Markdown and pictures…")},
      {ExportFormat::Html, tr("HTML, one file…")},
      {ExportFormat::Pdf, tr("PDF…")},
      {ExportFormat::Text, tr("Plain text…")},
      {ExportFormat::Json, tr("JSON, to import again…")},
      {ExportFormat::LlavaTraining, tr("LLaVA training data…")}};
  for (const auto& [format, name] : all)
    formats->addAction(name, this, [this, chats, wanted = format] { emit exportWanted(chats, wanted); });
}

void ChatList::pin(bool pinned) {
  for (const ChatId chat : selected()) {
    const auto changed = m_store.changeChat(chat, {.pinned = pinned});
    if (!changed.ok()) emit problem(QString::fromStdString(changed.error().message()));
  }
}

void ChatList::remove() {
  const QList<ChatId> chats = selected();
  if (chats.isEmpty()) return;
  const auto done = m_store.deleteChats(chats);
  if (!done.ok()) return emit problem(QString::fromStdString(done.error().message()));
  ++m_deletions;
  showUndo();
  emit deleted(chats);
}

QList<ChatId> ChatList::lastDeleted() {
  const auto chats = m_store.lastDeleted();
  if (chats.ok()) return *chats;
  emit problem(QString::fromStdString(chats.error().message()));
  return {};
}

/// Offers the last deletion of this window; those of earlier starts stand in the menu.
void ChatList::showUndo() {
  const qsizetype count = m_deletions > 0 ? lastDeleted().size() : 0;
  if (count > 0) m_undoText->setText(tr("%n chat(s) deleted", nullptr, static_cast<int>(count)));
  m_undoBar->setVisible(count > 0);
}

void ChatList::undoDelete() {
  const QList<ChatId> chats = lastDeleted();
  if (chats.isEmpty()) return;
  const auto done = m_store.restoreChats(chats);
  if (!done.ok()) return emit problem(QString::fromStdString(done.error().message()));
  m_deletions = qMax(0, m_deletions - 1);
  showUndo();
  emit chatWanted(chats.front());
  emit left();
}

void ChatList::search() {
  const QString words = m_words->text().trimmed();
  m_hits->begin();
  if (words.isEmpty()) {
    m_serial = m_captionSerial = 0;
    m_captions.forget();
    m_stack->setCurrentWidget(m_list);
    m_summary->hide();
    return;
  }
  const QDir config = QFileInfo(m_settings.fileName()).dir();
  const QJsonObject used = m_settings.value(QStringLiteral("captions/settings")).toJsonObject();
  m_serial = m_search.search(words);
  m_captionSerial = m_captions.search(words, {.folders = captionedFolders(m_settings),
                                              .presets = config.filePath(QStringLiteral("captions")),
                                              .lastUsed = used[QLatin1String("questions")].toArray()});
}

void ChatList::showHits(const SearchResult& result) {
  if (result.serial != m_serial) return;
  m_hits->showChats(result);
  m_stack->setCurrentWidget(m_hits);
  summarize();
  m_summary->show();
}

void ChatList::summarize() {
  if (const QString summary = m_hits->summary(); !summary.isEmpty()) m_summary->setText(summary);
}

bool ChatList::eventFilter(QObject* watched, QEvent* event) {
  // No shortcut of the page takes Esc from the search.
  if (watched == m_words && event->type() == QEvent::ShortcutOverride &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();
    return true;
  }
  if (event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (watched == m_list && key == Qt::Key_Delete) {
      remove();
      return true;
    }
    if (watched == m_words && key == Qt::Key_Escape) {
      m_words->clear();
      emit left();
      return true;
    }
    if (watched == m_words && key == Qt::Key_Down) {
      m_stack->currentWidget()->setFocus();
      return true;
    }
  }
  return QFrame::eventFilter(watched, event);
}

void ChatList::paintEvent(QPaintEvent*) {
  const Colours& c = colours(palette());
  QPainter painter(this);
  painter.fillRect(rect(), c.sidebar);
}

void ChatList::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void ChatList::retranslate() {
  m_new->setText(tr("New chat"));
  m_new->setToolTip(tr("New chat (Ctrl+N)"));
  m_more->setAccessibleName(tr("What can be done with chats"));
  m_more->setToolTip(m_more->accessibleName());
  m_words->setPlaceholderText(tr("Search everything"));
  m_words->setAccessibleName(tr("Search chats, captions and prompts"));
  m_words->setToolTip(tr("Search chats, captions and prompts (Ctrl+Shift+F)"));
  // Qt's own buttons in the field have no names.
  for (QToolButton* button : m_words->findChildren<QToolButton*>())
    button->setAccessibleName(tr("Empty the search"));
  m_list->setAccessibleName(tr("Chats"));
  m_hits->setAccessibleName(tr("What was found"));
  m_undo->setText(tr("Undo"));
  summarize();
  showUndo();
}

}  // namespace lapilli::gui
