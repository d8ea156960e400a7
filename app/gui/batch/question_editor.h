// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QJsonArray>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QTabBar;
class QToolButton;

namespace lapilli::gui {

class FormatEditor;

/// The questions that are asked about each picture, one shown at a time: the field its answer goes to, the
/// prompt, the form of the answer; and the language of all answers.
class QuestionEditor : public QWidget {
  Q_OBJECT

 public:
  explicit QuestionEditor(JobHost& host, QWidget* parent = nullptr);

  /// The protocol's `questions`.
  [[nodiscard]] QJsonArray questions() const;
  void setQuestions(const QJsonArray& questions);
  /// What is missing before they can be asked; empty: nothing.
  [[nodiscard]] QString missing() const;
  [[nodiscard]] bool hasPlaceholders() const;
  void focusPrompt();
  /// What would be asked about a picture, in the order of the questions, or why that cannot be said.
  void showPreview(const QString& picture, const QStringList& prompts, const QString& problem);

 signals:
  void changed();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void add();
  void remove();
  void chooseLanguage(int index);
  void keep();
  void show(int index);
  void refresh();
  void showPreviewOfCurrent();
  void retranslate();

  QList<QJsonObject> m_questions;
  int m_current = 0;
  bool m_loading = false;
  QString m_previewPicture;
  QStringList m_previewPrompts;
  QString m_previewProblem;

  QLabel* m_title;
  QTabBar* m_tabs;
  QToolButton* m_add;
  QToolButton* m_remove;
  QLabel* m_fieldLabel;
  QLineEdit* m_field;
  QLabel* m_promptLabel;
  QPlainTextEdit* m_prompt;
  QLabel* m_placeholders;
  QLabel* m_preview;
  QLabel* m_languageLabel;
  QComboBox* m_language;
  QLabel* m_formatLabel;
  FormatEditor* m_format;
};

}  // namespace lapilli::gui
