// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/diagnostics/debug_package.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace lapilli::gui {

/// What the engine and the window said since the start, newest last; all of it also goes to the log file,
/// which keeps no private data. From here a debug package is saved.
class LogWindow : public QDialog {
  Q_OBJECT

 public:
  static constexpr int kMostLines = 5000;

  LogWindow(JobHost& host, LogFile& file, const Settings& settings, QWidget* parent = nullptr);

  /// Asks the engine for its devices, then writes the package; without an engine it has none.
  void saveDebugPackage(const QString& path);

 signals:
  /// problem: empty when the package was written.
  void debugPackageSaved(const QString& path, const QString& problem);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void add(LogFile::Level level, const QString& line);
  void connectHost();
  void askWhereTo();
  void writePackage(const QJsonObject& devices);
  void retranslate();

  JobHost& m_host;
  LogFile& m_file;
  const Settings& m_settings;
  JobHost::JobId m_devices = 0;
  QString m_packagePath;
  QPlainTextEdit* m_text;
  QPushButton* m_package;
  QPushButton* m_copy;
};

}  // namespace lapilli::gui
