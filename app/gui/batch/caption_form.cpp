// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_form.h"

#include "app/captions/names.h"
#include "app/gui/batch/preset_bar.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace lapilli::gui {
namespace {

constexpr int kTokens = 256;
constexpr int kMostTokens = 4096;

QLatin1String latin(std::string_view name) {
  return {name.data(), static_cast<qsizetype>(name.size())};
}

QLabel* labelFor(QWidget* widget) {
  auto* label = new QLabel;
  label->setBuddy(widget);
  return label;
}

}  // namespace

CaptionForm::CaptionForm(JobHost& host, const QString& presets, QWidget* parent)
    : QWidget(parent),
      m_folder(new QLineEdit),
      m_choose(new QPushButton),
      m_recursive(new QCheckBox),
      m_presets(new PresetBar(presets)),
      m_questions(new QuestionEditor(host)),
      m_tokens(new QSpinBox),
      m_outputsLabel(new QLabel),
      m_bom(new QCheckBox),
      m_existing(new QComboBox),
      m_overwriteEdited(new QCheckBox) {
  build();
  connect(m_choose, &QPushButton::clicked, this, &CaptionForm::chooseFolder);
  connect(m_folder, &QLineEdit::returnPressed, this, [this] { m_toldFolder.clear(); });  // looked at anew
  connect(m_folder, &QLineEdit::editingFinished, this, &CaptionForm::tellFolder);
  connect(m_presets, &PresetBar::chosen, this, [this](const QJsonObject& settings) {
    setSettings(settings);
    m_presets->setCurrentSettings(this->settings());
    emit settingsChanged();
  });
  connect(m_presets, &PresetBar::saved, this, &CaptionForm::keepQuestions);
  for (QCheckBox* box : {m_recursive, m_overwriteEdited, m_bom})
    connect(box, &QCheckBox::toggled, this, &CaptionForm::tellChange);
  for (const auto& [name, box] : m_outputs) connect(box, &QCheckBox::toggled, this, &CaptionForm::tellChange);
  connect(m_questions, &QuestionEditor::changed, this, &CaptionForm::tellChange);
  connect(m_tokens, &QSpinBox::valueChanged, this, &CaptionForm::tellChange);
  connect(m_existing, &QComboBox::currentIndexChanged, this, &CaptionForm::tellChange);
  m_presets->setCurrentSettings(settings());
  keepQuestions();
  retranslate();
}

void CaptionForm::build() {
  m_folder->setObjectName(QStringLiteral("captionFolder"));
  m_choose->setObjectName(QStringLiteral("captionChoose"));
  m_choose->setIcon(icon(QStringLiteral("folder")));
  m_recursive->setObjectName(QStringLiteral("captionRecursive"));
  m_recursive->setChecked(true);
  m_tokens->setObjectName(QStringLiteral("captionTokens"));
  m_tokens->setRange(1, kMostTokens);
  m_tokens->setValue(kTokens);
  m_bom->setObjectName(QStringLiteral("captionBom"));
  m_existing->setObjectName(QStringLiteral("captionExisting"));
  for (const std::string_view name : captions::kExistingNames) m_existing->addItem(QString(), latin(name));
  m_overwriteEdited->setObjectName(QStringLiteral("captionOverwriteEdited"));
  connect(m_existing, &QComboBox::currentIndexChanged, this, &CaptionForm::refreshEdited);
  m_folderLabel = labelFor(m_folder);
  m_presetLabel = labelFor(m_presets);
  m_tokensLabel = labelFor(m_tokens);
  m_existingLabel = labelFor(m_existing);

  auto* folderRow = new QHBoxLayout;
  folderRow->addWidget(m_folder, 1);
  folderRow->addWidget(m_choose);
  auto* tokensRow = new QHBoxLayout;
  tokensRow->addWidget(m_tokensLabel, 1);
  tokensRow->addWidget(m_tokens);
  auto* outputs = new QGridLayout;
  for (const std::string_view name : captions::kOutputNames) {
    auto* box = new QCheckBox;
    box->setObjectName(QStringLiteral("captionOutput_") + latin(name));
    const int count = static_cast<int>(m_outputs.size());
    outputs->addWidget(box, count / 2, count % 2);
    m_outputs.append({latin(name), box});
  }
  outputs->addWidget(m_bom, static_cast<int>(m_outputs.size()) / 2, static_cast<int>(m_outputs.size()) % 2);
  m_outputs.front().second->setChecked(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_folderLabel);
  layout->addLayout(folderRow);
  for (QWidget* widget : std::initializer_list<QWidget*>{m_recursive, m_presetLabel, m_presets, m_questions})
    layout->addWidget(widget);
  layout->addLayout(tokensRow);
  layout->addWidget(m_outputsLabel);
  layout->addLayout(outputs);
  layout->addWidget(m_existingLabel);
  layout->addWidget(m_existing);
  layout->addWidget(m_overwriteEdited);
  refreshEdited();
  layout->addStretch(1);
}

void CaptionForm::tellChange() {
  if (m_loading) return;
  m_presets->setCurrentSettings(settings());
  m_presets->markChanged();
  emit settingsChanged();
}

QString CaptionForm::folder() const {
  return m_folder->text().trimmed();
}

void CaptionForm::setFolder(const QString& folder) {
  if (folder == m_folder->text()) return;
  m_folder->setText(folder);
  tellFolder();
}

/// Leaving the field with what stood there is no change; the button that takes the focus would see another
/// page than the one it was pressed on.
void CaptionForm::tellFolder() {
  if (folder() == m_toldFolder) return;
  m_toldFolder = folder();
  emit folderChanged(m_toldFolder);
}

void CaptionForm::chooseFolder() {
  auto* dialog = new QFileDialog(this, tr("Folder of pictures"), folder());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::Directory);
  dialog->setOption(QFileDialog::ShowDirsOnly);
  connect(dialog, &QFileDialog::fileSelected, this, &CaptionForm::setFolder);
  dialog->open();
}

QJsonObject CaptionForm::settings() const {
  QJsonObject settings = m_others;
  QJsonObject generation = settings[QLatin1String("generation")].toObject();
  generation[QLatin1String("max_tokens")] = m_tokens->value();
  QJsonArray outputs;
  for (const auto& [name, box] : m_outputs)
    if (box->isChecked()) outputs.append(name);
  settings[QLatin1String("questions")] = m_questions->questions();
  settings[QLatin1String("generation")] = generation;
  settings[QLatin1String("outputs")] = outputs;
  settings[QLatin1String("existing")] = m_existing->currentData().toString();
  settings[QLatin1String("overwrite_edited")] = m_overwriteEdited->isChecked();
  settings[QLatin1String("recursive")] = m_recursive->isChecked();
  settings[QLatin1String("bom")] = m_bom->isChecked();
  return settings;
}

void CaptionForm::setSettings(const QJsonObject& settings) {
  m_loading = true;
  m_others = settings;
  m_questions->setQuestions(settings[QLatin1String("questions")].toArray());
  const QJsonObject generation = settings[QLatin1String("generation")].toObject();
  m_tokens->setValue(generation[QLatin1String("max_tokens")].toInt(m_tokens->value()));
  if (settings.contains(QLatin1String("outputs"))) {
    const QJsonArray outputs = settings[QLatin1String("outputs")].toArray();
    for (const auto& [name, box] : m_outputs) box->setChecked(outputs.contains(name));
  }
  const int existing = m_existing->findData(settings[QLatin1String("existing")].toString());
  if (existing >= 0) m_existing->setCurrentIndex(existing);
  m_overwriteEdited->setChecked(settings[QLatin1String("overwrite_edited")].toBool());
  m_recursive->setChecked(settings[QLatin1String("recursive")].toBool(m_recursive->isChecked()));
  m_bom->setChecked(settings[QLatin1String("bom")].toBool(m_bom->isChecked()));
  m_loading = false;
  keepQuestions();
}

bool CaptionForm::areQuestionsKept() const {
  return m_questions->questions() == m_keptQuestions;
}

void CaptionForm::keepQuestions() {
  m_keptQuestions = m_questions->questions();
}

/// Only a text that is replaced can be lost.
void CaptionForm::refreshEdited() {
  const QString existing = m_existing->currentData().toString();
  m_overwriteEdited->setVisible(existing == QLatin1String("replace") || existing == QLatin1String("failed"));
}

QString CaptionForm::missing() const {
  if (folder().isEmpty()) return tr("Choose a folder");
  if (const QString missing = m_questions->missing(); !missing.isEmpty()) return missing;
  for (const auto& [name, box] : m_outputs)
    if (box->isChecked()) return {};
  return tr("Choose where captions go");
}

void CaptionForm::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void CaptionForm::retranslate() {
  m_folderLabel->setText(tr("&Folder"));
  m_folder->setAccessibleName(tr("Folder"));
  m_choose->setText(tr("Choose…"));
  m_recursive->setText(tr("And the folders &below it"));
  m_presetLabel->setText(tr("P&reset"));
  m_tokensLabel->setText(tr("Longest answer, in to&kens"));
  m_tokens->setAccessibleName(tr("Longest answer, in tokens"));
  m_outputsLabel->setText(tr("Captions go to"));
  const QString outputs[] = {tr("Text files (.txt)"),  tr("Text files (.caption)"),
                             tr("XMP sidecars"),       tr("The pictures"),
                             tr("JSON lines"),         tr("CSV"),
                             tr("LLaVA training data")};
  for (qsizetype index = 0; index < m_outputs.size(); ++index)
    m_outputs[index].second->setText(outputs[index]);
  m_bom->setText(tr("CSV for Excel"));
  m_bom->setToolTip(tr("The file begins with a byte-order mark"));
  m_existingLabel->setText(tr("Where there is a te&xt"));
  m_existing->setAccessibleName(tr("Where there is a text"));
  m_overwriteEdited->setText(tr("Texts edited by &hand, too"));
  m_overwriteEdited->setToolTip(tr("Else these pictures are left out"));
  const QString existing[] = {tr("Leave the picture out"),
                              tr("Replace it"),
                              tr("Add the new one behind it"),
                              tr("Add the new one in front"),
                              tr("Leave it out unless the text is empty"),
                              tr("Only pictures that failed, replacing it"),
                              tr("Ask me about each picture")};
  for (int index = 0; index < m_existing->count(); ++index) m_existing->setItemText(index, existing[index]);
}

}  // namespace lapilli::gui
