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

ReplaceDialog::ReplaceDialog(QList<TextChange> texts, QWidget* parent, Task task, const QString& tag)
    : QDialog(parent),
      m_task(task),
      m_texts(std::move(texts)),
      m_findLabel(new QLabel),
      m_find(new QLineEdit(tag)),
      m_withLabel(new QLabel),
      m_with(new QLineEdit(task == Task::kRenameTag ? tag : QString())),
      m_regular(checkBox("replaceRegular")),
      m_case(checkBox("replaceCase")),
      m_words(checkBox("replaceWords")),
      m_preview(new QTableWidget(0, 3)),
      m_count(new QLabel),
      m_apply(new QPushButton),
      m_cancel(new QPushButton) {
  build();
  connectAll();
  resize(90 * kGrid, 60 * kGrid);
  retranslate();
  if (task == Task::kReplace) return;
  m_find->setReadOnly(true);
  for (QWidget* each : std::initializer_list<QWidget*>{m_regular, m_case, m_words}) each->hide();
  for (QWidget* each : std::initializer_list<QWidget*>{m_withLabel, m_with})
    each->setVisible(task == Task::kRenameTag);
  m_with->selectAll();
  (task == Task::kRenameTag ? static_cast<QWidget*>(m_with) : m_apply)->setFocus();
  begin();
}

void ReplaceDialog::build() {
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
  for (QCheckBox* box : {m_case, m_words, m_regular}) options->addWidget(box);
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
}

void ReplaceDialog::connectAll() {
  m_delay.setSingleShot(true);
  m_delay.setInterval(kTypingMs);
  m_lookTimer.setSingleShot(true);
  for (QCheckBox* box : {m_case, m_words, m_regular})
    connect(box, &QCheckBox::toggled, this, &ReplaceDialog::begin);
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
}

void ReplaceDialog::begin() {
  m_delay.stop();
  m_lookTimer.stop();
  const bool isTag = m_task != Task::kReplace;
  m_replacement = Replacement({.find = m_find->text(),
                               .with = isTag ? m_with->text().trimmed() : m_with->text(),
                               .isRegularExpression = m_regular->isChecked(),
                               .matchCase = m_case->isChecked(),
                               .wholeWords = m_words->isChecked(),
                               .isTag = isTag});
  m_changes.clear();
  m_preview->setRowCount(0);
  m_looked = m_found = 0;
  m_fits = true;
  // A name that is empty takes nothing away.
  if (m_task == Task::kRenameTag && m_with->text().trimmed().isEmpty()) m_looked = m_texts.size();
  look();
}

void ReplaceDialog::look() {
  QElapsedTimer time;
  time.start();
  for (; m_looked < m_texts.size() && time.elapsed() < kSliceMs; ++m_looked) {
    const TextChange& text = m_texts[m_looked];
    const qsizetype found = m_replacement.count(text.before, text.form);
    if (found == 0) continue;
    const QString after = m_replacement.applied(text.before, text.form);
    if (after == text.before) continue;
    m_found += found;
    m_fits = m_fits && m_replacement.fits(text.form);
    m_changes.append(text);
    m_changes.back().after = after;
    if (m_preview->rowCount() < kMostShown) showChange(m_changes.back());
  }
  if (m_looked < m_texts.size()) m_lookTimer.start(0);
  showCount();
}

void ReplaceDialog::showChange(const TextChange& change) {
  const int row = m_preview->rowCount();
  m_preview->insertRow(row);
  int column = 0;
  for (const QString& shown : {change.path, change.before, change.after}) {
    auto* item = new QTableWidgetItem(shown);
    item->setToolTip(shown.toHtmlEscaped());
    m_preview->setItem(row, column++, item);
  }
}

void ReplaceDialog::showCount() {
  const QLocale locale;
  const bool complete = m_looked == m_texts.size();
  m_apply->setEnabled(complete && m_fits && !m_changes.isEmpty() && !m_delay.isActive());
  if (!m_replacement.problem().isEmpty()) {
    m_count->setText(m_replacement.problem());
  } else if (!m_fits) {
    m_count->setText(
        tr("“%1” would not be a tag: tags are a few words, without commas and without the end of "
           "a sentence")
            .arg(m_with->text().trimmed()));
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
  const bool isTag = m_task != Task::kReplace;
  setWindowTitle(m_task == Task::kReplace     ? tr("Find and replace in captions")
                 : m_task == Task::kRenameTag ? tr("Rename a tag in all captions")
                                              : tr("Remove a tag from all captions"));
  m_findLabel->setText(isTag ? tr("&Tag") : tr("&Find"));
  m_find->setAccessibleName(isTag ? tr("Tag") : tr("Find"));
  m_withLabel->setText(isTag ? tr("&New name") : tr("Replace &with"));
  m_with->setAccessibleName(isTag ? tr("New name of the tag") : tr("Replace with"));
  m_case->setText(tr("Match &case"));
  m_words->setText(tr("Whole w&ords"));
  m_regular->setText(tr("&Regular expression"));
  m_preview->setAccessibleName(tr("What will change"));
  m_preview->setHorizontalHeaderLabels({tr("Picture"), tr("Before"), tr("After")});
  m_apply->setText(m_task == Task::kReplace     ? tr("Replace")
                   : m_task == Task::kRenameTag ? tr("Rename")
                                                : tr("Remove"));
  m_cancel->setText(tr("Cancel"));
  showCount();
}

}  // namespace lapilli::gui
