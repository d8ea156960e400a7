// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/question_editor.h"

class QCheckBox;
class QComboBox;
class QPushButton;
class QSpinBox;

namespace lapilli::gui {

class PresetBar;

/// What is asked of every picture and where the answers go: the settings of the protocol's caption requests.
/// Settings that it has no control for, of presets made by hand, are kept.
class CaptionForm : public QWidget {
  Q_OBJECT

 public:
  /// `presets`: the folder of the user's.
  CaptionForm(JobHost& host, const QString& presets, QWidget* parent = nullptr);

  [[nodiscard]] QString folder() const;
  void setFolder(const QString& folder);
  [[nodiscard]] QJsonObject settings() const;
  /// What is absent stays as it is.
  void setSettings(const QJsonObject& settings);
  /// What is missing before anything can be done; empty: nothing.
  [[nodiscard]] QString missing() const;
  [[nodiscard]] QuestionEditor& questions() { return *m_questions; }
  /// They are the ones that were set, saved as a preset or kept last.
  [[nodiscard]] bool areQuestionsKept() const;
  void keepQuestions();

 signals:
  void folderChanged(const QString& folder);
  void settingsChanged();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void tellChange();
  void tellFolder();
  void refreshEdited();
  void chooseFolder();
  void retranslate();

  QJsonObject m_others;  // settings without a control
  QJsonArray m_keptQuestions;
  bool m_loading = false;
  QString m_toldFolder;  // the last one that the page has heard of

  QLabel* m_folderLabel;
  QLineEdit* m_folder;
  QPushButton* m_choose;
  QCheckBox* m_recursive;
  QLabel* m_presetLabel;
  PresetBar* m_presets;
  QuestionEditor* m_questions;
  QLabel* m_tokensLabel;
  QSpinBox* m_tokens;
  QLabel* m_outputsLabel;
  QList<QPair<QString, QCheckBox*>> m_outputs;  // by the protocol's names
  QCheckBox* m_bom;
  QLabel* m_existingLabel;
  QComboBox* m_existing;
  QCheckBox* m_overwriteEdited;
};

}  // namespace lapilli::gui
