// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QSpinBox;
class QTableWidget;
class QToolButton;

namespace lapilli::gui {

/// Chooses the form of an answer: a kind, and what the kind needs. The value is the protocol's `format`; the
/// engine says whether it is possible, and where it is not.
class FormatEditor : public QWidget {
  Q_OBJECT

 public:
  explicit FormatEditor(JobHost& host, QWidget* parent = nullptr);

  /// Empty: free text.
  [[nodiscard]] QJsonObject format() const;
  void setFormat(const QJsonObject& format);
  /// The kind's name in the user's language, e.g. for a button or the facts of an answer.
  [[nodiscard]] static QString nameOf(const QJsonObject& format);
  void focusKind();
  /// What is wrong with the format; empty: nothing.
  [[nodiscard]] QString problem() const { return m_problem; }

 signals:
  void changed();
  /// After the engine has looked at the format.
  void checked();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  QWidget* countPage(QSpinBox* box);
  QWidget* fieldsPage();
  void addField(const QString& name, const QString& type, const QStringList& values);
  void retranslate();
  void edit();
  void check();
  void takeFailure(const Failure& failure);
  void show(const QString& problem);
  [[nodiscard]] QString kind() const;

  JobHost& m_host;
  QTimer m_checkTimer;
  JobHost::JobId m_check = 0;
  bool m_unchecked = false;  // since the engine was in trouble
  QString m_problem;

  QComboBox* m_kind;
  QLabel* m_explanation;
  QList<QWidget*> m_pages;  // what the kinds need; the first: nothing
  QSpinBox* m_words;
  QSpinBox* m_list;
  QPlainTextEdit* m_tags;
  QTableWidget* m_fields;
  QToolButton* m_addField;
  QToolButton* m_removeField;
  QPlainTextEdit* m_schema;
  QPlainTextEdit* m_grammar;
  QCheckBox* m_unanswerable;
  QLabel* m_problemLabel;
};

}  // namespace lapilli::gui
