// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QGroupBox>

class QListWidget;
class QPushButton;

namespace lapilli::gui {

class Settings;

/// The folders, and files, below which models are looked for: those of the settings, whoever changes them.
class ModelFolders : public QGroupBox {
  Q_OBJECT

 public:
  explicit ModelFolders(Settings& settings, QWidget* parent = nullptr);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void showFolders();
  void choose();
  void add(const QString& folder);
  void remove();
  void retranslate();

  Settings& m_settings;
  QListWidget* m_list;
  QPushButton* m_add;
  QPushButton* m_remove;
};

}  // namespace lapilli::gui
