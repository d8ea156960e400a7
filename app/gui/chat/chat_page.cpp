// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_page.h"

#include "app/gui/chat/chat_head.h"
#include "app/gui/chat/chat_list.h"
#include "app/gui/chat/chat_notices.h"
#include "app/gui/chat/chat_transfer.h"
#include "app/gui/chat/composer.h"
#include "app/gui/chat/conversation_view.h"
#include "app/gui/chat/draft_keeper.h"
#include "app/gui/chat/find_bar.h"
#include "app/gui/chat/message_text.h"
#include "app/gui/chat/picture_window.h"
#include "app/gui/chat/transfer_bar.h"
#include "app/gui/chat/welcome_view.h"
#include "app/gui/store/search_text.h"

#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

constexpr int kListWidth = 32 * kGrid;
/// Of the conversation, whatever else is open.
constexpr int kLeastHeight = 15 * kGrid;

/// What of a search's words can be marked in a text: all of them where they stand together, else the first
/// that is there.
QString wordsIn(const QString& text, const QString& query) {
  QStringList candidates{query.trimmed()};
  candidates += searchTerms(query);
  for (const QString& words : candidates) {
    if (countWords(text, words) > 0) return words;
  }
  return {};
}

}  // namespace

ChatPage::ChatPage(const Parts& parts, ChatStore& store, QWidget* parent)
    : QWidget(parent),
      m_parts(parts),
      m_store(store),
      m_thumbnails(store.objects(), parts.host),
      m_intake(store.objects(), parts.host, m_thumbnails),
      m_controller(store, parts.host, parts.session) {
  setObjectName(QStringLiteral("chatPage"));
  build();
  connectParts();
  addShortcuts();
  showPath();
  showModel();
  m_drafts->show(m_controller.chat());
  if (!store.notice().isEmpty()) tell(store.notice());
}

ChatPage::~ChatPage() {
  saveDraft();
}

void ChatPage::build() {
  m_list = new ChatList(m_store, m_parts.settings);
  m_transfer = new ChatTransfer(m_store, this);
  m_head = new ChatHead(m_parts.session);
  m_find = new FindBar;
  m_notices = new ChatNotices;
  m_welcome = new WelcomeView;
  m_conversation = new ConversationView(m_thumbnails);
  m_stack = new QStackedWidget;
  m_stack->addWidget(m_welcome);
  m_stack->addWidget(m_conversation);
  m_stack->setMinimumHeight(kLeastHeight);
  m_composer = new Composer(m_parts.settings, m_parts.host, m_intake, m_thumbnails);
  m_composer->setMaximumWidth(104 * kGrid);
  m_drafts = new DraftKeeper(m_store, *m_composer, *m_conversation, this);

  auto* bottom = new QHBoxLayout;
  bottom->setContentsMargins(2 * kGrid, 0, 2 * kGrid, kGrid + 4);
  bottom->addStretch(1);
  bottom->addWidget(m_composer, 1000);
  bottom->addStretch(1);
  auto* right = new QWidget;
  auto* column = new QVBoxLayout(right);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_head);
  column->addWidget(m_find);
  column->addWidget(m_notices);
  column->addWidget(new TransferBar(*m_transfer));
  column->addWidget(m_stack, 1);
  column->addLayout(bottom);
  m_splitter = new QSplitter;
  m_splitter->addWidget(m_list);
  m_splitter->addWidget(right);
  m_splitter->setStretchFactor(1, 1);
  m_splitter->setChildrenCollapsible(false);
  m_splitter->setSizes({kListWidth, 4 * kListWidth});
  m_splitter->restoreState(m_parts.settings.windowState(QStringLiteral("chatSplitter")));
  auto* row = new QVBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(m_splitter);
}

void ChatPage::connectParts() {
  connectList();
  connectController();
  connectConversation();
  connectComposer();
  connect(m_welcome, &WelcomeView::questionWanted, this, [this](const QString& text) {
    m_composer->setText(text);
    m_composer->focusText();
  });
  connect(m_welcome, &WelcomeView::modelsWanted, this, [this] {
    if (auto* main = qobject_cast<MainWindow*>(window())) main->showPage(QStringLiteral("models"));
  });
  connect(m_head, &ChatHead::notesWanted, this, &ChatPage::tellNotes);
  connect(&m_parts.session, &ModelSession::changed, this, [this] {
    showModel();
    tellNotes();
  });
}

void ChatPage::connectList() {
  connect(m_list, &ChatList::chatWanted, this, &ChatPage::openChat);
  connect(m_list, &ChatList::messageWanted, this, &ChatPage::showHit);
  connect(m_list, &ChatList::captionWanted, this, &ChatPage::captionWanted);
  connect(m_list, &ChatList::promptsWanted, this, &ChatPage::promptsWanted);
  connect(m_list, &ChatList::problem, this, [this](const QString& sentence) { tell(sentence); });
  connect(m_list, &ChatList::left, m_composer, &Composer::focusText);
  connect(m_list, &ChatList::deleted, this, [this](const QList<ChatId>& chats) {
    for (const ChatId chat : chats) m_controller.stopChat(chat);
    if (chats.contains(m_controller.chat())) openChat(0);
  });
  connect(m_list, &ChatList::exportWanted, m_transfer, &ChatTransfer::exportTo);
  connect(m_list, &ChatList::importWanted, m_transfer, &ChatTransfer::importFrom);
  connect(m_transfer, &ChatTransfer::told, this,
          [this](const QString& sentence) { tell(sentence, {}, Banner::Kind::kNews); });
  connect(m_transfer, &ChatTransfer::failed, this, [this](const QString& sentence) { tell(sentence); });
  connect(m_transfer, &ChatTransfer::imported, this, [this](const QList<ChatId>& chats) {
    if (!chats.isEmpty()) openChat(chats.front());
  });
}

void ChatPage::connectController() {
  connect(&m_controller, &ChatController::pathChanged, this, &ChatPage::showPath);
  connect(&m_controller, &ChatController::textAdded, m_conversation, &ConversationView::addText);
  connect(&m_controller, &ChatController::answeringChanged, m_composer, &Composer::setAnswering);
  connect(&m_controller, &ChatController::problem, this, [this](const QString& sentence) { tell(sentence); });
  connect(&m_controller, &ChatController::noted, this, [this](const QString& code, const QString& message) {
    if (!isOfInterest(code)) return;
    const ErrorText text = noteText(code, message);
    tell(text.what, text.details);
  });
  connect(&m_controller, &ChatController::chatChanged, this, [this](ChatId chat) {
    m_drafts->setChat(chat);
    m_intake.setOwner(chat);
    m_list->setCurrent(chat);
    const auto found = m_store.chat(chat);
    m_head->setTitle(chat != 0 && found.ok() ? std::optional(found->title) : std::nullopt);
  });
  connect(&m_store, &ChatStore::chatChanged, this, [this](ChatId chat) {
    if (chat == 0 || chat != m_controller.chat()) return;
    const auto found = m_store.chat(chat);
    if (found.ok()) m_head->setTitle(found->title);
  });
  connect(&m_store, &ChatStore::writeFailed, this, [this](const QString& sentence) {
    tell(sentence + QLatin1Char(' ') +
         tr("Nothing is lost: it is kept in memory and tried again. Make room on the disk."));
  });
  connect(&m_store, &ChatStore::damageFound, m_notices, &ChatNotices::tellOfDamage);
}

void ChatPage::connectConversation() {
  connect(m_conversation, &ConversationView::edited, this, [this](MessageId message, const QString& text) {
    if (m_controller.edit(message, text, m_composer->askSettings())) m_conversation->endEdit(message);
  });
  connect(m_conversation, &ConversationView::regenerateWanted, this,
          [this](MessageId message) { m_controller.regenerate(message, m_composer->askSettings()); });
  connect(m_conversation, &ConversationView::goOnWanted, &m_controller, &ChatController::goOn);
  connect(m_conversation, &ConversationView::seedWanted, m_composer, &Composer::useSeed);
  connect(m_conversation, &ConversationView::stepWanted, &m_controller, &ChatController::step);
  connect(m_conversation, &ConversationView::pictureWanted, this, &ChatPage::showPicture);
  connect(m_find, &FindBar::wanted, this,
          [this](const QString& words, int hit) { m_find->setCount(m_conversation->find(words, hit)); });
}

void ChatPage::connectComposer() {
  connect(m_composer, &Composer::sendWanted, this, &ChatPage::send);
  connect(m_composer, &Composer::stopWanted, &m_controller, &ChatController::stop);
  connect(m_composer, &Composer::browseWanted, this, &ChatPage::browse);
  connect(m_composer, &Composer::pictureWanted, this,
          [this](const Attachment& picture) { showPicture(picture, {}, {}); });
  connect(m_drafts, &DraftKeeper::problem, this, [this](const QString& sentence) { tell(sentence); });
  connect(&m_intake, &PictureIntake::accepted, m_drafts, &DraftKeeper::addPicture);
  connect(&m_intake, &PictureIntake::refused, m_notices, &ChatNotices::refuse);
}

void ChatPage::addShortcuts() {
  const auto add = [this](const QKeySequence& keys, auto action) {
    auto* shortcut = new QShortcut(keys, this);
    connect(shortcut, &QShortcut::activated, this, action);
  };
  add(QKeySequence::New, [this] { askInChat(0); });
  add(QKeySequence::Open, [this] { browse(); });
  add(QKeySequence::Find, [this] { m_find->open(); });
  add(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [this] { m_list->undoDelete(); });
  add(QKeySequence(Qt::CTRL | Qt::Key_J), [this] { m_composer->showFormat(); });
  add(QKeySequence(Qt::CTRL | Qt::Key_R), [this] {
    if (!m_controller.path().isEmpty() && !m_controller.isAnswering())
      m_controller.regenerate(m_controller.path().back().id, m_composer->askSettings());
  });
  add(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), [this] {
    for (qsizetype index = m_controller.path().size(); index-- > 0;) {
      if (const auto seed = seedOf(m_controller.path()[index])) return m_composer->useSeed(*seed);
    }
  });
  add(QKeySequence(Qt::CTRL | Qt::Key_E), [this] {
    for (qsizetype index = m_controller.path().size(); index-- > 0;) {
      MessageWidget* widget = m_conversation->widget(m_controller.path()[index].id);
      if (widget != nullptr && widget->message().role == MessageRole::User) return widget->beginEdit();
    }
  });
  const auto step = [this](int direction) {
    if (const MessageWidget* widget = m_conversation->current())
      m_controller.step(widget->message().id, direction);
  };
  add(QKeySequence(Qt::ALT | Qt::Key_Left), [step] { step(-1); });
  add(QKeySequence(Qt::ALT | Qt::Key_Right), [step] { step(1); });
  add(QKeySequence(Qt::Key_Escape), [this] {
    if (m_find->isVisible()) return m_find->close();
    m_controller.isAnswering() ? m_controller.stop() : m_intake.cancelFetching();
  });
}

void ChatPage::showPath() {
  m_stack->setCurrentWidget(m_controller.path().isEmpty() ? static_cast<QWidget*>(m_welcome)
                                                          : m_conversation);
  m_conversation->setPath(m_controller.path());
}

void ChatPage::showModel() {
  const ModelSession& session = m_parts.session;
  m_composer->setObstacle(session.state() == ModelSession::State::kNone ? tr("Choose a model first")
                                                                        : QString());
  m_welcome->setDemo(session.options().model == QLatin1String(defaults::kDemoModel));
}

/// Once, when the model has been loaded.
void ChatPage::tellNotes() {
  if (m_parts.session.state() != ModelSession::State::kReady) return;
  QStringList sentences;
  QStringList details;
  for (const ModelSession::Note& note : m_parts.session.notes()) {
    if (!isOfInterest(note.code)) continue;
    sentences.append(noteText(note.code, note.message).what);
    details.append(note.message);
  }
  if (!sentences.isEmpty()) tell(sentences.join(QLatin1Char('\n')), details.join(QLatin1Char('\n')));
}

void ChatPage::openChat(ChatId chat) {
  saveDraft();
  m_drafts->showEdits(chat);
  m_controller.openChat(chat);
  m_drafts->show(m_controller.chat());
}

void ChatPage::askInChat(ChatId chat) {
  openChat(chat);
  m_composer->focusText();
}

/// Goes to a message that the search over all chats has found, and marks there what was looked for.
void ChatPage::showHit(MessageId message, const QString& query) {
  const auto found = m_store.message(message);
  if (!found.ok()) return tell(QString::fromStdString(found.error().message()));
  if (found->chat != m_controller.chat()) openChat(found->chat);
  m_controller.showMessage(message);
  const QString words = wordsIn(found->text, query);
  if (!words.isEmpty()) m_find->show(words, m_conversation->hitsBefore(message, words));
  m_conversation->showMessage(message);
}

void ChatPage::saveDraft() {
  m_drafts->save();
}

void ChatPage::send() {
  const ChatId composedIn = m_drafts->chat();
  const QString text = m_composer->text();
  const QList<Attachment> pictures = m_composer->pictures();
  if (!m_controller.send(text, pictures, m_composer->askSettings())) return;
  m_composer->clear();
  m_composer->focusText();
  m_drafts->drop(composedIn);
}

void ChatPage::openFiles(const QStringList& files) {
  m_intake.takeFiles(files);
}

void ChatPage::browse() {
  auto* dialog = new QFileDialog(this, tr("Add pictures"), m_parts.settings.folderOfPictures());
  dialog->setObjectName(QStringLiteral("pictureDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFiles);
  dialog->setNameFilters(
      {tr("Pictures (%1)")
           .arg(QStringLiteral(
               "*.jpg *.jpeg *.png *.webp *.gif *.bmp *.tif *.tiff *.heic *.heif *.avif *.jxl")),
       tr("All files (*)")});
  connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& files) {
    if (!files.isEmpty()) m_parts.settings.setFolderOfPictures(QFileInfo(files.front()).absolutePath());
    openFiles(files);
  });
  dialog->open();
}

void ChatPage::showPicture(const Attachment& picture, const QString& text, const QJsonObject& params) {
  if (m_pictureWindow == nullptr)
    m_pictureWindow =
        new PictureWindow(m_parts.settings, m_parts.host, m_parts.session, m_store.objects(), this);
  const AskSettings now = m_composer->askSettings();
  m_pictureWindow->showPicture(picture, text,
                               {params.value(QLatin1String("aspect")).toString(now.aspect),
                                params.value(QLatin1String("orientation")).toString(now.orientation)});
}

void ChatPage::tell(const QString& sentence, const QString& details, Banner::Kind kind) {
  m_notices->tell(sentence, details, kind);
}

void ChatPage::search() {
  m_list->focusSearch();
}

void ChatPage::tellOfOwnFolder() {
  tell(tr("The chats are open in another window. This one keeps its own, in %1.")
           .arg(QDir::toNativeSeparators(m_store.folder())),
       {}, Banner::Kind::kNews);
}

void ChatPage::take(const QMimeData& pictures) {
  m_intake.take(pictures);
}

void ChatPage::focusInEvent(QFocusEvent*) {
  m_composer->focusText();
}

void ChatPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_parts.settings.setWindowState(QStringLiteral("chatSplitter"), m_splitter->saveState());
}

void ChatPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) showModel();
}

}  // namespace lapilli::gui
