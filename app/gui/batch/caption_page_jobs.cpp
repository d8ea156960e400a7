// SPDX-License-Identifier: GPL-3.0-or-later
// What the page of captions asks the engine, and what becomes of its answers.
#include "app/gui/batch/caption_page.h"

#include "app/gui/batch/caption_form.h"
#include "app/gui/batch/caption_questions.h"
#include "app/gui/batch/caption_review.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/captioned_folders.h"
#include "app/gui/batch/parts.h"
#include "app/gui/model_session.h"

#include <QFileInfo>
#include <QJsonArray>

namespace lapilli::gui {

/// A request about the folder, which is under way then.
void CaptionPage::send(const QString& request, State state, QJsonObject fields) {
  m_notice = {};
  fields[QLatin1String("folder")] = m_form->folder();
  m_request = request;
  m_job = m_host.send(request, std::move(fields));
  setState(state);
}

/// Looks at the folder anew; an earlier look is given up.
void CaptionPage::plan() {
  m_wanted.clear();
  const bool can = m_state == State::kIdle || m_state == State::kPlanning || m_state == State::kTrying;
  if (!can || m_form->folder().isEmpty()) return;
  if (m_job != 0) m_host.stop(m_job);
  m_rows->clear(m_form->folder());
  m_review->setFolder(m_form->folder());
  m_facts.clear();
  m_planIsOld = false;
  askStatus(false);
  if (!m_form->missing().isEmpty()) return setState(State::kIdle);
  send(QStringLiteral("caption_plan"), State::kPlanning, {{QStringLiteral("settings"), m_form->settings()}});
}

void CaptionPage::askStatus(bool results) {
  m_statusJob = m_host.send(QStringLiteral("caption_status"), {{QStringLiteral("folder"), m_form->folder()},
                                                               {QStringLiteral("results"), results}});
}

/// What would be asked about the picture under the cursor, or the first one.
void CaptionPage::askPreview() {
  const CaptionRow* row = m_rows->find(m_review->current());
  if (row == nullptr) row = m_rows->row(0);
  if (m_state != State::kIdle || row == nullptr || !m_form->questions().hasPlaceholders() ||
      !m_form->missing().isEmpty())
    return m_form->questions().showPreview({}, {}, {});
  m_previewPicture = row->path;
  m_previewJob =
      m_host.send(QStringLiteral("caption_prompts"), {{QStringLiteral("folder"), m_form->folder()},
                                                      {QStringLiteral("settings"), m_form->settings()},
                                                      {QStringLiteral("path"), row->path},
                                                      {QStringLiteral("number"), row->number}});
}

/// Many events may come between two looks at the screen, which is brought up to date now and then.
void CaptionPage::takeEvent(JobHost::JobId job, const QJsonObject& event) {
  if (job == 0 || (job != m_job && job != m_statusJob)) return;
  const QString kind = event[QLatin1String("event")].toString();
  if (kind == QLatin1String("caption_rows")) {
    m_rows->add(event[QLatin1String("rows")].toArray());
  } else if (job == m_statusJob && isAskedAbout(event[QLatin1String("path")].toString())) {
    // The user decides anew, whatever an earlier run did.
    if (kind == QLatin1String("captioned"))
      m_rows->setModel(event[QLatin1String("path")].toString(), m_facts.model());
  } else if (kind == QLatin1String("captioned")) {
    takeCaption(event, job == m_statusJob);
  } else if (kind == QLatin1String("picture_failed")) {
    takeFailedPicture(event, job == m_statusJob);
  } else if (kind == QLatin1String("left_out")) {
    m_rows->setState(event[QLatin1String("path")].toString(), CaptionRow::State::kSkipped);
  } else if (kind == QLatin1String("rejected")) {
    m_rows->setState(event[QLatin1String("path")].toString(), CaptionRow::State::kRejected);
  } else if (kind == QLatin1String("caption_progress")) {
    m_facts.takeProgress(event);
  }
  if (!m_refreshTimer.isActive()) m_refreshTimer.start();
}

bool CaptionPage::isAskedAbout(const QString& path) const {
  const CaptionRow* row = m_rows->find(path);
  return row != nullptr && CaptionRows::isAsked(*row);
}

/// `earlier`: of a run that this window has not seen.
void CaptionPage::takeCaption(const QJsonObject& event, bool earlier) {
  const bool trial = m_state == State::kTrying && !earlier;
  QList<FieldText> texts = CaptionRunFacts::questionsOf(trial ? m_form->settings() : m_facts.settings());
  const QString path = event[QLatin1String("path")].toString();
  const QJsonObject answers = event[QLatin1String("fields")].toObject();
  for (FieldText& each : texts) each.text = answers[each.field].toString();
  const FieldText first = texts.isEmpty() ? FieldText() : texts.takeFirst();
  if (trial) {
    QStringList lines(path + QStringLiteral(": ") + first.text);
    for (const FieldText& other : texts) lines.append(other.field + QStringLiteral(": ") + other.text);
    return m_view->addTried(path, lines);
  }
  m_rows->setModel(path, earlier ? m_facts.model() : QFileInfo(m_session.options().model).fileName());
  m_rows->setDone(path, first.text, texts, first.form);
  if (!earlier) return m_view->showPicture(path);
  m_rows->setBefore(path, event[QLatin1String("old")].toString());
  if (event[QLatin1String("accepted")].toBool()) m_rows->setState(path, CaptionRow::State::kAccepted);
}

void CaptionPage::takeFailedPicture(const QJsonObject& event, bool earlier) {
  const QString path = event[QLatin1String("path")].toString();
  const QString reason = event[QLatin1String("message")].toString();
  m_rows->setFailed(path, reason, event[QLatin1String("code")].toString());
  if (m_state == State::kTrying && !earlier) m_view->addTried(path, {path + QStringLiteral(": ") + reason});
}

void CaptionPage::takePreview(const QJsonObject& result) {
  QStringList prompts;
  for (const QJsonValue& prompt : result[QLatin1String("prompts")].toArray())
    prompts.append(prompt.toString());
  m_form->questions().showPreview(m_previewPicture, prompts, {});
}

void CaptionPage::takeEnd(JobHost::JobId job, const QJsonObject& result) {
  if (job == m_previewJob) return takePreview(result);
  if (job != 0 && job == m_undoStatusJob) {
    m_undoStatusJob = 0;
    return takeUndoStatus(result[QLatin1String("undo")].toObject());
  }
  if (job == m_statusJob) {
    m_statusJob = 0;
    m_facts.takeStatus(result);
    if (m_facts.isKnown()) noteCaptionedFolder(m_settings, m_form->folder());
    if (m_state != State::kPlanning) tellIfGone();
    return refresh();
  }
  if (job == 0 || job != m_job) return;
  m_job = 0;
  takeJobEnd(std::exchange(m_request, {}), result);
}

void CaptionPage::takeJobEnd(const QString& request, const QJsonObject& result) {
  if (request == QLatin1String("caption_undo")) {
    setState(State::kIdle);
    plan();
    m_facts.takeUndone(result);
    return refresh();
  }
  if (request == QLatin1String("caption_plan")) {
    m_facts.takePlan(result);
    // What an earlier run did is asked for when the pictures are known.
    if (m_facts.done() + m_facts.failed() + m_facts.skipped() > 0) askStatus(true);
    if (m_statusJob == 0) tellIfGone();
  } else if (request == QLatin1String("caption_try")) {
    m_facts.takeTrial(result);
  } else if (request == QLatin1String("caption_forget_backups")) {
    m_facts.takeFreed(result);
  } else {
    m_facts.takeEnd(result, m_rows->replaced());
    emit runEnded(m_facts.remark());
  }
  setState(State::kIdle);
}

/// `run`: the one that would be taken back; empty: none.
void CaptionPage::takeUndoStatus(const QJsonObject& run) {
  if (m_state != State::kIdle || run.isEmpty()) return;
  CaptionQuestions::askToUndo(*this, run, [this] {
    if (m_state == State::kIdle) send(QStringLiteral("caption_undo"), State::kUndoing);
  });
}

/// The picture that was to be gone to may have been moved or deleted since its caption was written.
void CaptionPage::tellIfGone() {
  const QString wanted = std::exchange(m_wanted, {});
  if (wanted.isEmpty() || m_rows->find(wanted) != nullptr) return;
  m_review->goTo({});
  m_facts.setRemark(tr("%1 is no longer among the pictures of this folder.").arg(wanted));
}

void CaptionPage::takeFailure(JobHost::JobId job, const Failure& failure) {
  const QString sentence = failure.code == QLatin1String("stopped") ? QString() : sentenceOf(failure);
  if (job == m_previewJob) {
    m_previewJob = 0;
    return m_form->questions().showPreview({}, {}, failure.message);
  }
  if (job == m_statusJob || (job != 0 && job == m_undoStatusJob)) {
    (job == m_statusJob ? m_statusJob : m_undoStatusJob) = 0;
    if (m_state != State::kPlanning) m_wanted.clear();
    if (!sentence.isEmpty()) m_facts.setRemark(sentence, errorText(failure).details);
    return refresh();
  }
  if (job == 0 || job != m_job) return;
  const bool wasRun = m_state == State::kRunning || m_state == State::kFinishing;
  m_job = 0;
  m_wanted.clear();
  m_facts.setRemark(sentence, errorText(failure).details);
  if (wasRun && !sentence.isEmpty()) emit runEnded(sentence);
  setState(State::kIdle);
  // What it has written is in the journal, whatever ended it.
  if (wasRun || m_facts.isKnown()) askStatus(false);
}

}  // namespace lapilli::gui
