// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_questions.h"

#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

namespace lapilli::gui {
namespace {

struct Question {
  const char* name;
  QString title;
  QString text;
  QString consequence;
  QString yes;
};

/// There is no way back, so "Keep" is what is chosen already.
void ask(QWidget& page, const Question& texts, CaptionQuestions::Then then) {
  auto* question = new QMessageBox(&page);
  question->setObjectName(QLatin1String(texts.name));
  question->setAttribute(Qt::WA_DeleteOnClose);
  question->setIcon(QMessageBox::Question);
  question->setWindowTitle(texts.title);
  question->setText(texts.text);
  question->setInformativeText(texts.consequence);
  auto* yes = question->addButton(texts.yes, QMessageBox::DestructiveRole);
  question->setDefaultButton(question->addButton(CaptionQuestions::tr("Keep"), QMessageBox::RejectRole));
  QObject::connect(yes, &QAbstractButton::clicked, &page, std::move(then));
  question->open();
}

}  // namespace

void CaptionQuestions::askToReplacePrompts(QWidget& page, Then then) {
  ask(page,
      {.name = "captionPromptsQuestion",
       .title = tr("Use other prompts"),
       .text = tr("Put other prompts in the place of those that stand here?"),
       .consequence = tr("These have neither been used nor saved as a preset; they will be lost."),
       .yes = tr("Replace them")},
      std::move(then));
}

void CaptionQuestions::askToForgetBackups(QWidget& page, qint64 bytes, Then then) {
  ask(page,
      {.name = "captionForgetQuestion",
       .title = tr("Remove the backups"),
       .text = tr("Remove what runs in this folder have replaced? That frees %1.")
                   .arg(QLocale().formattedDataSize(bytes)),
       .consequence = tr("The captions stay as they are. The run can no longer be undone."),
       .yes = tr("Remove")},
      std::move(then));
}

void CaptionQuestions::askToUndo(QWidget& page, const QJsonObject& run, Then then) {
  const int edited = run[QLatin1String("edited")].toInt();
  QString consequence = tr("Every file is as it was before the run; its captions are gone.");
  if (edited > 0)
    consequence += QLatin1Char(' ') + tr("%Ln text(s) edited by hand go(es) with them.", nullptr, edited);
  ask(page,
      {.name = "captionUndoQuestion",
       .title = tr("Undo a run"),
       .text = tr("Take back what the run of %1 has written?").arg(run[QLatin1String("started")].toString()),
       .consequence = consequence,
       .yes = tr("Undo run")},
      std::move(then));
}

}  // namespace lapilli::gui
