// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QProgressBar;
class QToolButton;

namespace lapilli::gui {

class ElidedLabel;
class ModelSession;

/// Above a conversation: its title, and the model that answers in it, or how much of that is loaded. Where
/// not all of the model is on a GPU, a sign says so as long as it is loaded.
class ChatHead : public QWidget {
  Q_OBJECT

 public:
  /// `session` outlives it.
  explicit ChatHead(const ModelSession& session, QWidget* parent = nullptr);

  /// Nothing: of a chat that is not there yet.
  void setTitle(const std::optional<QString>& title);

 signals:
  /// What the engine remarked of the model is to be told once more.
  void notesWanted();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void showTitle();
  void showModel();
  void showNotes();
  void retranslate();

  const ModelSession& m_session;
  std::optional<QString> m_words;
  ElidedLabel* m_title;
  ElidedLabel* m_model;
  QProgressBar* m_loading;
  QToolButton* m_notes;  // while a remark holds, whatever was told since
};

}  // namespace lapilli::gui
