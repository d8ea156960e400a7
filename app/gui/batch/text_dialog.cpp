// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/text_dialog.h"

#include "app/gui/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapilli::gui {

TextDialog::TextDialog(const QString& picture, const QString& text, QWidget* parent)
    : QDialog(parent), m_text(new QPlainTextEdit(text)) {
  setObjectName(QStringLiteral("captionEditor"));
  setWindowTitle(tr("Edit the text"));
  auto* name = new QLabel(picture);
  name->setTextFormat(Qt::PlainText);
  name->setWordWrap(true);
  m_text->setObjectName(QStringLiteral("captionEditorText"));
  m_text->setAccessibleName(tr("Text of the picture"));
  m_text->setTabChangesFocus(true);
  m_text->installEventFilter(this);
  m_text->moveCursor(QTextCursor::End);
  auto* hint = new QLabel(tr("Return takes the text, Shift+Return begins a new line"));
  setTextStyle(hint, TextStyle::kSmall);
  hint->setWordWrap(true);
  auto* cancel = new QPushButton(tr("Cancel"));
  cancel->setAutoDefault(false);
  auto* take = new QPushButton(tr("Take it"));
  take->setObjectName(QStringLiteral("captionEditorTake"));
  take->setProperty("primary", true);
  take->setDefault(true);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(hint, 1);
  buttons->addWidget(cancel);
  buttons->addWidget(take);
  auto* column = new QVBoxLayout(this);
  column->addWidget(name);
  column->addWidget(m_text, 1);
  column->addLayout(buttons);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(take, &QPushButton::clicked, this, &TextDialog::take);
  resize(70 * kGrid, 30 * kGrid);
}

void TextDialog::take() {
  emit wanted(m_text->toPlainText());
  accept();
}

bool TextDialog::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_text && event->type() == QEvent::KeyPress) {
    const auto* pressed = static_cast<QKeyEvent*>(event);
    const bool isReturn = pressed->key() == Qt::Key_Return || pressed->key() == Qt::Key_Enter;
    if (isReturn && !pressed->modifiers().testFlag(Qt::ShiftModifier)) {
      take();
      return true;
    }
  }
  return QDialog::eventFilter(watched, event);
}

}  // namespace lapilli::gui
