// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_head.h"

#include "app/gui/elided_label.h"
#include "app/gui/error_text.h"
#include "app/gui/icons.h"
#include "app/gui/model_session.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

namespace lapilli::gui {
namespace {

/// Of the title, whatever the model is called.
constexpr int kLeastTitle = 14 * kGrid;
constexpr int kSteps = 1000;

/// Whether it holds as long as the model is loaded: that not all of it is on a GPU, or is as it was asked
/// for.
bool isLasting(const QString& noteCode) {
  static const QStringList kCodes{QStringLiteral("software_device"), QStringLiteral("context_reduced"),
                                  QStringLiteral("layers_in_host_memory")};
  return kCodes.contains(noteCode);
}

}  // namespace

ChatHead::ChatHead(const ModelSession& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_title(new ElidedLabel),
      m_model(new ElidedLabel),
      m_loading(new QProgressBar),
      m_notes(new QToolButton) {
  m_title->setObjectName(QStringLiteral("chatTitle"));
  setTextStyle(m_title, TextStyle::kSection);
  m_title->setMinimumWidth(kLeastTitle);
  m_model->setObjectName(QStringLiteral("modelName"));
  m_model->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  m_model->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);  // the title takes what is left
  setTextStyle(m_model, TextStyle::kSmall);
  m_loading->setObjectName(QStringLiteral("modelLoading"));
  m_loading->setTextVisible(false);
  m_loading->setFixedSize(12 * kGrid, 6);
  m_notes->setObjectName(QStringLiteral("modelNotes"));
  m_notes->setIcon(icon(QStringLiteral("warning"), QPalette::Link));
  m_notes->setAutoRaise(true);
  m_notes->setFocusPolicy(Qt::StrongFocus);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(3 * kGrid, kGrid + 4, 3 * kGrid, kGrid);
  row->setSpacing(kGrid);
  row->addWidget(m_title, 1);
  row->addWidget(m_loading);
  row->addWidget(m_notes);
  row->addWidget(m_model);
  connect(m_notes, &QToolButton::clicked, this, &ChatHead::notesWanted);
  connect(&m_session, &ModelSession::changed, this, &ChatHead::showModel);
  connect(&m_session, &ModelSession::loading, this, [this](double fraction) {
    m_loading->setRange(0, fraction < 0 ? 0 : kSteps);
    m_loading->setValue(static_cast<int>(fraction * kSteps));
  });
  retranslate();
}

void ChatHead::setTitle(const std::optional<QString>& title) {
  m_words = title;
  showTitle();
}

void ChatHead::showTitle() {
  m_title->setWords(m_words.value_or(tr("New chat")));
}

void ChatHead::showModel() {
  m_loading->setVisible(m_session.state() == ModelSession::State::kLoading);
  QString text;
  switch (m_session.state()) {
    case ModelSession::State::kNone:
      text = tr("No model");
      break;
    case ModelSession::State::kLoading:
      text = tr("Loading %1…").arg(m_session.name());
      break;
    case ModelSession::State::kReady:
      text = QStringLiteral("%1 · %2").arg(m_session.name(),
                                           m_session.facts().value(QLatin1String("device")).toString());
      break;
    case ModelSession::State::kFailed:
      text = tr("%1 could not be loaded").arg(m_session.name());
      break;
  }
  m_model->setWords(text);
  showNotes();
}

void ChatHead::showNotes() {
  QStringList notes;
  QStringList lasting;
  QStringList details;
  for (const ModelSession::Note& note : m_session.notes()) {
    const QString sentence = noteText(note.code, note.message).what;
    if (isOfInterest(note.code)) notes.append(sentence);
    if (isLasting(note.code)) lasting.append(sentence);
    details.append(note.message);
  }
  m_model->setRemark((notes + details).join(QLatin1Char('\n')));
  m_notes->setVisible(m_session.state() == ModelSession::State::kReady && !lasting.isEmpty());
  m_notes->setAccessibleName(lasting.join(QLatin1Char(' ')));
  m_notes->setToolTip(lasting.join(QLatin1Char('\n')));
}

void ChatHead::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void ChatHead::retranslate() {
  m_loading->setAccessibleName(tr("How much of the model is loaded"));
  showTitle();
  showModel();
}

}  // namespace lapilli::gui
