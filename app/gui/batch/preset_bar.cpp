// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/preset_bar.h"

#include "app/gui/batch/parts.h"
#include "app/gui/batch/preset_import.h"

#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>

namespace lapilli::gui {

PresetBar::PresetBar(const QString& folder, QWidget* parent)
    : QWidget(parent),
      m_presets(folder),
      m_box(new QComboBox),
      m_save(namedToolButton("captionPresetSave", "plus")),
      m_import(namedToolButton("captionPresetImport", "import")),
      m_remove(namedToolButton("captionPresetRemove", "delete")),
      m_problem(new QLabel) {
  m_box->setObjectName(QStringLiteral("captionPreset"));
  m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_problem->setObjectName(QStringLiteral("captionPresetProblem"));
  m_problem->setTextFormat(Qt::PlainText);
  m_problem->setWordWrap(true);
  m_problem->hide();
  auto* row = new QHBoxLayout;
  row->addWidget(m_box, 1);
  row->addWidget(m_save);
  row->addWidget(m_import);
  row->addWidget(m_remove);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(row);
  column->addWidget(m_problem);
  setFocusProxy(m_box);
  connect(m_box, &QComboBox::activated, this, &PresetBar::choose);
  connect(m_save, &QToolButton::clicked, this, &PresetBar::askName);
  connect(m_import, &QToolButton::clicked, this, &PresetBar::askFiles);
  connect(m_remove, &QToolButton::clicked, this, &PresetBar::remove);
  fill({});
  retranslate();
}

void PresetBar::fill(const QString& shown) {
  m_box->clear();
  for (const QString& name : CaptionPresets::builtIn()) m_box->addItem(name, name);
  for (const QString& name : m_presets.own()) m_box->addItem(name, name);
  m_box->setCurrentIndex(m_box->findData(shown));
  m_remove->setEnabled(m_box->currentIndex() >= CaptionPresets::builtIn().size());
}

void PresetBar::choose(int index) {
  const QString name = m_box->itemData(index).toString();
  const CaptionPresets::Loaded loaded = m_presets.load(name);
  say(loaded.problem.isEmpty() ? QString() : name + QStringLiteral(": ") + loaded.problem);
  m_remove->setEnabled(!CaptionPresets::isBuiltIn(name));
  if (loaded.problem.isEmpty()) emit chosen(loaded.settings);
}

void PresetBar::markChanged() {
  const QString name = m_box->currentData().toString();
  if (!name.isEmpty() && CaptionPresets::isBuiltIn(name)) m_box->setCurrentIndex(-1);
}

void PresetBar::askName() {
  auto* dialog = new QInputDialog(this);
  dialog->setObjectName(QStringLiteral("presetName"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Save as a preset"));
  dialog->setLabelText(tr("Its name; also for lapilli caption --preset"));
  const QString shown = m_box->currentData().toString();
  if (CaptionPresets::isName(shown)) dialog->setTextValue(shown);
  connect(dialog, &QInputDialog::textValueSelected, this, &PresetBar::save);
  dialog->open();
}

void PresetBar::save(const QString& given) {
  const QString name = given.trimmed();
  if (!CaptionPresets::isName(name))
    return say(
        tr("“%1” cannot be the name of a preset: it is a file’s name, and none of those that come with "
           "the program.")
            .arg(name));
  const QString problem = m_presets.save(name, m_current);
  say(problem);
  if (problem.isEmpty()) {
    fill(name);
    retranslate();
    emit saved();
  }
}

void PresetBar::askFiles() {
  auto* dialog = new QFileDialog(this, tr("Files with presets or prompts"));
  dialog->setObjectName(QStringLiteral("presetFiles"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFiles);
  dialog->setNameFilters({tr("Presets and prompts (*.json *.txt *.md)"), tr("All files (*)")});
  connect(dialog, &QFileDialog::filesSelected, this, &PresetBar::importFiles);
  dialog->open();
}

QString PresetBar::freeName(const QString& wanted) const {
  const QStringList own = m_presets.own();
  QString name = wanted;
  for (int number = 2; own.contains(name) || !CaptionPresets::isName(name); ++number)
    name = QStringLiteral("%1 %2").arg(wanted.isEmpty() ? tr("Preset") : wanted).arg(number);
  return name;
}

void PresetBar::importFiles(const QStringList& files) {
  QStringList problems, names;
  for (const QString& path : files) {
    const QString fileName = QFileInfo(path).fileName();
    const PresetFolder::Content content = PresetFolder::read(path, PresetImport::kMostBytes);
    if (!content.isFile || !content.problem.isEmpty()) {
      problems.append(
          tr("%1 was not taken: %2.").arg(fileName, content.isFile ? content.problem : tr("it is no file")));
      continue;
    }
    const PresetImport read(fileName, content.text);
    if (!read.problem().isEmpty()) problems.append(read.problem());
    for (const ImportedPreset& preset : read.presets()) {
      const QString name = freeName(preset.name);
      const QString problem = m_presets.save(name, preset.settings);
      problem.isEmpty() ? names.append(name) : problems.append(problem);
    }
  }
  if (!names.isEmpty()) {
    fill(names.front());
    retranslate();
    choose(m_box->currentIndex());
    constexpr qsizetype kMostNamed = 5;
    problems.prepend(names.size() > kMostNamed ? tr("%1 presets were taken.").arg(names.size())
                                               : tr("Taken: %1.").arg(names.join(tr(", "))));
  }
  say(problems.join(QLatin1Char('\n')));
}

void PresetBar::remove() {
  const QString name = m_box->currentData().toString();
  if (name.isEmpty() || CaptionPresets::isBuiltIn(name)) return;
  say(m_presets.remove(name));
  fill({});
  retranslate();
}

void PresetBar::say(const QString& problem) {
  m_problem->setText(problem);
  m_problem->setVisible(!problem.isEmpty());
}

void PresetBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void PresetBar::retranslate() {
  const QString names[] = {tr("Short caption"), tr("Detailed caption"), tr("Text for people who cannot see"),
                           tr("Tags")};
  for (int index = 0; index < CaptionPresets::builtIn().size(); ++index)
    m_box->setItemText(index, names[index]);
  m_box->setPlaceholderText(tr("Your own"));
  m_box->setAccessibleName(tr("Preset"));
  m_save->setToolTip(tr("Save as a preset"));
  m_save->setAccessibleName(m_save->toolTip());
  m_import->setToolTip(tr("Import presets, or a text of prompts"));
  m_import->setAccessibleName(m_import->toolTip());
  m_remove->setToolTip(tr("Delete the preset"));
  m_remove->setAccessibleName(m_remove->toolTip());
}

}  // namespace lapilli::gui
