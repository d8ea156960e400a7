// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/caption_run_facts.h"
#include "app/gui/batch/caption_run_view.h"
#include "app/gui/job_host.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QPushButton;

namespace lapilli::gui {

class AskedTexts;
class CaptionForm;
class CaptionReview;
class CaptionRows;
class ModelSession;
class Settings;
class TwoParts;

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
  enum class State { kIdle, kPlanning, kTrying, kRunning, kFinishing, kStopping, kUndoing, kForgetting };
  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] CaptionRows& rows() { return *m_rows; }

  /// Opens a folder, below which the picture lies, and goes to the picture.
  void showPicture(const QString& folder, const QString& path);
  /// Puts these questions in the place of those that stand there, once the user has agreed where theirs are
  /// kept nowhere else.
  void usePrompts(const QJsonArray& questions);

 public slots:
  /// The first folder, or the folder of the first picture. While the page is at work with another one it
  /// tells that it stays there.
  void openFiles(const QStringList& files);

 signals:
  /// Pictures of a run that goes on, or does no longer; `total` 0: not known yet.
  void runAdvanced(bool running, qint64 finished, qint64 total);
  /// By itself, or since it was stopped: what came of it.
  void runEnded(const QString& sentence);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void connectAll();
  void tryThree();
  void act();
  void actOnRun(CaptionRunView::Action action);
  void start(const QString& request, QJsonObject fields = {});
  void takePrompts(const QJsonArray& questions);
  void setState(State state);
  void setNotice(std::function<QString()> notice);
  void refresh();
  void refreshMain();
  void refreshRun();
  void retranslate();

  // caption_page_jobs.cpp
  void send(const QString& request, State state, QJsonObject fields = {});
  void plan();
  void askStatus(bool results);
  void askPreview();
  void takeEvent(JobHost::JobId job, const QJsonObject& event);
  [[nodiscard]] bool isAskedAbout(const QString& path) const;
  void takeCaption(const QJsonObject& event, bool earlier);
  void takeFailedPicture(const QJsonObject& event, bool earlier);
  void takeEnd(JobHost::JobId job, const QJsonObject& result);
  void takeJobEnd(const QString& request, const QJsonObject& result);
  void takeUndoStatus(const QJsonObject& run);
  void tellIfGone();
  void takePreview(const QJsonObject& result);
  void takeFailure(JobHost::JobId job, const Failure& failure);

  Settings& m_settings;
  JobHost& m_host;
  ModelSession& m_session;
  State m_state = State::kIdle;
  JobHost::JobId m_job = 0;            // the plan, trial, run or undo under way
  QString m_request;                   // its kind
  JobHost::JobId m_statusJob = 0;      // of the folder's newest run
  JobHost::JobId m_undoStatusJob = 0;  // the same, before it is undone
  JobHost::JobId m_previewJob = 0;
  QString m_previewPicture;
  std::function<QString()> m_notice;  // what could not be done while the page was at work, or anywhere
  QString m_wanted;                   // the picture to go to, which the plan under way may find
  CaptionRunFacts m_facts;
  bool m_planIsOld = false;  // the settings changed while it was made
  QTimer m_refreshTimer;
  QTimer m_previewDelay;

  CaptionForm* m_form;
  CaptionRows* m_rows;
  CaptionReview* m_review;
  AskedTexts* m_asked;
  CaptionRunView* m_view;
  TwoParts* m_parts;
  QPushButton* m_try;
  QPushButton* m_main;
};

}  // namespace lapilli::gui
