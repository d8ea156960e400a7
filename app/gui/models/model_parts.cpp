// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/model_parts.h"

#include "app/gui/theme.h"

#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace lapilli::gui {

ModelParts::ModelParts(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("modelParts"));
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setVerticalSpacing(kGrid / 2);
  grid->setColumnStretch(0, 1);
  m_vision = makeRow(QStringLiteral("partVision"), true, grid);
  m_projector = makeRow(QStringLiteral("partProjector"), false, grid);
  m_base = makeRow(QStringLiteral("partBase"), true, grid);
  m_tokenizer = makeRow(QStringLiteral("partTokenizer"), false, grid);
  retranslate();
}

ModelParts::Row ModelParts::makeRow(const QString& name, bool folder, QGridLayout* grid) {
  const Row row{new QLabel, new QLineEdit, new QPushButton};
  row.place->setObjectName(name);
  row.choose->setObjectName(name + QStringLiteral("Choose"));
  row.label->setBuddy(row.place);
  setTextStyle(row.label, TextStyle::kSmall);
  const int at = grid->rowCount();
  grid->addWidget(row.label, at, 0, 1, 2);
  grid->addWidget(row.place, at + 1, 0);
  grid->addWidget(row.choose, at + 1, 1);
  connect(row.place, &QLineEdit::editingFinished, this, [this, row] {
    if (!row.place->isModified()) return;  // the keyboard only went through it
    row.place->setModified(false);
    emit changed();
  });
  connect(row.choose, &QPushButton::clicked, this, [this, row, folder] { choose(row, folder); });
  return row;
}

void ModelParts::choose(const Row& row, bool folder) {
  auto* dialog = new QFileDialog(this, row.label->text());
  dialog->setObjectName(QStringLiteral("partDialog"));
  dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::fileSelected, this, [this, row](const QString& place) {
    row.place->setText(QDir::toNativeSeparators(place));
    emit changed();
  });
  dialog->open();
}

LoadOptions ModelParts::parts() const {
  const auto place = [](const Row& row) { return QDir::fromNativeSeparators(row.place->text().trimmed()); };
  return {.projector = place(m_projector),
          .vision = place(m_vision),
          .base = place(m_base),
          .tokenizer = place(m_tokenizer)};
}

void ModelParts::setParts(const LoadOptions& parts) {
  const auto show = [](const Row& row, const QString& place) {
    const QString text = QDir::toNativeSeparators(place);
    if (!row.place->hasFocus() && row.place->text() != text) row.place->setText(text);
  };
  show(m_projector, parts.projector);
  show(m_vision, parts.vision);
  show(m_base, parts.base);
  show(m_tokenizer, parts.tokenizer);
}

void ModelParts::changeEvent(QEvent* event) {
  if (event->type() == QEvent::LanguageChange) retranslate();
  QWidget::changeEvent(event);
}

void ModelParts::retranslate() {
  const auto name = [](const Row& row, const QString& text, const QString& empty) {
    row.label->setText(text);
    row.place->setAccessibleName(text);
    row.place->setPlaceholderText(empty);
    row.choose->setText(tr("Choose …"));
    row.choose->setAccessibleName(tr("Choose: %1").arg(text));
  };
  name(m_vision, tr("Vision encoder, a folder"), tr("As the model's files say"));
  name(m_projector, tr("Projector, a file"), tr("The one beside the model"));
  name(m_base, tr("Base model of a LoRA adapter"), tr("As the adapter's files say"));
  name(m_tokenizer, tr("Tokenizer, a file"), tr("The model's own"));
}

}  // namespace lapilli::gui
