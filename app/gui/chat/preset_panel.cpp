// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/preset_panel.h"

#include "app/gui/chat/sampling_presets.h"
#include "app/gui/elided_label.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QToolButton>
#include <QUrl>

namespace lapilli::gui {

PresetPanel::PresetPanel(SamplingPresets& presets, QWidget* parent)
    : QWidget(parent),
      m_presets(presets),
      m_name(new QLineEdit),
      m_save(new QPushButton),
      m_delete(new QPushButton),
      m_import(new QPushButton),
      m_folder(new ElidedLabel),
      m_open(new QToolButton),
      m_problem(new QLabel) {
  build();
  connect(m_save, &QPushButton::clicked, this, [this] {
    emit saveWanted(m_name->text().trimmed());
    if (m_said.isEmpty()) m_name->clear();
  });
  connect(m_name, &QLineEdit::returnPressed, m_save, &QPushButton::click);
  connect(m_delete, &QPushButton::clicked, this, &PresetPanel::deleteWanted);
  connect(m_import, &QPushButton::clicked, this, &PresetPanel::chooseFile);
  connect(m_open, &QToolButton::clicked, this,
          [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_presets.folder())); });
  connect(m_name, &QLineEdit::textChanged, this, &PresetPanel::refresh);
  connect(&m_presets, &SamplingPresets::changed, this, &PresetPanel::refresh);
  retranslate();
}

void PresetPanel::build() {
  m_name->setObjectName(QStringLiteral("presetName"));
  m_name->setMaxLength(60);
  m_save->setObjectName(QStringLiteral("presetSave"));
  m_delete->setObjectName(QStringLiteral("presetDelete"));
  m_import->setObjectName(QStringLiteral("presetImport"));
  m_folder->setObjectName(QStringLiteral("presetFolder"));
  setTextStyle(m_folder, TextStyle::kSmall);
  m_open->setObjectName(QStringLiteral("presetOpenFolder"));
  m_open->setIcon(icon(QStringLiteral("folder"), QPalette::PlaceholderText));
  m_open->setAutoRaise(true);
  m_open->setFocusPolicy(Qt::StrongFocus);
  m_problem->setObjectName(QStringLiteral("presetProblem"));
  m_problem->setTextFormat(Qt::PlainText);
  m_problem->setWordWrap(true);
  auto* first = new QHBoxLayout;
  first->setSpacing(kGrid);
  first->addWidget(m_name, 1);
  first->addWidget(m_save);
  first->addWidget(m_delete);
  auto* second = new QHBoxLayout;
  second->setSpacing(kGrid);
  second->addWidget(m_folder, 1);
  second->addWidget(m_open);
  second->addWidget(m_import);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(first);
  column->addLayout(second);
  column->addWidget(m_problem);
}

void PresetPanel::setDeletable(bool deletable) {
  m_delete->setEnabled(deletable);
}

void PresetPanel::say(const QString& problem) {
  m_said = problem;
  refresh();
}

void PresetPanel::chooseFile() {
  auto* dialog = new QFileDialog(this, tr("Import a preset"));
  dialog->setObjectName(QStringLiteral("presetDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilter(tr("Presets (*.json)"));
  dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
  connect(dialog, &QFileDialog::fileSelected, this, &PresetPanel::importFile);
  dialog->open();
}

void PresetPanel::importFile(const QString& file) {
  const SamplingPresets::Imported done = m_presets.importFile(file);
  say(done.problem);
  if (done.problem.isEmpty()) emit imported(done.name);
}

/// What went wrong last, and the files that can not be read.
void PresetPanel::refresh() {
  QStringList problems = m_presets.problems();
  if (!m_said.isEmpty()) problems.prepend(m_said);
  m_problem->setText(problems.join(QLatin1Char('\n')));
  m_problem->setVisible(!problems.isEmpty());
  m_save->setEnabled(!m_name->text().trimmed().isEmpty());
}

void PresetPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void PresetPanel::retranslate() {
  m_name->setPlaceholderText(tr("Name of a new preset"));
  m_name->setAccessibleName(m_name->placeholderText());
  m_save->setText(tr("Save preset"));
  m_delete->setText(tr("Delete preset"));
  m_import->setText(tr("Import…"));
  m_import->setToolTip(tr("Takes a preset from a JSON file"));
  m_folder->setWords(tr("A file each in %1").arg(QDir::toNativeSeparators(m_presets.folder())));
  m_open->setAccessibleName(tr("Open the folder of the presets"));
  m_open->setToolTip(m_open->accessibleName());
  refresh();
}

}  // namespace lapilli::gui
