// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/message_edit.h"

#include "app/gui/text_field.h"
#include "app/gui/theme.h"

#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapilli::gui {

MessageEdit::MessageEdit(const QString& text, QWidget* parent)
    : QWidget(parent), m_text(new TextField(text)), m_cancel(new QPushButton), m_ask(new QPushButton) {
  m_text->setObjectName(QStringLiteral("editText"));
  m_text->setTabChangesFocus(true);
  m_text->setFixedHeight(12 * kGrid);
  m_text->setMinimumWidth(28 * kGrid);
  m_text->installEventFilter(this);
  m_cancel->setObjectName(QStringLiteral("editCancel"));
  m_ask->setObjectName(QStringLiteral("editSend"));
  m_ask->setProperty("primary", true);
  auto* buttons = new QHBoxLayout;
  buttons->addStretch(1);
  buttons->addWidget(m_cancel);
  buttons->addWidget(m_ask);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kGrid);
  column->addWidget(m_text);
  column->addLayout(buttons);
  connect(m_text, &QPlainTextEdit::textChanged, this, [this] { emit changed(this->text()); });
  connect(m_ask, &QPushButton::clicked, this, [this] {
    const QString wanted = this->text();
    wanted.trimmed().isEmpty() ? emit cancelled() : emit askWanted(wanted);
  });
  connect(m_cancel, &QPushButton::clicked, this, &MessageEdit::cancelled);
  retranslate();
}

QString MessageEdit::text() const {
  return m_text->toPlainText();
}

void MessageEdit::begin() {
  m_text->setFocus();
  m_text->selectAll();
}

bool MessageEdit::eventFilter(QObject* watched, QEvent* event) {
  const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
  if (watched != m_text || !key || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape)
    return QWidget::eventFilter(watched, event);
  event->accept();  // no shortcut of the page
  if (event->type() == QEvent::KeyPress) emit left();
  return true;
}

void MessageEdit::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void MessageEdit::retranslate() {
  m_text->setAccessibleName(tr("The question in other words"));
  m_ask->setText(tr("Ask anew"));
  m_cancel->setText(tr("Cancel"));
}

}  // namespace lapilli::gui
