// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/asked_texts.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace lapilli::gui {

AskedTexts::AskedTexts(CaptionRows& rows, QWidget* parent)
    : QWidget(parent),
      m_rows(rows),
      m_count(new QLabel),
      m_replace(namedButton("captionReplaceTexts")),
      m_keep(namedButton("captionKeepTexts")) {
  m_count->setObjectName(QStringLiteral("captionAsked"));
  m_count->setWordWrap(true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(m_count, 1);
  row->addWidget(m_replace);
  row->addWidget(m_keep);
  connect(m_replace, &QPushButton::clicked, this, [this] { m_rows.decideMatching(true); });
  connect(m_keep, &QPushButton::clicked, this, [this] { m_rows.decideMatching(false); });
  connect(&m_rows, &CaptionRows::decided, this, &AskedTexts::refresh);
  retranslate();
}

void AskedTexts::refresh() {
  setVisible(m_rows.isDeciding() && m_rows.asked() > 0);
  m_count->setText(
      tr("%1 of %Ln text(s) will be replaced. Space in the table decides about the chosen pictures.", nullptr,
         static_cast<int>(m_rows.asked()))
          .arg(QLocale().toString(m_rows.replaced())));
}

void AskedTexts::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void AskedTexts::retranslate() {
  m_replace->setText(tr("Replace all shown"));
  m_replace->setToolTip(tr("New texts take the place of those of all pictures that the table shows"));
  m_keep->setText(tr("Keep all shown"));
  m_keep->setToolTip(tr("All pictures that the table shows and that have texts are left out"));
  refresh();
}

}  // namespace lapilli::gui
