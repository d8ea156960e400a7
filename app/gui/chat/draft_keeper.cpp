// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/draft_keeper.h"

#include "app/gui/chat/composer.h"
#include "app/gui/chat/conversation_view.h"

namespace lapilli::gui {
namespace {

constexpr int kSaveMs = 800;

}  // namespace

DraftKeeper::DraftKeeper(ChatStore& store, Composer& composer, ConversationView& conversation,
                         QObject* parent)
    : QObject(parent), m_store(store), m_composer(composer), m_conversation(conversation) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(kSaveMs);
  connect(&m_timer, &QTimer::timeout, this, &DraftKeeper::save);
  const auto wait = [this] {
    if (!m_timer.isActive()) m_timer.start();
  };
  connect(&composer, &Composer::changed, this, wait);
  connect(&conversation, &ConversationView::editsChanged, this, wait);
}

void DraftKeeper::showEdits(ChatId chat) {
  const auto edits = m_store.edits(chat);
  m_savedEdits = edits.ok() ? *edits : QHash<MessageId, QString>();
  m_conversation.setEdits(m_savedEdits);
}

void DraftKeeper::show(ChatId chat) {
  m_chat = chat;
  const auto draft = m_store.draft(chat);
  const auto found = m_store.chat(chat);
  m_composer.clear();
  if (draft.ok()) {
    m_composer.setText(draft->text);
    for (const Attachment& picture : draft->pictures) m_composer.addPicture(picture);
  }
  QJsonObject settings = draft.ok() ? draft->settings : QJsonObject();
  if (settings.isEmpty() && found.ok()) settings = found->settings;
  if (!settings.isEmpty()) m_composer.setAskSettings(AskSettings::fromJson(settings));
  m_saved = composed();
  m_timer.stop();
}

Draft DraftKeeper::composed() const {
  return {.text = m_composer.text(),
          .pictures = m_composer.pictures(),
          .settings = m_composer.askSettings().toJson()};
}

void DraftKeeper::save() {
  m_timer.stop();
  saveEdits();
  const Draft draft = composed();
  if (draft == m_saved) return;
  const auto saved = m_store.saveDraft(m_chat, draft);
  if (!saved.ok()) return emit problem(QString::fromStdString(saved.error().message()));
  m_saved = draft;
}

void DraftKeeper::saveEdits() {
  const QHash<MessageId, QString>& edits = m_conversation.edits();
  const auto saveOne = [this](MessageId message, const std::optional<QString>& text) {
    const auto saved = m_store.saveEdit(message, text);
    if (!saved.ok()) emit problem(QString::fromStdString(saved.error().message()));
    return saved.ok();
  };
  for (const MessageId message : m_savedEdits.keys()) {
    if (!edits.contains(message) && saveOne(message, std::nullopt)) m_savedEdits.remove(message);
  }
  for (auto at = edits.begin(); at != edits.end(); ++at) {
    if (m_savedEdits.value(at.key()) != at.value() && saveOne(at.key(), at.value()))
      m_savedEdits.insert(at.key(), at.value());
  }
}

void DraftKeeper::addPicture(const Attachment& picture, ChatId chat) {
  if (chat == m_chat) return m_composer.addPicture(picture);
  auto draft = m_store.draft(chat);
  if (!draft.ok()) return emit problem(QString::fromStdString(draft.error().message()));
  draft->pictures.append(picture);
  const auto saved = m_store.saveDraft(chat, *draft);
  if (!saved.ok()) emit problem(QString::fromStdString(saved.error().message()));
}

void DraftKeeper::drop(ChatId chat) {
  const auto gone = m_store.saveDraft(chat, {});
  if (!gone.ok()) emit problem(QString::fromStdString(gone.error().message()));
  m_saved = composed();
  m_timer.stop();
}

}  // namespace lapilli::gui
