// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/question_editor.h"

#include "app/gui/batch/answer_language.h"
#include "app/gui/batch/parts.h"
#include "app/gui/chat/format_editor.h"
#include "app/gui/text_field.h"
#include "app/gui/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSet>
#include <QTabBar>

#include <algorithm>

namespace lapilli::gui {
namespace {

constexpr int kPromptLines = 4;
constexpr qsizetype kMostQuestions = 8;

QString fieldOf(const QJsonObject& question) {
  return question[QLatin1String("field")].toString(QStringLiteral("caption"));
}

}  // namespace

QuestionEditor::QuestionEditor(JobHost& host, QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel),
      m_tabs(new QTabBar),
      m_add(namedToolButton("captionQuestionAdd", "plus")),
      m_remove(namedToolButton("captionQuestionRemove", "delete")),
      m_fieldLabel(new QLabel),
      m_field(new QLineEdit),
      m_promptLabel(new QLabel),
      m_prompt(new TextField),
      m_placeholders(new QLabel),
      m_preview(new QLabel),
      m_languageLabel(new QLabel),
      m_language(new QComboBox),
      m_formatLabel(new QLabel),
      m_format(new FormatEditor(host)) {
  build();
  connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
    if (m_loading || index < 0) return;
    keep();
    show(index);
  });
  connect(m_add, &QToolButton::clicked, this, &QuestionEditor::add);
  connect(m_remove, &QToolButton::clicked, this, &QuestionEditor::remove);
  const auto edited = [this] {
    if (m_loading) return;
    keep();
    refresh();
    emit changed();
  };
  connect(m_field, &QLineEdit::textChanged, this, edited);
  connect(m_prompt, &QPlainTextEdit::textChanged, this, edited);
  connect(m_format, &FormatEditor::changed, this, edited);
  connect(m_language, &QComboBox::activated, this, &QuestionEditor::chooseLanguage);
  setQuestions({QJsonObject{{QStringLiteral("field"), QStringLiteral("caption")},
                            {QStringLiteral("prompt"), QStringLiteral("Describe the image concisely.")}}});
  retranslate();
}

void QuestionEditor::build() {
  m_tabs->setObjectName(QStringLiteral("captionQuestions"));
  m_tabs->setExpanding(false);
  m_tabs->setDrawBase(false);
  m_tabs->setUsesScrollButtons(true);
  m_field->setObjectName(QStringLiteral("captionField"));
  m_fieldLabel->setBuddy(m_field);
  m_prompt->setObjectName(QStringLiteral("captionPrompt"));
  m_prompt->setTabChangesFocus(true);
  m_prompt->setFixedHeight(kPromptLines * m_prompt->fontMetrics().lineSpacing() + 2 * kGrid);
  m_promptLabel->setBuddy(m_prompt);
  m_preview->setObjectName(QStringLiteral("captionPreview"));
  m_preview->setTextFormat(Qt::PlainText);
  for (QLabel* label : {m_placeholders, m_preview}) {
    label->setWordWrap(true);
    setTextStyle(label, TextStyle::kSmall);
  }
  m_language->setObjectName(QStringLiteral("captionLanguage"));
  m_language->addItem(QString());
  for (const AnswerLanguage& language : answerLanguages()) m_language->addItem(language.name);
  m_languageLabel->setBuddy(m_language);
  m_formatLabel->setBuddy(m_format);
  m_format->setFocusProxy(m_format->findChild<QWidget*>(QStringLiteral("formatKind")));
  auto* top = new QHBoxLayout;
  top->addWidget(m_title);
  top->addWidget(m_tabs, 1);
  top->addWidget(m_add);
  top->addWidget(m_remove);
  auto* field = new QHBoxLayout;
  field->addWidget(m_fieldLabel);
  field->addWidget(m_field, 1);
  auto* language = new QHBoxLayout;
  language->addWidget(m_languageLabel);
  language->addWidget(m_language, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(top);
  column->addLayout(field);
  for (QWidget* widget : std::initializer_list<QWidget*>{m_promptLabel, m_prompt, m_placeholders, m_preview})
    column->addWidget(widget);
  column->addLayout(language);
  column->addWidget(m_formatLabel);
  column->addWidget(m_format);
}

void QuestionEditor::focusPrompt() {
  m_prompt->setFocus();
}

QJsonArray QuestionEditor::questions() const {
  QJsonArray all;
  for (const QJsonObject& question : m_questions) all.append(question);
  return all;
}

void QuestionEditor::setQuestions(const QJsonArray& questions) {
  if (questions.isEmpty()) return;
  m_questions.clear();
  for (const QJsonValue& question : questions) m_questions.append(question.toObject());
  show(0);
}

/// Takes the editors' content into the question that is shown.
void QuestionEditor::keep() {
  QJsonObject question{{QStringLiteral("field"), m_field->text().trimmed()},
                       {QStringLiteral("prompt"), m_prompt->toPlainText()}};
  const QJsonObject format = m_format->format();
  if (!format.isEmpty()) question[QLatin1String("format")] = format;
  m_questions[m_current] = question;
}

void QuestionEditor::show(int index) {
  m_loading = true;
  m_current = index;
  const QJsonObject question = m_questions[index];
  m_field->setText(fieldOf(question));
  m_prompt->setPlainText(question[QLatin1String("prompt")].toString());
  m_format->setFormat(question[QLatin1String("format")].toObject());
  refresh();
  m_loading = false;
  showPreviewOfCurrent();
}

void QuestionEditor::refresh() {
  const bool loading = std::exchange(m_loading, true);
  while (m_tabs->count() > m_questions.size()) m_tabs->removeTab(m_tabs->count() - 1);
  for (int index = 0; index < m_questions.size(); ++index) {
    if (index >= m_tabs->count()) m_tabs->addTab(QString());
    m_tabs->setTabText(index, fieldOf(m_questions[index]));
  }
  m_tabs->setCurrentIndex(m_current);
  m_tabs->setVisible(m_questions.size() > 1);
  m_title->setVisible(m_questions.size() == 1);
  m_remove->setVisible(m_questions.size() > 1);
  m_add->setEnabled(m_questions.size() < kMostQuestions);
  m_language->setCurrentIndex(1 + answerLanguageOf(m_prompt->toPlainText()));
  m_loading = loading;
}

void QuestionEditor::add() {
  QSet<QString> taken;
  for (const QJsonObject& question : std::as_const(m_questions)) taken.insert(fieldOf(question));
  QString field = QStringLiteral("tags");
  for (int number = 2; taken.contains(field); ++number) field = QStringLiteral("field%1").arg(number);
  const QString prompt = withAnswerLanguage({}, answerLanguageOf(m_prompt->toPlainText()));
  m_questions.append(QJsonObject{{QStringLiteral("field"), field}, {QStringLiteral("prompt"), prompt}});
  show(static_cast<int>(m_questions.size()) - 1);
  m_prompt->setFocus();
  emit changed();
}

void QuestionEditor::remove() {
  if (m_questions.size() < 2) return;
  m_questions.removeAt(m_current);
  show(std::min(m_current, static_cast<int>(m_questions.size()) - 1));
  emit changed();
}

/// The prompts say it, so that presets and the command line do as well.
void QuestionEditor::chooseLanguage(int index) {
  for (QJsonObject& question : m_questions)
    question[QLatin1String("prompt")] =
        withAnswerLanguage(question[QLatin1String("prompt")].toString(), index - 1);
  show(m_current);
  emit changed();
}

QString QuestionEditor::missing() const {
  static const QRegularExpression kField(QStringLiteral("^[A-Za-z0-9_-]+$"));
  QSet<QString> fields;
  for (const QJsonObject& question : m_questions) {
    const QString field = fieldOf(question);
    if (withAnswerLanguage(question[QLatin1String("prompt")].toString(), -1).isEmpty())
      return tr("Write a prompt");
    if (!kField.match(field).hasMatch() || field == QLatin1String("file"))
      return tr("Name the field in Latin letters");
    if (fields.contains(field)) return tr("Give each question its own field");
    fields.insert(field);
  }
  if (!m_format->problem().isEmpty()) return tr("Mend the form of the answer");
  return {};
}

bool QuestionEditor::hasPlaceholders() const {
  return std::any_of(m_questions.begin(), m_questions.end(), [](const QJsonObject& question) {
    return question[QLatin1String("prompt")].toString().contains(QRegularExpression(QStringLiteral("[{}]")));
  });
}

void QuestionEditor::showPreview(const QString& picture, const QStringList& prompts, const QString& problem) {
  m_previewPicture = picture;
  m_previewPrompts = prompts;
  m_previewProblem = problem;
  showPreviewOfCurrent();
}

void QuestionEditor::showPreviewOfCurrent() {
  const QString prompt = m_previewPrompts.value(m_current);
  m_preview->setText(!m_previewProblem.isEmpty() ? m_previewProblem
                     : prompt.isEmpty()          ? QString()
                                                 : tr("For %1: %2").arg(m_previewPicture, prompt));
  m_preview->setVisible(!m_preview->text().isEmpty());
}

void QuestionEditor::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void QuestionEditor::retranslate() {
  m_title->setText(tr("Question"));
  m_tabs->setAccessibleName(tr("Questions, by the fields of their answers"));
  m_add->setToolTip(tr("Ask one more question"));
  m_add->setAccessibleName(m_add->toolTip());
  m_remove->setToolTip(tr("Remove this question"));
  m_remove->setAccessibleName(m_remove->toolTip());
  m_fieldLabel->setText(tr("Fie&ld"));
  m_field->setAccessibleName(tr("Field that the answer goes to"));
  m_field->setToolTip(
      tr("caption, tags and alt have places of their own in XMP; the first question’s answer "
         "goes to text files"));
  m_promptLabel->setText(tr("&Prompt"));
  m_prompt->setAccessibleName(tr("Prompt"));
  m_placeholders->setText(
      tr("Placeholders: %1")
          .arg(QStringLiteral(
              "{filename} {stem} {folder} {caption} {tags} {exif:Model} {width} {height} {date} {index}")));
  m_languageLabel->setText(tr("Lan&guage"));
  m_language->setAccessibleName(tr("Language of the answers"));
  m_language->setToolTip(tr("The prompts end with a sentence that asks for it"));
  m_language->setItemText(0, tr("As the prompt says"));
  m_formatLabel->setText(tr("Form of the &answer"));
  showPreviewOfCurrent();
}

}  // namespace lapilli::gui
