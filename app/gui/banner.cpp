// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/banner.h"

#include "app/gui/fitted_area.h"
#include "app/gui/icons.h"
#include "app/gui/screen_reader.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace lapilli::gui {
namespace {

/// Of the words: a long list of refused pictures shall not push the page away.
constexpr int kLeastHeight = 4 * kGrid;
constexpr int kMostHeight = 12 * kGrid;

}  // namespace

Banner::Banner(QWidget* parent)
    : QFrame(parent),
      m_icon(new QLabel),
      m_text(new QLabel),
      m_details(new QLabel),
      m_more(new QToolButton),
      m_action(new QPushButton),
      m_close(new QToolButton) {
  setObjectName(QStringLiteral("banner"));
  m_text->setObjectName(QStringLiteral("bannerText"));
  m_action->setObjectName(QStringLiteral("bannerAction"));
  m_more->setObjectName(QStringLiteral("bannerMore"));
  m_close->setObjectName(QStringLiteral("bannerClose"));
  for (QLabel* label : {m_text, m_details}) {
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setTextFormat(Qt::PlainText);
  }
  setTextStyle(m_details, TextStyle::kSmall);
  m_details->hide();
  m_close->setIcon(icon(QStringLiteral("close")));
  m_close->setAutoRaise(true);
  m_more->setAutoRaise(true);
  m_more->setCheckable(true);
  auto* content = new QWidget;
  auto* words = new QVBoxLayout(content);
  words->setContentsMargins(0, 0, 0, 0);
  words->setSpacing(kGrid / 2);
  words->addWidget(m_text);
  words->addWidget(m_details);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(2 * kGrid, kGrid, kGrid, kGrid);
  row->setSpacing(kGrid);
  // Not aligned, buttons would bound the row's height by theirs.
  row->addWidget(m_icon, 0, Qt::AlignVCenter);
  row->addWidget(new FittedArea(content, kLeastHeight, kMostHeight), 1);
  row->addWidget(m_more, 0, Qt::AlignVCenter);
  row->addWidget(m_action, 0, Qt::AlignVCenter);
  row->addWidget(m_close, 0, Qt::AlignVCenter);
  connect(m_more, &QToolButton::toggled, m_details, &QLabel::setVisible);
  connect(m_action, &QPushButton::clicked, this, &Banner::acted);
  connect(m_close, &QToolButton::clicked, this, [this] {
    hide();
    emit closed();
  });
  retranslate();
  hide();
}

void Banner::retranslate() {
  m_more->setText(tr("Details"));
  m_close->setAccessibleName(tr("Close this message"));
  m_close->setToolTip(m_close->accessibleName());
  showIcon();
}

void Banner::showIcon() {
  const bool news = m_kind == Kind::kNews;
  m_icon->setPixmap(
      icon(news ? QStringLiteral("info") : QStringLiteral("warning"), QPalette::WindowText).pixmap(20, 20));
  m_icon->setAccessibleName(news ? tr("Information") : tr("Warning"));
}

void Banner::show(const ErrorText& text, const QString& action, Kind kind) {
  m_kind = kind;
  showIcon();
  const QString words = text.todo.isEmpty() ? text.what : text.what + QLatin1Char(' ') + text.todo;
  const bool isNew = isHidden() || words != m_text->text();
  m_text->setText(words);
  m_details->setText(text.details);
  m_more->setVisible(!text.details.isEmpty());
  m_more->setChecked(false);
  m_action->setText(action);
  m_action->setVisible(!action.isEmpty());
  setVisible(true);
  if (isNew) announce(*this, words);
}

QString Banner::text() const {
  return m_text->text();
}

void Banner::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
  if (event->type() == QEvent::PaletteChange) showIcon();
}

void Banner::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Colours& c = colours(palette());
  painter.fillRect(rect(), m_kind == Kind::kNews ? c.selection : c.warningGround);
}

}  // namespace lapilli::gui
