// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/caption_rows.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <QStringList>

#include <functional>

namespace lapilli::gui {

/// What is known of a folder's newest run, from the engine's answers, and the sentences that tell it.
class CaptionRunFacts {
  Q_DECLARE_TR_FUNCTIONS(CaptionRunFacts)

 public:
  /// Of another folder, or the same one looked at anew.
  void clear();
  /// A new run begins, with these settings.
  void begin(const QJsonObject& settings);
  /// It goes on.
  void goOn();

  // What the engine's `finished`, or its progress, has.
  void takePlan(const QJsonObject& plan);
  void takeTrial(const QJsonObject& trial);
  void takeProgress(const QJsonObject& progress);
  void takeStatus(const QJsonObject& status);
  /// `replaced`: so many of the pictures that wait are those that the user is asked about.
  void takeEnd(const QJsonObject& end, qint64 replaced);
  void takeUndone(const QJsonObject& undone);
  void takeFreed(const QJsonObject& freed);

  /// The questions of these settings, each with an empty answer.
  [[nodiscard]] static QList<FieldText> questionsOf(const QJsonObject& settings);

  [[nodiscard]] bool isKnown() const { return !m_run.isEmpty(); }
  [[nodiscard]] QJsonObject settings() const { return m_run[QLatin1String("settings")].toObject(); }
  /// The name of the model that the newest run was begun with; empty: not known.
  [[nodiscard]] QString model() const { return m_run[QLatin1String("model")].toString(); }
  /// Pictures of the newest run.
  [[nodiscard]] qint64 waiting() const { return ofRun("waiting"); }
  [[nodiscard]] qint64 done() const { return ofRun("done"); }
  [[nodiscard]] qint64 failed() const { return ofRun("failed"); }
  [[nodiscard]] qint64 skipped() const { return ofRun("skipped"); }
  /// What it has replaced is no longer kept.
  [[nodiscard]] bool isAccepted() const;
  /// What is kept so that runs in the folder can be undone takes so much.
  [[nodiscard]] qint64 backupBytes() const { return m_backupBytes; }
  /// Pictures that a run would caption.
  [[nodiscard]] qint64 toDo() const { return m_toDo + m_replaced; }
  /// So many of those that the user is asked about.
  void setReplaced(qint64 pictures) { m_replaced = pictures; }

  /// Pictures that the run under way has finished, and has to finish in all.
  [[nodiscard]] qint64 finished() const;
  [[nodiscard]] qint64 toFinish() const;
  [[nodiscard]] QString progressText() const;
  /// What a run is begun with: how many pictures, and about how long that takes.
  [[nodiscard]] QString startText() const;
  /// The speed is that of a model: another one is loaded.
  void forgetSpeed() { m_secondsEach = 0; }

  /// What happened last, in the language of now.
  [[nodiscard]] QString remark() const { return m_remark ? m_remark() : QString(); }
  /// What the engine said of it in its own words, which are English; empty: nothing.
  [[nodiscard]] const QString& details() const { return m_details; }
  /// A sentence of the engine or the system; empty: nothing happened.
  void setRemark(const QString& sentence, const QString& details = {});
  /// Files that undoing has left alone, with the reason.
  [[nodiscard]] QStringList kept() const;

 private:
  /// From a minute on; hours are told from two on.
  [[nodiscard]] static QString durationText(double seconds);
  [[nodiscard]] static QString planText(const QJsonObject& plan);
  [[nodiscard]] qint64 ofRun(const char* name) const;
  void say(std::function<QString()> remark, const QString& details = {});

  QJsonObject m_run;       // as the protocol tells it; empty: none
  QJsonObject m_progress;  // of the run under way
  qint64 m_toDo = 0;
  qint64 m_replaced = 0;
  qint64 m_backupBytes = 0;
  double m_secondsEach = 0;  // a picture, as it was tried or run last; 0: not known
  std::function<QString()> m_remark;
  QString m_details;
  QJsonObject m_undone;  // what undoing told
};

}  // namespace lapilli::gui
