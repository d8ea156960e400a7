// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_run_facts.h"

#include "app/gui/batch/reason_text.h"

#include <QJsonArray>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lapilli::gui {
namespace {

QString number(qint64 value) {
  return QLocale().toString(value);
}

qint64 integer(const QJsonObject& object, const char* name) {
  return object[QLatin1String(name)].toInteger();
}

}  // namespace

QList<FieldText> CaptionRunFacts::questionsOf(const QJsonObject& settings) {
  QList<FieldText> questions;
  for (const QJsonValue& question : settings[QLatin1String("questions")].toArray()) {
    const QString kind =
        question[QLatin1String("format")][QLatin1String("kind")].toString(QStringLiteral("free"));
    questions.append(
        {question[QLatin1String("field")].toString(), {}, captions::tag_form(kind.toStdString())});
  }
  return questions;
}

qint64 CaptionRunFacts::ofRun(const char* name) const {
  return integer(m_run, name);
}

void CaptionRunFacts::clear() {
  m_progress = m_run = {};
  m_toDo = m_backupBytes = 0;
  say({});
  m_undone = {};
}

void CaptionRunFacts::begin(const QJsonObject& settings) {
  m_run = QJsonObject{{QStringLiteral("settings"), settings}};
  goOn();
}

void CaptionRunFacts::goOn() {
  m_progress = {};
  say({});
  m_undone = {};
}

/// What there is of each kind, and files of the whole folder that are none of ours.
QString CaptionRunFacts::planText(const QJsonObject& plan) {
  const auto count = [&](const char* name) { return static_cast<int>(integer(plan, name)); };
  const int replaced = count("replace"), joined = count("append") + count("prepend");
  const int edited = count("edited"), left = count("skip") - edited, failed = count("failed");
  QStringList parts;
  if (count("write") > 0) parts.append(tr("%Ln get(s) a caption", nullptr, count("write")));
  if (replaced > 0) parts.append(tr("%Ln get(s) another one", nullptr, replaced));
  if (joined > 0) parts.append(tr("%Ln get(s) one more", nullptr, joined));
  if (left > 0) parts.append(tr("%Ln is/are left out", nullptr, left));
  if (count("ask") > 0)
    parts.append(tr("%Ln has/have a text: say in the table which are replaced", nullptr, count("ask")));
  if (edited > 0) parts.append(tr("%Ln stay(s), edited by hand", nullptr, edited));
  if (failed > 0) parts.append(tr("%Ln cannot be captioned", nullptr, failed));
  QString all = tr("%1.").arg(parts.join(tr(", ")));
  for (const QJsonValue& file : plan[QLatin1String("files")].toArray()) {
    if (file[QLatin1String("decision")].toString() == QLatin1String("replace"))
      all +=
          QLatin1Char(' ') +
          tr("%1 is no table of captions; it will be replaced.").arg(file[QLatin1String("path")].toString());
  }
  return all;
}

void CaptionRunFacts::takePlan(const QJsonObject& plan) {
  m_toDo =
      integer(plan, "write") + integer(plan, "replace") + integer(plan, "append") + integer(plan, "prepend");
  if (m_remark || integer(plan, "total") == 0) return;
  say([plan] { return planText(plan); });
}

void CaptionRunFacts::takeTrial(const QJsonObject& trial) {
  const double tried = trial[QLatin1String("tried")].toDouble();
  if (tried > 0) m_secondsEach = trial[QLatin1String("seconds")].toDouble() / tried;
}

void CaptionRunFacts::takeProgress(const QJsonObject& progress) {
  m_progress = progress;
  const double rate = progress[QLatin1String("pictures_per_minute")].toDouble();
  if (rate > 0) m_secondsEach = 60 / rate;
}

void CaptionRunFacts::takeStatus(const QJsonObject& status) {
  m_run = status[QLatin1String("run")].toObject();
  m_backupBytes = integer(status, "backup_bytes");
  if (waiting() == 0) return;
  say([run = m_run] {
    return tr("The run of %1 is not finished: %2 of %3 done.")
        .arg(run[QLatin1String("started")].toString(), number(integer(run, "done")),
             number(integer(run, "total")));
  });
}

void CaptionRunFacts::takeEnd(const QJsonObject& end, qint64 replaced) {
  const QJsonObject known = settings();
  m_run = end;
  m_run[QLatin1String("settings")] = known;
  m_progress = end;
  m_toDo = std::max<qint64>(0, waiting() - replaced);
  m_replaced = replaced;
  m_backupBytes = ofRun("backup_bytes");
  const bool draws = known[QLatin1String("generation")][QLatin1String("temperature")].toDouble() > 0;
  say([end, draws] {
    const qint64 waiting = integer(end, "waiting");
    const QString done = number(integer(end, "done"));
    const QString text =
        waiting > 0 ? tr("Stopped: %1 captioned, %2 to do.").arg(done, number(waiting))
                    : tr("Done: %1 captioned, %2 left as they were, %3 failed.")
                          .arg(done, number(integer(end, "skipped")), number(integer(end, "failed")));
    return draws ? text + QLatin1Char(' ') + tr("Seed: %1.").arg(integer(end, "seed")) : text;
  });
}

void CaptionRunFacts::takeUndone(const QJsonObject& undone) {
  say([undone] {
    return tr("Undone: %1 files restored, %2 removed.")
        .arg(number(integer(undone, "restored")), number(integer(undone, "removed")));
  });
  m_undone = undone;
}

QStringList CaptionRunFacts::kept() const {
  const QJsonArray reasons = m_undone[QLatin1String("reasons")].toArray();
  const QJsonArray codes = m_undone[QLatin1String("codes")].toArray();
  QStringList lines;
  for (const QJsonValue& file : m_undone[QLatin1String("kept")].toArray()) {
    const QString reason = reasonText(codes.at(lines.size()).toString(), reasons.at(lines.size()).toString());
    lines.append(reason.isEmpty() ? file.toString() : file.toString() + QStringLiteral(": ") + reason);
  }
  return lines;
}

void CaptionRunFacts::takeFreed(const QJsonObject& freed) {
  m_backupBytes = 0;
  if (isKnown()) m_run[QLatin1String("accepted")] = QStringLiteral("now");
  say([bytes = integer(freed, "freed_bytes")] {
    return tr("The backups are removed: %1 are free again.").arg(QLocale().formattedDataSize(bytes));
  });
}

void CaptionRunFacts::setRemark(const QString& sentence, const QString& details) {
  if (sentence.isEmpty()) return say({});
  say([sentence] { return sentence; }, details);
}

void CaptionRunFacts::say(std::function<QString()> remark, const QString& details) {
  m_remark = std::move(remark);
  m_details = details;
}

bool CaptionRunFacts::isAccepted() const {
  return !m_run[QLatin1String("accepted")].toString().isEmpty();
}

qint64 CaptionRunFacts::finished() const {
  return integer(m_progress, "done") + integer(m_progress, "failed");
}

qint64 CaptionRunFacts::toFinish() const {
  return integer(m_progress, "total") - integer(m_progress, "skipped");
}

QString CaptionRunFacts::progressText() const {
  const double rate = m_progress[QLatin1String("pictures_per_minute")].toDouble();
  const double left = m_progress[QLatin1String("seconds_left")].toDouble(-1);
  if (rate <= 0 || left < 0) return tr("%1 of %2").arg(number(finished()), number(toFinish()));
  return tr("%1 of %2, %3 a minute, %4 left")
      .arg(number(finished()), number(toFinish()), QLocale().toString(rate, 'f', 1), durationText(left));
}

QString CaptionRunFacts::startText() const {
  const QString pictures = number(toDo());
  return m_secondsEach > 0 ? tr("Caption %1 pictures, about %2")
                                 .arg(pictures, durationText(m_secondsEach * static_cast<double>(toDo())))
                           : tr("Caption %1 pictures").arg(pictures);
}

QString CaptionRunFacts::durationText(double seconds) {
  const qint64 minutes = std::max<qint64>(1, std::llround(seconds / 60));
  constexpr qint64 kHour = 60;
  if (minutes < 2 * kHour) return tr("%1 min").arg(number(minutes));
  return tr("%1 h %2 min").arg(number(minutes / kHour), number(minutes % kHour));
}

}  // namespace lapilli::gui
