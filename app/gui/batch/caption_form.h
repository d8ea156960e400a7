// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace lapilli::gui {

/// What is asked of every picture and where the answers go: the settings of the protocol's caption requests.
class CaptionForm : public QWidget {
  Q_OBJECT

 public:
  explicit CaptionForm(QWidget* parent = nullptr);

  [[nodiscard]] QString folder() const;
  void setFolder(const QString& folder);
  [[nodiscard]] QJsonObject settings() const;
  void setSettings(const QJsonObject& settings);
  /// What is missing before anything can be done; empty: nothing.
  [[nodiscard]] QString missing() const;

 signals:
  void folderChanged(const QString& folder);
  void settingsChanged();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void chooseFolder();
  void usePreset(int index);
  void retranslate();

  QLabel* m_folderLabel;
  QLineEdit* m_folder;
  QPushButton* m_choose;
  QLabel* m_presetLabel;
  QComboBox* m_preset;
  QLabel* m_promptLabel;
  QPlainTextEdit* m_prompt;
  QLabel* m_placeholders;
  QLabel* m_formatLabel;
  QComboBox* m_format;
  QLineEdit* m_tags;
  QLabel* m_outputsLabel;
  QList<QPair<QString, QCheckBox*>> m_outputs;  // by the protocol's names
  QLabel* m_existingLabel;
  QComboBox* m_existing;
};

}  // namespace lapilli::gui
