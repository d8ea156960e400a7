// SPDX-License-Identifier: GPL-3.0-or-later
// Other texts in the place of the model's: of one picture, of many, of a tag.
#include "app/gui/batch/caption_review.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/row_texts.h"
#include "app/gui/batch/tag_panel.h"
#include "app/gui/batch/text_dialog.h"

#include <QJsonArray>
#include <QUndoCommand>

#include <utility>

namespace lapilli::gui {
namespace {

bool isAccepted(const CaptionRow& row) {
  return row.state == CaptionRow::State::kAccepted;
}

}  // namespace

/// Other texts for some pictures, which can be taken back.
class TextEdit final : public QUndoCommand {
 public:
  TextEdit(CaptionReview& review, QList<TextChange> changes)
      : m_review(review), m_changes(std::move(changes)) {}
  void redo() override { m_review.apply(m_changes, false); }
  void undo() override { m_review.apply(m_changes, true); }

 private:
  CaptionReview& m_review;
  QList<TextChange> m_changes;
};

void CaptionReview::edit() {
  const CaptionRow* row = m_rows.find(current());
  if (!m_possible || row == nullptr || !row->isCaptioned()) return;
  auto* dialog = new TextDialog(row->path, row->after, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &TextDialog::wanted, this,
          [this, path = row->path, before = row->after, accepted = isAccepted(*row)](const QString& text) {
            if (text != before) push({{path, before, text, accepted}});
          });
  dialog->open();
}

/// Over what the filters show.
void CaptionReview::replace() {
  QList<TextChange> texts;
  for (int index = 0; index < m_rows.matching(); ++index) {
    const CaptionRow* row = m_rows.row(index);
    if (row->isCaptioned()) texts.append({row->path, row->after, {}, isAccepted(*row)});
  }
  ask(std::move(texts), ReplaceDialog::Task::kReplace, {});
}

/// Of all new texts, whatever the filters show.
void CaptionReview::changeTag(ReplaceDialog::Task task, const QString& tag) {
  QList<TextChange> texts;
  for (const int at : m_tags->rowsWith(tag)) {
    const CaptionRow& row = m_rows.all()[at];
    const TagText text = tagTextOf(row);
    if (row.isCaptioned()) texts.append({row.path, text.text, {}, isAccepted(row), text.field, text.form});
  }
  ask(std::move(texts), task, tag);
}

void CaptionReview::ask(QList<TextChange> texts, ReplaceDialog::Task task, const QString& tag) {
  auto* dialog = new ReplaceDialog(std::move(texts), this, task, tag);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &ReplaceDialog::wanted, this, &CaptionReview::push);
  dialog->open();
}

void CaptionReview::push(const QList<TextChange>& changes) {
  if (m_possible) m_edits.push(new TextEdit(*this, changes));
}

/// By one request, unless the texts are longer than a line of the protocol may be.
void CaptionReview::apply(const QList<TextChange>& changes, bool back) {
  constexpr qsizetype kMostCharacters = JobHost::kMostLineBytes / 8;
  QJsonArray edits;
  QList<Pending> before;
  qsizetype characters = 0;
  const auto sendEdits = [&] {
    if (!before.isEmpty())
      send(QStringLiteral("caption_edit"), {{QStringLiteral("edits"), std::exchange(edits, {})}},
           std::exchange(before, {}));
    characters = 0;
  };
  for (const TextChange& change : changes) {
    const CaptionRow* row = m_rows.find(change.path);
    if (row == nullptr || !row->isCaptioned()) continue;
    const QString text = back ? change.before : change.after;
    const bool accepted = !back || change.wasAccepted;
    QJsonObject edit = {{QStringLiteral("path"), change.path},
                        {QStringLiteral("text"), text},
                        {QStringLiteral("accepted"), accepted}};
    if (!change.field.isEmpty()) edit[QLatin1String("field")] = change.field;
    edits.append(edit);
    before.append(pendingOf(change.path, change.field));
    m_rows.setText(change.path, change.field, text);
    if (accepted) m_rows.setState(change.path, CaptionRow::State::kAccepted);
    characters += change.path.size() + text.size() + change.field.size();
    if (characters > kMostCharacters) sendEdits();
  }
  sendEdits();
}

}  // namespace lapilli::gui
