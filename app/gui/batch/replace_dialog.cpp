// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/replace_dialog.h"

#include "app/gui/batch/parts.h"
#include "app/gui/theme.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QTableWidget>

namespace lapilli::gui {
namespace {

QCheckBox* checkBox(const char* name) {
  auto* made = new QCheckBox;
  made->setObjectName(QLatin1String(name));
  return made;
}

}  // namespace

ReplaceDialog::ReplaceDialog(QList<TextChange> texts, QWidget* parent)
    : QDialog(parent),
      m_texts(std::move(texts)),
      m_findLabel(new QLabel),
      m_find(new QLineEdit),
      m_withLabel(new QLabel),
      m_with(new QLineEdit),
      m_regular(checkBox("replaceRegular")),
      m_case(checkBox("replaceCase")),
      m_words(checkBox("replaceWords")),
      m_preview(new QTableWidget(0, 3)),
      m_count(new QLabel),
      m_apply(new QPushButton),
      m_cancel(new QPushButton) {
  setObjectName(QStringLiteral("replaceDialog"));
  m_find->setObjectName(QStringLiteral("replaceFind"));
  m_with->setObjectName(QStringLiteral("replaceWith"));
  m_findLabel->setBuddy(m_find);
  m_withLabel->setBuddy(m_with);
  m_preview->setObjectName(QStringLiteral("replacePreview"));
  m_preview->verticalHeader()->hide();
  m_preview->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  m_preview->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_preview->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_preview->setShowGrid(false);
  m_preview->setTabKeyNavigation(false);
  m_count->setObjectName(QStringLiteral("replaceCount"));
  m_count->setTextFormat(Qt::PlainText);
  m_count->setWordWrap(true);
  m_apply->setObjectName(QStringLiteral("replaceApply"));
  m_apply->setProperty("primary", true);
  m_apply->setDefault(true);
  m_cancel->setAutoDefault(false);
  auto* form = new QGridLayout;
  form->addWidget(m_findLabel, 0, 0);
  form->addWidget(m_find, 0, 1);
  form->addWidget(m_withLabel, 1, 0);
  form->addWidget(m_with, 1, 1);
  auto* options = new QHBoxLayout;
  for (QCheckBox* box : {m_case, m_words, m_regular}) {
    options->addWidget(box);
    connect(box, &QCheckBox::toggled, this, &ReplaceDialog::begin);
  }
  options->addStretch(1);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_count, 1);
  buttons->addWidget(m_cancel);
  buttons->addWidget(m_apply);
  auto* column = new QVBoxLayout(this);
  column->addLayout(form);
  column->addLayout(options);
  column->addWidget(m_preview, 1);
  column->addLayout(buttons);
  m_delay.setSingleShot(true);
  m_delay.setInterval(kTypingMs);
  m_lookTimer.setSingleShot(true);
  connect(&m_delay, &QTimer::timeout, this, &ReplaceDialog::begin);
  connect(&m_lookTimer, &QTimer::timeout, this, &ReplaceDialog::look);
  for (QLineEdit* edit : {m_find, m_with})
    connect(edit, &QLineEdit::textChanged, this, [this] {
      m_apply->setEnabled(false);  // until the preview is of these words
      m_delay.start();
    });
  connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_apply, &QPushButton::clicked, this, [this] {
    emit wanted(m_changes);
    accept();
  });
  resize(90 * kGrid, 60 * kGrid);
  retranslate();
}

void ReplaceDialog::begin() {
  m_delay.stop();
  m_replacement = Replacement({.find = m_find->text(),
                               .with = m_with->text(),
                               .isRegularExpression = m_regular->isChecked(),
                               .matchCase = m_case->isChecked(),
                               .wholeWords = m_words->isChecked()});
  m_changes.clear();
  m_preview->setRowCount(0);
  m_looked = m_found = 0;
  look();
}

void ReplaceDialog::look() {
  QElapsedTimer time;
  time.start();
  for (; m_looked < m_texts.size() && time.elapsed() < kSliceMs; ++m_looked) {
    const TextChange& text = m_texts[m_looked];
    const qsizetype found = m_replacement.count(text.before);
    if (found == 0) continue;
    const QString after = m_replacement.applied(text.before);
    if (after == text.before) continue;
    m_found += found;
    m_changes.append({text.path, text.before, after, text.wasAccepted});
    const int row = m_preview->rowCount();
    if (row >= kMostShown) continue;
    m_preview->insertRow(row);
    int column = 0;
    for (const QString& shown : {text.path, text.before, after}) {
      auto* item = new QTableWidgetItem(shown);
      item->setToolTip(shown.toHtmlEscaped());
      m_preview->setItem(row, column++, item);
    }
  }
  if (m_looked < m_texts.size()) m_lookTimer.start(0);
  showCount();
}

void ReplaceDialog::showCount() {
  const QLocale locale;
  const bool complete = m_looked == m_texts.size();
  m_apply->setEnabled(complete && !m_changes.isEmpty() && !m_delay.isActive());
  if (!m_replacement.problem().isEmpty()) {
    m_count->setText(m_replacement.problem());
  } else if (m_replacement.isEmpty()) {
    m_count->setText(tr("%1 captions").arg(locale.toString(m_texts.size())));
  } else if (m_changes.size() > kMostShown) {
    m_count->setText(tr("%1 places in %2 of %3 captions; the first %4 are shown")
                         .arg(locale.toString(m_found), locale.toString(m_changes.size()),
                              locale.toString(m_texts.size()), locale.toString(kMostShown)));
  } else {
    m_count->setText(tr("%1 places in %2 of %3 captions")
                         .arg(locale.toString(m_found), locale.toString(m_changes.size()),
                              locale.toString(m_texts.size())));
  }
}

void ReplaceDialog::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void ReplaceDialog::retranslate() {
  setWindowTitle(tr("Find and replace in captions"));
  m_findLabel->setText(tr("&Find"));
  m_find->setAccessibleName(tr("Find"));
  m_withLabel->setText(tr("Replace &with"));
  m_with->setAccessibleName(tr("Replace with"));
  m_case->setText(tr("Match &case"));
  m_words->setText(tr("Whole w&ords"));
  m_regular->setText(tr("&Regular expression"));
  m_preview->setAccessibleName(tr("What will change"));
  m_preview->setHorizontalHeaderLabels({tr("Picture"), tr("Before"), tr("After")});
  m_apply->setText(tr("Replace"));
  m_cancel->setText(tr("Cancel"));
  showCount();
}

}  // namespace lapilli::gui
