// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;

namespace lapilli::gui {

class CaptionForm;
class CaptionRows;
class ModelSession;
class Settings;

/// Captions for a folder: what to ask, what will happen to each picture, the run, and its review.
class CaptionPage : public QWidget {
  Q_OBJECT

 public:
  /// Everything outlives the page.
  CaptionPage(Settings& settings, JobHost& host, ModelSession& session, QWidget* parent = nullptr);

  /// Its name in the sidebar.
  [[nodiscard]] static QString title();

  enum class State { kIdle, kPlanning, kTrying, kRunning, kStopping };
  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] CaptionRows& rows() { return *m_rows; }

 public slots:
  /// The first folder, or the folder of the first picture.
  void openFiles(const QStringList& files);

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void plan();
  void tryThree();
  void act();
  void start(const QString& request, QJsonObject fields = {});
  void undo();
  void takeEvent(JobHost::JobId job, const QJsonObject& event);
  void takeEnd(JobHost::JobId job, const QJsonObject& result);
  void takeFailure(JobHost::JobId job, const Failure& failure);
  void showCaption(const QString& path, const QString& text);
  void reviewSelected(bool accept);
  void editSelected(const QString& text);
  void setState(State state);
  void refresh();
  void retranslate();

  Settings& m_settings;
  JobHost& m_host;
  ModelSession& m_session;
  State m_state = State::kIdle;
  JobHost::JobId m_job = 0;  // the plan, trial, run or undo under way
  JobHost::JobId m_statusJob = 0;
  QHash<JobHost::JobId, QString> m_reviews;  // jobs of single pictures
  bool m_planIsOld = false;                  // the settings changed while it was made
  bool m_unfinished = false;                 // the folder's newest run
  QJsonObject m_progress;
  QString m_remark;

  CaptionForm* m_form;
  CaptionRows* m_rows;
  QTableView* m_table;
  QLabel* m_title;
  QLabel* m_lastPicture;
  QLabel* m_lastText;
  QLabel* m_line;
  QLabel* m_failures;
  QProgressBar* m_bar;
  QPushButton* m_try;
  QPushButton* m_main;
  QPushButton* m_resume;
  QPushButton* m_retry;
  QPushButton* m_undo;
  QPushButton* m_accept;
  QPushButton* m_reject;
};

}  // namespace lapilli::gui
