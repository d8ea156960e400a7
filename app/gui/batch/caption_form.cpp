// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_form.h"

#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

constexpr int kPromptLines = 4;

struct Preset {
  const char* prompt;
  const char* field;
  const char* format;
};
constexpr Preset kPresets[] = {
    {"Describe the image concisely.", "caption", "free"},
    {"Describe the image in detail.", "caption", "free"},
    {"Describe the image in one sentence for a person who cannot see it.", "alt", "sentence"},
    {"List the things that are visible in the image.", "tags", "list"},
};
constexpr const char* kFormats[] = {"free", "sentence", "short", "yes_no", "list", "tags"};
constexpr const char* kOutputs[] = {"txt", "caption", "xmp", "embedded", "jsonl", "csv", "llava-json"};
constexpr const char* kExisting[] = {"skip", "replace", "append", "prepend", "empty"};

QLabel* labelFor(QWidget* widget) {
  auto* label = new QLabel;
  label->setBuddy(widget);
  return label;
}

/// Adds as many items as there are values; their texts come with the language.
template <size_t Count>
void addItems(QComboBox* box, const char* const (&values)[Count]) {
  for (const char* value : values) box->addItem(QString(), QLatin1String(value));
}

}  // namespace

CaptionForm::CaptionForm(QWidget* parent)
    : QWidget(parent),
      m_folder(new QLineEdit),
      m_choose(new QPushButton),
      m_preset(new QComboBox),
      m_prompt(new QPlainTextEdit),
      m_placeholders(new QLabel),
      m_format(new QComboBox),
      m_tags(new QLineEdit),
      m_outputsLabel(new QLabel),
      m_existing(new QComboBox) {
  m_folder->setObjectName(QStringLiteral("captionFolder"));
  m_choose->setObjectName(QStringLiteral("captionChoose"));
  m_choose->setIcon(icon(QStringLiteral("folder")));
  m_preset->setObjectName(QStringLiteral("captionPreset"));
  for (size_t index = 0; index < std::size(kPresets); ++index) m_preset->addItem(QString());
  m_prompt->setObjectName(QStringLiteral("captionPrompt"));
  m_prompt->setTabChangesFocus(true);
  m_prompt->setFixedHeight(kPromptLines * m_prompt->fontMetrics().lineSpacing() + 2 * kGrid);
  m_placeholders->setWordWrap(true);
  setTextStyle(m_placeholders, TextStyle::kSmall);
  m_format->setObjectName(QStringLiteral("captionFormat"));
  addItems(m_format, kFormats);
  m_tags->setObjectName(QStringLiteral("captionTags"));
  m_tags->setVisible(false);
  m_existing->setObjectName(QStringLiteral("captionExisting"));
  addItems(m_existing, kExisting);
  m_folderLabel = labelFor(m_folder);
  m_presetLabel = labelFor(m_preset);
  m_promptLabel = labelFor(m_prompt);
  m_formatLabel = labelFor(m_format);
  m_existingLabel = labelFor(m_existing);

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* folderRow = new QHBoxLayout;
  folderRow->addWidget(m_folder, 1);
  folderRow->addWidget(m_choose);
  layout->addWidget(m_folderLabel);
  layout->addLayout(folderRow);
  for (QWidget* widget :
       std::initializer_list<QWidget*>{m_presetLabel, m_preset, m_promptLabel, m_prompt, m_placeholders,
                                       m_formatLabel, m_format, m_tags, m_outputsLabel})
    layout->addWidget(widget);
  auto* grid = new QGridLayout;
  for (const char* name : kOutputs) {
    auto* box = new QCheckBox;
    box->setObjectName(QStringLiteral("captionOutput_") + QLatin1String(name));
    const int count = static_cast<int>(m_outputs.size());
    grid->addWidget(box, count / 2, count % 2);
    m_outputs.append({QLatin1String(name), box});
    connect(box, &QCheckBox::toggled, this, &CaptionForm::settingsChanged);
  }
  m_outputs.front().second->setChecked(true);
  layout->addLayout(grid);
  layout->addWidget(m_existingLabel);
  layout->addWidget(m_existing);
  layout->addStretch(1);

  connect(m_choose, &QPushButton::clicked, this, &CaptionForm::chooseFolder);
  connect(m_folder, &QLineEdit::editingFinished, this, [this] { emit folderChanged(folder()); });
  connect(m_preset, &QComboBox::activated, this, &CaptionForm::usePreset);
  connect(m_prompt, &QPlainTextEdit::textChanged, this, &CaptionForm::settingsChanged);
  connect(m_tags, &QLineEdit::textChanged, this, &CaptionForm::settingsChanged);
  connect(m_existing, &QComboBox::currentIndexChanged, this, &CaptionForm::settingsChanged);
  connect(m_format, &QComboBox::currentIndexChanged, this, [this] {
    m_tags->setVisible(m_format->currentData() == QLatin1String("tags"));
    emit settingsChanged();
  });
  usePreset(0);
  retranslate();
}

QString CaptionForm::folder() const {
  return m_folder->text().trimmed();
}

void CaptionForm::setFolder(const QString& folder) {
  if (folder == m_folder->text()) return;
  m_folder->setText(folder);
  emit folderChanged(folder);
}

void CaptionForm::chooseFolder() {
  auto* dialog = new QFileDialog(this, tr("Folder of pictures"), folder());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::Directory);
  dialog->setOption(QFileDialog::ShowDirsOnly);
  connect(dialog, &QFileDialog::fileSelected, this, &CaptionForm::setFolder);
  dialog->open();
}

void CaptionForm::usePreset(int index) {
  const Preset& preset = kPresets[index];
  m_prompt->setPlainText(QLatin1String(preset.prompt));
  m_format->setCurrentIndex(m_format->findData(QLatin1String(preset.format)));
}

QJsonObject CaptionForm::settings() const {
  QJsonObject format{{QStringLiteral("kind"), m_format->currentData().toString()}};
  if (m_format->currentData() == QLatin1String("tags")) {
    QJsonArray items;
    for (const QString& tag : m_tags->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
      if (!tag.trimmed().isEmpty()) items.append(tag.trimmed());
    format[QLatin1String("items")] = items;
  }
  const QString kind = m_format->currentData().toString();
  const QString field = kind == QLatin1String("tags")
                            ? QStringLiteral("tags")
                            : QLatin1String(kPresets[std::max(0, m_preset->currentIndex())].field);
  QJsonArray outputs;
  for (const auto& [name, box] : m_outputs)
    if (box->isChecked()) outputs.append(name);
  return {{QStringLiteral("questions"),
           QJsonArray{QJsonObject{{QStringLiteral("field"), field},
                                  {QStringLiteral("prompt"), m_prompt->toPlainText()},
                                  {QStringLiteral("format"), format}}}},
          {QStringLiteral("generation"), QJsonObject{{QStringLiteral("max_tokens"), 256}}},
          {QStringLiteral("outputs"), outputs},
          {QStringLiteral("existing"), m_existing->currentData().toString()}};
}

void CaptionForm::setSettings(const QJsonObject& settings) {
  const QJsonObject question = settings[QLatin1String("questions")].toArray().at(0).toObject();
  if (question.isEmpty()) return;
  for (size_t index = 0; index < std::size(kPresets); ++index) {
    if (question[QLatin1String("field")] == QLatin1String(kPresets[index].field))
      m_preset->setCurrentIndex(static_cast<int>(index));
  }
  m_prompt->setPlainText(question[QLatin1String("prompt")].toString());
  const QJsonObject format = question[QLatin1String("format")].toObject();
  m_format->setCurrentIndex(std::max(0, m_format->findData(format[QLatin1String("kind")].toString())));
  QStringList tags;
  for (const QJsonValue& item : format[QLatin1String("items")].toArray()) tags.append(item.toString());
  m_tags->setText(tags.join(QStringLiteral(", ")));
  for (const auto& [name, box] : m_outputs)
    box->setChecked(settings[QLatin1String("outputs")].toArray().contains(name));
  m_existing->setCurrentIndex(
      std::max(0, m_existing->findData(settings[QLatin1String("existing")].toString())));
}

QString CaptionForm::missing() const {
  if (folder().isEmpty()) return tr("Choose a folder");
  if (m_prompt->toPlainText().trimmed().isEmpty()) return tr("Write a prompt");
  if (m_format->currentData() == QLatin1String("tags") && m_tags->text().trimmed().isEmpty())
    return tr("Name the tags to choose from");
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
  m_presetLabel->setText(tr("P&reset"));
  m_preset->setAccessibleName(tr("Preset"));
  const QString presets[] = {tr("Short caption"), tr("Detailed caption"),
                             tr("Text for people who cannot see"), tr("Tags")};
  for (int index = 0; index < m_preset->count(); ++index) m_preset->setItemText(index, presets[index]);
  m_promptLabel->setText(tr("&Prompt"));
  m_prompt->setAccessibleName(tr("Prompt"));
  m_placeholders->setText(
      tr("Placeholders: %1")
          .arg(QStringLiteral(
              "{filename} {stem} {folder} {caption} {tags} {exif:Model} {width} {height} {date} {index}")));
  m_formatLabel->setText(tr("Form of the &answer"));
  m_format->setAccessibleName(tr("Form of the answer"));
  const QString formats[] = {tr("Free text"), tr("One sentence"), tr("A few words"),
                             tr("Yes or no"), tr("List"),         tr("Choose from my tags")};
  for (int index = 0; index < m_format->count(); ++index) m_format->setItemText(index, formats[index]);
  m_tags->setPlaceholderText(tr("Tags, with commas between them"));
  m_tags->setAccessibleName(tr("Tags to choose from"));
  m_outputsLabel->setText(tr("Captions go to"));
  const QString outputs[] = {tr("Text files (.txt)"),  tr("Text files (.caption)"),
                             tr("XMP sidecars"),       tr("The pictures"),
                             tr("JSON lines"),         tr("CSV"),
                             tr("LLaVA training data")};
  for (qsizetype index = 0; index < m_outputs.size(); ++index)
    m_outputs[index].second->setText(outputs[index]);
  m_existingLabel->setText(tr("Where there is a te&xt"));
  m_existing->setAccessibleName(tr("Where there is a text"));
  const QString existing[] = {tr("Leave the picture out"), tr("Replace it"), tr("Add the new one behind it"),
                              tr("Add the new one in front"), tr("Leave it out unless the text is empty")};
  for (int index = 0; index < m_existing->count(); ++index) m_existing->setItemText(index, existing[index]);
}

}  // namespace lapilli::gui
