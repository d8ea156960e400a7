// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/two_parts.h"

#include "app/gui/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>

namespace lapilli::gui {
namespace {

constexpr int kNarrowWidth = 51 * kGrid;
constexpr int kLeastWideWidth = 60 * kGrid;
constexpr int kMargin = 2 * kGrid;

}  // namespace

TwoParts::TwoParts(QWidget* narrow, QWidget* wide, const QList<QPushButton*>& buttons, QWidget* parent)
    : QWidget(parent),
      m_parts{narrow, wide},
      m_title(new QLabel),
      m_tabs(new QTabBar),
      m_bar(new QWidget),
      m_buttons(new QBoxLayout(QBoxLayout::TopToBottom, m_bar)),
      m_grid(new QGridLayout(this)) {
  setTextStyle(m_title, TextStyle::kTitle);
  m_tabs->setObjectName(QStringLiteral("pageParts"));
  m_tabs->setExpanding(false);
  m_tabs->setDrawBase(false);
  for (int part : {kNarrow, kWide}) m_tabs->insertTab(part, QString());
  m_buttons->setContentsMargins(0, 0, 0, 0);
  for (QPushButton* button : buttons) m_buttons->addWidget(button);
  m_grid->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  m_grid->setHorizontalSpacing(kMargin);
  m_grid->setVerticalSpacing(kGrid);
  m_grid->setRowStretch(1, 1);
  m_grid->addWidget(m_title, 0, 0);
  m_grid->addWidget(m_tabs, 0, 1, Qt::AlignTrailing | Qt::AlignVCenter);
  connect(m_tabs, &QTabBar::currentChanged, this, [this](int part) { showPart(static_cast<Part>(part)); });
  arrange();
}

void TwoParts::setTexts(const QString& title, const QString& narrow, const QString& wide,
                        const QString& tabs) {
  m_title->setText(title);
  m_tabs->setTabText(kNarrow, narrow);
  m_tabs->setTabText(kWide, wide);
  m_tabs->setAccessibleName(tabs);
}

void TwoParts::showPart(Part part) {
  m_tabs->setCurrentIndex(part);
  for (int each : {kNarrow, kWide}) m_parts[each]->setVisible(!m_inTurns || each == part);
}

void TwoParts::arrange() {
  for (QWidget* widget : {m_parts[kNarrow], m_parts[kWide], m_bar}) m_grid->removeWidget(widget);
  const int columns = m_inTurns ? 2 : 1;
  m_grid->addWidget(m_parts[kNarrow], 1, 0, 1, columns);
  m_inTurns ? m_grid->addWidget(m_parts[kWide], 1, 0, 1, columns)
            : m_grid->addWidget(m_parts[kWide], 0, 1, 3, 1);
  m_grid->addWidget(m_bar, 2, 0, 1, columns);
  m_grid->setColumnStretch(1, 1);
  for (QWidget* widget : {m_parts[kNarrow], m_bar}) {
    widget->setMinimumWidth(m_inTurns ? 0 : kNarrowWidth);
    widget->setMaximumWidth(m_inTurns ? QWIDGETSIZE_MAX : kNarrowWidth);
  }
  m_buttons->setDirection(m_inTurns ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
  m_tabs->setVisible(m_inTurns);
  showPart(static_cast<Part>(m_tabs->currentIndex()));
}

void TwoParts::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool inTurns = width() < kNarrowWidth + kLeastWideWidth + 3 * kMargin;
  if (inTurns == m_inTurns) return;
  m_inTurns = inTurns;
  arrange();
}

}  // namespace lapilli::gui
