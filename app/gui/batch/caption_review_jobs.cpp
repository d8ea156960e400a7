// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a review's requests, and of texts that the user decides about.
#include "app/gui/batch/caption_review.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/reason_text.h"

#include <QJsonArray>
#include <QTableView>

#include <algorithm>

namespace lapilli::gui {

/// Before a run: whether the texts of the chosen pictures are replaced. False where none of them is asked
/// about.
bool CaptionReview::decideAsked(int key) {
  const bool takesNew = key == Qt::Key_A || key == Qt::Key_Return || key == Qt::Key_Enter;
  if (!takesNew && key != Qt::Key_R && key != Qt::Key_Delete && key != Qt::Key_Space) return false;
  QStringList asked;
  bool allReplace = true;
  for (const CaptionRow* row : chosenRows()) {
    if (!CaptionRows::isAsked(*row)) continue;
    asked.append(row->path);
    allReplace = allReplace && row->replaces;
  }
  if (asked.isEmpty() || !m_rows.isDeciding()) return false;
  m_rows.decide(asked, key == Qt::Key_Space ? !allReplace : takesNew);
  if (key != Qt::Key_Space) step(1);
  return true;
}

void CaptionReview::send(const QString& request, QJsonObject fields, const QList<Pending>& before) {
  fields[QLatin1String("folder")] = m_folder;
  m_jobs.insert(m_host.send(request, std::move(fields)), before);
}

CaptionReview::Pending CaptionReview::pendingOf(const QString& path, const QString& field) const {
  const CaptionRow* row = m_rows.find(path);
  QString text = row->after;
  for (const FieldText& other : row->others)
    if (!field.isEmpty() && other.field == field) text = other.text;
  return {path, field, text, static_cast<int>(row->state)};
}

void CaptionReview::take(JobHost::JobId job, const QJsonObject& result) {
  const QList<Pending> pending = m_jobs.take(job);
  const QJsonArray kept = result[QLatin1String("kept")].toArray();
  if (pending.isEmpty() || kept.isEmpty()) return;
  QStringList lines;
  for (const QJsonValue& picture : kept) {
    const QString path = picture[QLatin1String("path")].toString();
    const auto before =
        std::find_if(pending.begin(), pending.end(), [&](const Pending& each) { return each.path == path; });
    if (before != pending.end()) takeBack(*before);
    lines.append(
        picture[QLatin1String("file")].toString() + QStringLiteral(": ") +
        reasonText(picture[QLatin1String("code")].toString(), picture[QLatin1String("reason")].toString()));
  }
  if (lines.size() > 1)
    lines.front() += QLatin1Char(' ') + tr("And %Ln other(s).", nullptr, static_cast<int>(lines.size()) - 1);
  emit refused(lines.front());
}

/// What a job was to change of a picture and has not.
void CaptionReview::takeBack(const Pending& before) {
  if (m_rows.find(before.path) == nullptr) return;
  m_rows.setText(before.path, before.field, before.text);
  m_rows.setState(before.path, static_cast<CaptionRow::State>(before.state));
}

void CaptionReview::takeFailure(JobHost::JobId job, const Failure& failure) {
  if (!m_jobs.contains(job)) return;
  const QList<Pending> pending = m_jobs.take(job);
  for (const Pending& before : pending) takeBack(before);
  const QString where = failure.place.isEmpty() ? pending.front().path : failure.place;
  emit refused(where + QStringLiteral(": ") + sentenceOf(failure));
}

}  // namespace lapilli::gui
