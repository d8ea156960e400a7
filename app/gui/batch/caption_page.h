// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace lapilli::gui {

class CaptionForm;
class CaptionReview;
class CaptionRows;
class ModelSession;
class Settings;

/// Captions for a folder: what to ask, what will happen to each picture, the run, and its review.
class CaptionPage : public QWidget {
  Q_OBJECT

 public:
  /// Everything outlives the page.
  CaptionPage(Settings& settings, JobHost& host, ModelSession& session, QWidget* parent = nullptr);
  ~CaptionPage() override;

  /// Its name in the sidebar.
  [[nodiscard]] static QString title();

  /// kFinishing: the pictures that are begun are finished; kStopping: whatever is under way ends at once.
  enum class State { kIdle, kPlanning, kTrying, kRunning, kFinishing, kStopping, kUndoing };
  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] CaptionRows& rows() { return *m_rows; }

 public slots:
  /// The first folder, or the folder of the first picture.
  void openFiles(const QStringList& files);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  [[nodiscard]] QWidget* makeSide();
  void connectAll();
  void plan();
  void tryThree();
  void act();
  void start(const QString& request, QJsonObject fields = {});
  void pause();
  void undo();
  void askStatus(bool results);
  void askPreview();
  void takeEvent(JobHost::JobId job, const QJsonObject& event);
  void takeCaption(const QJsonObject& event, bool earlier);
  void takeEnd(JobHost::JobId job, const QJsonObject& result);
  void takeStatus(const QJsonObject& run);
  void takePlanEnd(const QJsonObject& plan);
  void takeUndone(const QJsonObject& result);
  void takeRunEnd(const QJsonObject& result);
  void takeFailure(JobHost::JobId job, const Failure& failure);
  void setState(State state);
  void refresh();
  void refreshMain();
  void refreshProgress();
  void refreshFailures();
  void showPicture(const QString& path);
  void retranslate();

  Settings& m_settings;
  JobHost& m_host;
  ModelSession& m_session;
  State m_state = State::kIdle;
  JobHost::JobId m_job = 0;        // the plan, trial, run or undo under way
  JobHost::JobId m_statusJob = 0;  // of the folder's newest run
  JobHost::JobId m_previewJob = 0;
  qsizetype m_toDo = 0;      // pictures that a run would caption
  QStringList m_fields;      // of the answers that come, the first question's first
  bool m_planIsOld = false;  // the settings changed while it was made
  QJsonObject m_run;         // the folder's newest run, as the protocol tells it; empty: none
  QJsonObject m_progress;    // of the run under way
  double m_secondsEach = 0;  // a picture, as it was tried or run last; 0: not known
  QString m_remark;
  QStringList m_kept;  // what undoing has left alone
  QString m_shownPicture;
  QTimer m_refreshTimer;
  QTimer m_previewDelay;

  CaptionForm* m_form;
  CaptionRows* m_rows;
  CaptionReview* m_review;
  QLabel* m_title;
  QLabel* m_lastPicture;
  QLabel* m_lastText;
  QLabel* m_line;
  QLabel* m_failures;
  QProgressBar* m_bar;
  QPushButton* m_try;
  QPushButton* m_main;
  QPushButton* m_pause;
  QPushButton* m_resume;
  QPushButton* m_retry;
  QPushButton* m_undo;
};

}  // namespace lapilli::gui
