// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"
#include "app/gui/models/model_download.h"

#include <QThread>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace lapilli::gui {

class Settings;

/// Chooses a hub, a model and its files, tells whether they would fit this computer's device, and fetches
/// them. Nothing is asked of any hub before a button says so.
class DownloadPanel : public QWidget {
  Q_OBJECT

 public:
  /// `folder`: where models go unless the user chooses another; each into a folder of its name.
  DownloadPanel(JobHost& host, Settings& settings, const QString& folder, QWidget* parent = nullptr);
  ~DownloadPanel() override;

  [[nodiscard]] QString folder() const;

 signals:
  /// A model is there, in this folder.
  void fetched(const QString& folder);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  enum class State { Idle, Listing, Listed, Fetching, Paused };

  void build();
  void connectDownload();
  void retranslate();
  void setState(State state);
  void say(const QString& sentence, bool trouble = false);
  void chooseHub(int index);
  void askForFiles();
  void showFiles(const QList<HubFile>& files);
  void begin();
  void showProgress(const DownloadProgress& progress);
  void updateTotal();
  void askForAdvice();
  void showAdvice();
  [[nodiscard]] QList<HubFile> chosenFiles() const;
  void chooseFolder();

  JobHost& m_host;
  Settings& m_settings;
  JobHost::JobId m_adviceJob = 0;
  QJsonObject m_advice;  // of the protocol; empty: none is known
  QThread m_thread;
  ModelDownload* m_download;  // lives in m_thread, which deletes it
  QList<Hub> m_hubs;
  Hub m_hub;
  QString m_repository;
  QList<HubFile> m_files;
  State m_state = State::Idle;

  QLabel* m_intro;
  QLabel* m_hubLabel;
  QComboBox* m_hubBox;
  QLabel* m_addressLabel;
  QLineEdit* m_address;
  QLabel* m_modelLabel;
  QComboBox* m_model;
  QPushButton* m_ask;
  QTreeWidget* m_list;
  QLabel* m_folderLabel;
  QLineEdit* m_folder;
  QPushButton* m_browse;
  QLabel* m_total;
  QLabel* m_verdict;
  QProgressBar* m_bar;
  QLabel* m_message;
  QPushButton* m_start;
  QPushButton* m_pause;
  QPushButton* m_cancel;
};

}  // namespace lapilli::gui
