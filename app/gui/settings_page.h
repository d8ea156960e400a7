// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/main_window.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QGroupBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace lapilli::gui {

class DeviceTests;

/// Appearance, language, what is told, the device the engine computes on, folders. What is changed here holds
/// at once.
class SettingsPage : public QWidget {
  Q_OBJECT

 public:
  explicit SettingsPage(const Parts& parts, QWidget* parent = nullptr);

 signals:
  void logWanted();
  void shortcutsWanted();

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void build();
  static void addRow(QFormLayout* form, QLabel* label, QWidget* control, QLayout* row = nullptr);
  void buildDevice();
  void askDevices();
  void showDevices(const QJsonObject& result);
  void chooseDevice();
  void showTestResult(const QString& text);
  void alignLabels();
  void chooseEngine();
  void reload();
  void showTroubles();
  void retranslate();

  Parts m_parts;
  JobHost::JobId m_devicesJob = 0;
  DeviceTests* m_tests;
  QJsonObject m_devices;

  QLabel* m_title;
  QGroupBox* m_look;
  QLabel* m_appearanceLabel;
  QComboBox* m_appearance;
  QLabel* m_languageLabel;
  QComboBox* m_language;
  QCheckBox* m_tell;
  QGroupBox* m_engine;
  QLabel* m_deviceLabel;
  QComboBox* m_device;
  QPushButton* m_test;
  QLabel* m_deviceFacts;
  QLabel* m_testResult;
  QLabel* m_troubles;
  QLabel* m_contextLabel;
  QSpinBox* m_context;
  QLabel* m_programLabel;
  QLineEdit* m_program;
  QPushButton* m_browseProgram;
  QGroupBox* m_help;
  QPushButton* m_log;
  QPushButton* m_shortcuts;
};

}  // namespace lapilli::gui
