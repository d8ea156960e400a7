// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/fetch_bar.h"

#include "app/gui/chat/picture_intake.h"
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

constexpr int kSteps = 1000;

}  // namespace

FetchBar::FetchBar(PictureIntake& intake, QWidget* parent)
    : QWidget(parent),
      m_intake(intake),
      m_text(new ElidedLabel),
      m_progress(new QProgressBar),
      m_cancel(new QToolButton) {
  setObjectName(QStringLiteral("fetchBar"));
  m_text->setObjectName(QStringLiteral("fetchText"));
  setTextStyle(m_text, TextStyle::kSmall);
  m_progress->setObjectName(QStringLiteral("fetchProgress"));
  m_progress->setTextVisible(false);
  m_progress->setFixedSize(12 * kGrid, 6);
  m_cancel->setObjectName(QStringLiteral("fetchCancel"));
  m_cancel->setIcon(icon(QStringLiteral("close"), QPalette::PlaceholderText));
  m_cancel->setAutoRaise(true);
  m_cancel->setFocusPolicy(Qt::StrongFocus);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kGrid);
  row->addWidget(m_text, 1);
  row->addWidget(m_progress);
  row->addWidget(m_cancel);
  connect(&m_intake, &PictureIntake::underwayChanged, this, &FetchBar::refresh);
  connect(m_cancel, &QToolButton::clicked, &m_intake, &PictureIntake::cancelFetching);
  retranslate();
}

void FetchBar::refresh() {
  const QList<PictureFetch::Fetching> all = m_intake.fetching();
  setVisible(!all.isEmpty());
  if (all.isEmpty()) return;
  qint64 received = 0;
  qint64 total = 0;
  bool known = true;
  for (const PictureFetch::Fetching& each : all) {
    received += each.received;
    total += each.total;
    known = known && each.total > 0;
  }
  const QLocale locale;
  const QString what = all.size() == 1 ? tr("Fetching %1").arg(shownAddress(all.front().address))
                                       : tr("Fetching %n picture(s)", nullptr, static_cast<int>(all.size()));
  const QString size =
      known ? tr("%1 of %2").arg(locale.formattedDataSize(received), locale.formattedDataSize(total))
            : locale.formattedDataSize(received);
  m_text->setWords(received > 0 ? what + QStringLiteral(" · ") + size : what);
  m_progress->setRange(0, known ? kSteps : 0);
  if (known) m_progress->setValue(static_cast<int>(received * kSteps / total));
}

void FetchBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void FetchBar::retranslate() {
  m_progress->setAccessibleName(tr("How much of the picture is there"));
  m_cancel->setAccessibleName(tr("Do not fetch it"));
  m_cancel->setToolTip(tr("Do not fetch it (Esc)"));
  refresh();
}

}  // namespace lapilli::gui
