// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/find_bar.h"

#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

namespace lapilli::gui {

FindBar::FindBar(QWidget* parent)
    : QFrame(parent),
      m_words(new QLineEdit),
      m_place(new QLabel),
      m_previous(new QToolButton),
      m_next(new QToolButton),
      m_close(new QToolButton) {
  setObjectName(QStringLiteral("findBar"));
  m_words->setObjectName(QStringLiteral("findWords"));
  m_place->setObjectName(QStringLiteral("findPlace"));
  m_previous->setIcon(icon(QStringLiteral("up")));
  m_next->setIcon(icon(QStringLiteral("down")));
  m_close->setIcon(icon(QStringLiteral("close")));
  for (QToolButton* button : {m_previous, m_next, m_close}) button->setAutoRaise(true);
  setTextStyle(m_place, TextStyle::kSmall);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(3 * kGrid, kGrid, 3 * kGrid, kGrid);
  row->addStretch(1);
  row->addWidget(m_words, 1);
  row->addWidget(m_place);
  row->addWidget(m_previous);
  row->addWidget(m_next);
  row->addWidget(m_close);
  connect(m_words, &QLineEdit::textChanged, this, [this] {
    m_hit = 0;
    go(0);
  });
  connect(m_previous, &QToolButton::clicked, this, [this] { go(-1); });
  connect(m_next, &QToolButton::clicked, this, [this] { go(1); });
  connect(m_close, &QToolButton::clicked, this, &FindBar::close);
  retranslate();
  hide();
}

void FindBar::show(const QString& words, int hit) {
  setVisible(true);
  {
    const QSignalBlocker quiet(m_words);
    m_words->setText(words);
  }
  m_hit = hit;
  go(0);
}

void FindBar::open() {
  setVisible(true);
  m_words->setFocus();
  m_words->selectAll();
  go(0);
}

void FindBar::close() {
  hide();
  emit wanted({}, 0);
}

void FindBar::go(int by) {
  m_hit += by;
  emit wanted(m_words->text(), m_hit);
}

void FindBar::setCount(int count) {
  m_count = count;
  const int place = count == 0 ? 0 : ((m_hit % count) + count) % count + 1;
  m_place->setText(m_words->text().isEmpty() ? QString() : tr("%1 of %2").arg(place).arg(count));
}

void FindBar::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return close();
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
    return go(event->modifiers() & Qt::ShiftModifier ? -1 : 1);
  QFrame::keyPressEvent(event);
}

void FindBar::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void FindBar::retranslate() {
  const auto name = [](QWidget* widget, const QString& text) {
    widget->setAccessibleName(text);
    widget->setToolTip(text);
  };
  m_words->setPlaceholderText(tr("Find in this chat"));
  name(m_words, tr("Find in this chat"));
  name(m_previous, tr("Previous hit"));
  name(m_next, tr("Next hit"));
  name(m_close, tr("Close the search"));
  setCount(m_count);
}

}  // namespace lapilli::gui
