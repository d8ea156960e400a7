// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/transfer_bar.h"

#include "app/gui/chat/chat_transfer.h"
#include "app/gui/elided_label.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

namespace lapilli::gui {
namespace {

/// Fewer are done before anybody reads how many.
constexpr int kFew = 20;

}  // namespace

TransferBar::TransferBar(ChatTransfer& transfer, QWidget* parent)
    : QWidget(parent), m_text(new ElidedLabel), m_progress(new QProgressBar), m_stop(new QToolButton) {
  setObjectName(QStringLiteral("transferBar"));
  m_text->setObjectName(QStringLiteral("transferText"));
  setTextStyle(m_text, TextStyle::kSmall);
  m_progress->setObjectName(QStringLiteral("transferProgress"));
  m_progress->setTextVisible(false);
  m_progress->setFixedSize(12 * kGrid, 6);
  m_stop->setObjectName(QStringLiteral("transferStop"));
  m_stop->setIcon(icon(QStringLiteral("close"), QPalette::PlaceholderText));
  m_stop->setAutoRaise(true);
  m_stop->setFocusPolicy(Qt::StrongFocus);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(3 * kGrid, 0, 3 * kGrid, 0);
  row->setSpacing(kGrid);
  row->addWidget(m_text, 1);
  row->addWidget(m_progress);
  row->addWidget(m_stop);
  connect(&transfer, &ChatTransfer::progress, this, &TransferBar::showProgress);
  connect(m_stop, &QToolButton::clicked, &transfer, &ChatTransfer::stop);
  retranslate();
}

void TransferBar::showProgress(int done, int total) {
  m_done = done;
  m_total = total;
  setVisible(total > kFew);
  m_progress->setRange(0, total);
  m_progress->setValue(done);
  const QLocale locale;
  m_text->setWords(tr("Chats: %1 of %2").arg(locale.toString(done), locale.toString(total)));
}

void TransferBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void TransferBar::retranslate() {
  m_progress->setAccessibleName(tr("How many chats are done"));
  m_stop->setAccessibleName(tr("Stop the export or import"));
  m_stop->setToolTip(m_stop->accessibleName());
  showProgress(m_done, m_total);
}

}  // namespace lapilli::gui
