// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_head.h"

#include "app/gui/elided_label.h"
#include "app/gui/error_text.h"
#include "app/gui/model_session.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QProgressBar>

namespace lapilli::gui {
namespace {

/// Of the title, whatever the model is called.
constexpr int kLeastTitle = 14 * kGrid;
constexpr int kSteps = 1000;

}  // namespace

ChatHead::ChatHead(const ModelSession& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_title(new ElidedLabel),
      m_model(new ElidedLabel),
      m_loading(new QProgressBar) {
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
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(3 * kGrid, kGrid + 4, 3 * kGrid, kGrid);
  row->setSpacing(kGrid);
  row->addWidget(m_title, 1);
  row->addWidget(m_loading);
  row->addWidget(m_model);
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
  QStringList notes;
  QStringList details;
  for (const ModelSession::Note& note : m_session.notes()) {
    if (isOfInterest(note.code)) notes.append(noteText(note.code, note.message).what);
    details.append(note.message);
  }
  m_model->setRemark((notes + details).join(QLatin1Char('\n')));
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
