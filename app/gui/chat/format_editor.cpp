// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/format_editor.h"

#include "app/gui/error_text.h"
#include "app/gui/failure_kinds.h"
#include "app/gui/icons.h"
#include "app/gui/json_line.h"
#include "app/gui/text_field.h"
#include "app/gui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>

#include <array>
#include <utility>

namespace lapilli::gui {
namespace {

struct Kind {
  const char* kind;
  const char* name;
  const char* explanation;
};

constexpr std::array kKinds = {
    Kind{"free", QT_TRANSLATE_NOOP("FormatEditor", "Free text"),
         QT_TRANSLATE_NOOP("FormatEditor", "The model answers as it likes.")},
    Kind{"short", QT_TRANSLATE_NOOP("FormatEditor", "Word or phrase"),
         QT_TRANSLATE_NOOP("FormatEditor", "A single word or phrase.")},
    Kind{"yes_no", QT_TRANSLATE_NOOP("FormatEditor", "Yes or no"),
         QT_TRANSLATE_NOOP("FormatEditor", "Exactly “Yes” or “No”.")},
    Kind{"option", QT_TRANSLATE_NOOP("FormatEditor", "Letter of a choice"),
         QT_TRANSLATE_NOOP(
             "FormatEditor",
             "The letter of one of the choices in the question, written as lines “A. …”, “B. …”.")},
    Kind{"words", QT_TRANSLATE_NOOP("FormatEditor", "Number of words"),
         QT_TRANSLATE_NOOP("FormatEditor", "Exactly so many words.")},
    Kind{"sentence", QT_TRANSLATE_NOOP("FormatEditor", "One sentence"),
         QT_TRANSLATE_NOOP("FormatEditor", "A caption of one sentence.")},
    Kind{"detail", QT_TRANSLATE_NOOP("FormatEditor", "In detail"),
         QT_TRANSLATE_NOOP("FormatEditor", "A description in detail.")},
    Kind{"list", QT_TRANSLATE_NOOP("FormatEditor", "List"),
         QT_TRANSLATE_NOOP("FormatEditor", "One item a line.")},
    Kind{"tags", QT_TRANSLATE_NOOP("FormatEditor", "Tags of mine"),
         QT_TRANSLATE_NOOP("FormatEditor", "Only tags from this list, none twice. One tag a line:")},
    Kind{"region", QT_TRANSLATE_NOOP("FormatEditor", "Region’s description"),
         QT_TRANSLATE_NOOP("FormatEditor",
                           "Describes the region that the question names as [x1, y1, x2, y2].")},
    Kind{"box", QT_TRANSLATE_NOOP("FormatEditor", "Box"),
         QT_TRANSLATE_NOOP("FormatEditor",
                           "Where the thing is that the question describes; drawn over the picture.")},
    Kind{"json_fields", QT_TRANSLATE_NOOP("FormatEditor", "JSON with fields"),
         QT_TRANSLATE_NOOP("FormatEditor", "A JSON object with these fields:")},
    Kind{"json_schema", QT_TRANSLATE_NOOP("FormatEditor", "JSON Schema"),
         QT_TRANSLATE_NOOP("FormatEditor", "JSON that this schema allows:")},
    Kind{"gbnf", QT_TRANSLATE_NOOP("FormatEditor", "Grammar (GBNF)"),
         QT_TRANSLATE_NOOP("FormatEditor", "Text that this grammar’s rule “root” allows:")},
};

struct Type {
  const char* type;
  const char* name;
};

constexpr std::array kTypes = {
    Type{"text", QT_TRANSLATE_NOOP("FormatEditor", "Text")},
    Type{"integer", QT_TRANSLATE_NOOP("FormatEditor", "Whole number")},
    Type{"number", QT_TRANSLATE_NOOP("FormatEditor", "Number")},
    Type{"boolean", QT_TRANSLATE_NOOP("FormatEditor", "True or false")},
    Type{"choice", QT_TRANSLATE_NOOP("FormatEditor", "One of")},
    Type{"list", QT_TRANSLATE_NOOP("FormatEditor", "List of")},
};

constexpr int kCheckDelayMs = 300;
constexpr int kFieldHeight = 38;
constexpr int kMostFieldsShown = 5;

QStringList parts(const QString& text, QChar separator) {
  QStringList found;
  for (const QString& part : text.split(separator)) {
    if (!part.trimmed().isEmpty()) found.append(part.trimmed());
  }
  return found;
}

QStringList strings(const QJsonValue& value) {
  QStringList found;
  for (const QJsonValue& item : value.toArray()) found.append(item.toString());
  return found;
}

QPlainTextEdit* codeEdit(const QString& name) {
  auto* edit = new TextField;
  edit->setObjectName(name);
  edit->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  edit->setTabChangesFocus(true);
  edit->setFixedHeight(15 * kGrid);
  return edit;
}

QLatin1String key(const char* name) {
  return QLatin1String(name);
}

}  // namespace

FormatEditor::FormatEditor(JobHost& host, QWidget* parent) : QWidget(parent), m_host(host) {
  setObjectName(QStringLiteral("formatEditor"));
  build();
  retranslate();
  edit();
  m_checkTimer.setSingleShot(true);
  m_checkTimer.setInterval(kCheckDelayMs);
  connect(&m_checkTimer, &QTimer::timeout, this, &FormatEditor::check);
  connect(&m_host, &JobHost::finished, this, [this](JobHost::JobId job) {
    if (job != m_check) return;
    show({});
    emit checked();
  });
  connect(&m_host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (job == m_check) takeFailure(failure);
  });
  connect(&m_host, &JobHost::stateChanged, this, [this](JobHost::State state) {
    if (state == JobHost::State::kReady && std::exchange(m_unchecked, false)) m_checkTimer.start();
  });
}

/// Trouble of the engine says nothing of the form, which is looked at when the engine is there again.
void FormatEditor::takeFailure(const Failure& failure) {
  m_unchecked = isOfHost(failure) || failure.code == QLatin1String("stopped");
  if (m_unchecked) return;
  show(tr("Answers of this form are not possible.") + QLatin1Char('\n') + errorText(failure).details);
  emit checked();
}

void FormatEditor::build() {
  m_kind = new QComboBox;
  m_kind->setObjectName(QStringLiteral("formatKind"));
  for (const Kind& kind : kKinds) m_kind->addItem(QString(), key(kind.kind));
  m_explanation = new QLabel;
  m_explanation->setWordWrap(true);
  setTextStyle(m_explanation, TextStyle::kSmall);
  m_words = new QSpinBox;
  m_words->setObjectName(QStringLiteral("formatWords"));
  m_words->setRange(1, 100);
  m_words->setValue(3);
  m_list = new QSpinBox;
  m_list->setObjectName(QStringLiteral("formatList"));
  m_list->setRange(0, 100);
  m_tags = codeEdit(QStringLiteral("formatTags"));
  m_schema = codeEdit(QStringLiteral("formatSchema"));
  m_grammar = codeEdit(QStringLiteral("formatGrammar"));
  m_pages = {nullptr, countPage(m_words), countPage(m_list), m_tags, fieldsPage(), m_schema, m_grammar};
  m_unanswerable = new QCheckBox;
  m_unanswerable->setObjectName(QStringLiteral("formatUnanswerable"));
  m_problemLabel = new QLabel;
  m_problemLabel->setObjectName(QStringLiteral("formatProblem"));
  m_problemLabel->setWordWrap(true);
  m_problemLabel->setTextFormat(Qt::PlainText);
  m_problemLabel->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  auto* top = new QHBoxLayout;
  top->setSpacing(2 * kGrid);
  top->addWidget(m_kind);
  top->addWidget(m_explanation, 1);
  column->addLayout(top);
  for (QWidget* page : m_pages) {
    if (page != nullptr) column->addWidget(page);
  }
  column->addWidget(m_problemLabel);
  column->addWidget(m_unanswerable);
  connect(m_kind, &QComboBox::currentIndexChanged, this, &FormatEditor::edit);
  connect(m_words, &QSpinBox::valueChanged, this, &FormatEditor::edit);
  connect(m_list, &QSpinBox::valueChanged, this, &FormatEditor::edit);
  for (QPlainTextEdit* text : {m_tags, m_schema, m_grammar})
    connect(text, &QPlainTextEdit::textChanged, this, &FormatEditor::edit);
  connect(m_fields, &QTableWidget::cellChanged, this, &FormatEditor::edit);
  connect(m_unanswerable, &QCheckBox::toggled, this, &FormatEditor::edit);
}

QWidget* FormatEditor::countPage(QSpinBox* box) {
  auto* page = new QWidget;
  auto* row = new QHBoxLayout(page);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(box);
  row->addStretch(1);
  return page;
}

QWidget* FormatEditor::fieldsPage() {
  m_fields = new QTableWidget(0, 3);
  m_fields->setObjectName(QStringLiteral("formatFields"));
  m_fields->verticalHeader()->hide();
  m_fields->verticalHeader()->setDefaultSectionSize(kFieldHeight);
  m_fields->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  m_fields->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_fields->setEditTriggers(QAbstractItemView::AllEditTriggers);
  m_fields->setTabKeyNavigation(false);
  m_fields->setShowGrid(false);
  m_fields->horizontalHeader()->setHighlightSections(false);
  m_addField = new QToolButton;
  m_addField->setObjectName(QStringLiteral("formatAddField"));
  m_addField->setIcon(icon(QStringLiteral("plus")));
  m_addField->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  m_removeField = new QToolButton;
  m_removeField->setObjectName(QStringLiteral("formatRemoveField"));
  m_removeField->setIcon(icon(QStringLiteral("delete")));
  m_removeField->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  connect(m_addField, &QToolButton::clicked, this, [this] {
    addField({}, QStringLiteral("text"), {});
    m_fields->setCurrentCell(m_fields->rowCount() - 1, 0);
    m_fields->editItem(m_fields->currentItem());
    edit();
  });
  connect(m_removeField, &QToolButton::clicked, this, [this] {
    m_fields->removeRow(m_fields->currentRow() < 0 ? m_fields->rowCount() - 1 : m_fields->currentRow());
    edit();
  });
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(m_fields);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_addField);
  buttons->addWidget(m_removeField);
  buttons->addStretch(1);
  column->addLayout(buttons);
  addField(QStringLiteral("name"), QStringLiteral("text"), {});
  return page;
}

void FormatEditor::addField(const QString& name, const QString& type, const QStringList& values) {
  const QSignalBlocker quiet(m_fields);
  const int row = m_fields->rowCount();
  m_fields->insertRow(row);
  m_fields->setItem(row, 0, new QTableWidgetItem(name));
  m_fields->setItem(row, 2, new QTableWidgetItem(values.join(QStringLiteral(", "))));
  auto* types = new QComboBox;
  for (const Type& entry : kTypes)
    types->addItem(QCoreApplication::translate("FormatEditor", entry.name), key(entry.type));
  types->setCurrentIndex(qMax(0, types->findData(type)));
  types->setAccessibleName(tr("Type of the field"));
  connect(types, &QComboBox::currentIndexChanged, this, &FormatEditor::edit);
  m_fields->setCellWidget(row, 1, types);
}

void FormatEditor::focusKind() {
  m_kind->setFocus();
}

QString FormatEditor::kind() const {
  return m_kind->currentData().toString();
}

QJsonObject FormatEditor::format() const {
  const QString chosen = kind();
  QJsonObject format;
  if (chosen == key("words")) format[key("count")] = m_words->value();
  if (chosen == key("list") && m_list->value() > 0) format[key("count")] = m_list->value();
  if (chosen == key("tags"))
    format[key("items")] = QJsonArray::fromStringList(parts(m_tags->toPlainText(), QLatin1Char('\n')));
  if (chosen == key("gbnf")) format[key("grammar")] = m_grammar->toPlainText();
  // As it was typed: the order of properties means something, and a mistake shall not cost the text.
  if (chosen == key("json_schema")) format[key("schema")] = m_schema->toPlainText();
  if (chosen == key("json_fields")) {
    QJsonArray fields;
    for (int row = 0; row < m_fields->rowCount(); ++row) {
      const QString type = static_cast<QComboBox*>(m_fields->cellWidget(row, 1))->currentData().toString();
      QJsonObject field{{key("name"), m_fields->item(row, 0)->text().trimmed()}, {key("type"), type}};
      const QStringList values = parts(m_fields->item(row, 2)->text(), QLatin1Char(','));
      if (type == key("choice") || (type == key("list") && !values.isEmpty()))
        field[key("values")] = QJsonArray::fromStringList(values);
      fields.append(field);
    }
    format[key("fields")] = fields;
  }
  if (m_unanswerable->isChecked()) format[key("unanswerable")] = true;
  if (chosen == key("free") && format.isEmpty()) return {};
  format[key("kind")] = chosen;
  return format;
}

void FormatEditor::setFormat(const QJsonObject& format) {
  {
    const QSignalBlocker quiet(this);
    const int index = m_kind->findData(format.value(key("kind")).toString(QStringLiteral("free")));
    m_kind->setCurrentIndex(qMax(0, index));
    m_words->setValue(format.value(key("count")).toInt(m_words->value()));
    m_list->setValue(kind() == key("list") ? format.value(key("count")).toInt() : m_list->value());
    if (format.contains(key("items")))
      m_tags->setPlainText(strings(format.value(key("items"))).join(QLatin1Char('\n')));
    if (format.contains(key("grammar"))) m_grammar->setPlainText(format.value(key("grammar")).toString());
    if (const QJsonValue schema = format.value(key("schema")); !schema.isUndefined())
      m_schema->setPlainText(schema.isString()
                                 ? schema.toString()
                                 : QString::fromUtf8(QJsonDocument(schema.toObject()).toJson()));
    if (format.contains(key("fields"))) {
      m_fields->setRowCount(0);
      for (const QJsonValue& field : format.value(key("fields")).toArray())
        addField(field[key("name")].toString(), field[key("type")].toString(), strings(field[key("values")]));
    }
    m_unanswerable->setChecked(format.value(key("unanswerable")).toBool());
  }
  edit();
}

QString FormatEditor::nameOf(const QJsonObject& format) {
  const QString wanted = format.value(key("kind")).toString(QStringLiteral("free"));
  for (const Kind& kind : kKinds) {
    if (wanted == key(kind.kind)) return QCoreApplication::translate("FormatEditor", kind.name);
  }
  return wanted;
}

void FormatEditor::edit() {
  const QHash<QString, int> pages = {{key("words"), 1},       {key("list"), 2},        {key("tags"), 3},
                                     {key("json_fields"), 4}, {key("json_schema"), 5}, {key("gbnf"), 6}};
  const qsizetype shown = pages.value(kind(), 0);
  for (qsizetype page = 1; page < m_pages.size(); ++page) m_pages[page]->setVisible(page == shown);
  m_explanation->setText(QCoreApplication::translate(
      "FormatEditor", kKinds[static_cast<size_t>(m_kind->currentIndex())].explanation));
  m_removeField->setEnabled(m_fields->rowCount() > 1);
  m_fields->setFixedHeight(m_fields->horizontalHeader()->sizeHint().height() +
                           qBound(1, m_fields->rowCount(), kMostFieldsShown) * kFieldHeight +
                           2 * m_fields->frameWidth());
  m_check = 0;
  m_unchecked = false;
  show(kind() == key("json_schema") ? schemaProblem(m_schema->toPlainText()) : QString());
  m_checkTimer.stop();
  if (shown >= 3 && m_problem.isEmpty()) m_checkTimer.start();
  updateGeometry();
  emit changed();
}

void FormatEditor::check() {
  m_check = m_host.send(QStringLiteral("check_format"), {{key("format"), format()}});
}

void FormatEditor::show(const QString& problem) {
  m_problem = problem;
  m_problemLabel->setText(problem);
  m_problemLabel->setVisible(!problem.isEmpty());
  QPalette palette = m_problemLabel->palette();
  palette.setColor(QPalette::WindowText, colours(this->palette()).danger);
  m_problemLabel->setPalette(palette);
}

void FormatEditor::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void FormatEditor::retranslate() {
  for (int index = 0; index < m_kind->count(); ++index)
    m_kind->setItemText(index,
                        QCoreApplication::translate("FormatEditor", kKinds[static_cast<size_t>(index)].name));
  for (int row = 0; row < m_fields->rowCount(); ++row) {
    auto* types = static_cast<QComboBox*>(m_fields->cellWidget(row, 1));
    for (int index = 0; index < types->count(); ++index)
      types->setItemText(
          index, QCoreApplication::translate("FormatEditor", kTypes[static_cast<size_t>(index)].name));
    types->setAccessibleName(tr("Type of the field"));
  }
  m_explanation->setText(QCoreApplication::translate(
      "FormatEditor", kKinds[static_cast<size_t>(m_kind->currentIndex())].explanation));
  m_kind->setAccessibleName(tr("Form of the answer"));
  m_words->setAccessibleName(tr("Number of words"));
  m_words->setSuffix(QString());
  m_list->setAccessibleName(tr("Number of items"));
  m_list->setSpecialValueText(tr("Any number"));
  m_tags->setAccessibleName(tr("Tags, one a line"));
  m_schema->setAccessibleName(tr("JSON Schema"));
  m_grammar->setAccessibleName(tr("Grammar in GBNF"));
  m_fields->setAccessibleName(tr("Fields of the JSON object"));
  m_fields->setHorizontalHeaderLabels({tr("Name"), tr("Type"), tr("Values, with commas between")});
  m_addField->setText(tr("Add a field"));
  m_removeField->setText(tr("Remove the field"));
  m_unanswerable->setText(tr("May say “Unanswerable”"));
  m_problemLabel->setAccessibleName(tr("Problem of the form"));
}

}  // namespace lapilli::gui
