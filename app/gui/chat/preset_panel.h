// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace lapilli::gui {

class ElidedLabel;
class SamplingPresets;

/// What is done with presets of generation settings: saved, deleted, imported, and where their files are.
class PresetPanel : public QWidget {
  Q_OBJECT

 public:
  explicit PresetPanel(SamplingPresets& presets, QWidget* parent = nullptr);

  /// Whether the preset that is shown is one of the user's.
  void setDeletable(bool deletable);
  /// Says what went wrong, or with an empty text that nothing did.
  void say(const QString& problem);

 signals:
  void saveWanted(const QString& name);
  void deleteWanted();
  /// The file is a preset now.
  void imported(const QString& name);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void chooseFile();
  void importFile(const QString& file);
  void refresh();
  void retranslate();

  SamplingPresets& m_presets;
  QString m_said;
  QLineEdit* m_name;
  QPushButton* m_save;
  QPushButton* m_delete;
  QPushButton* m_import;
  ElidedLabel* m_folder;
  QToolButton* m_open;
  QLabel* m_problem;
};

}  // namespace lapilli::gui
