// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMap>
#include <QWidget>

class QLabel;
class QLayout;
class QProgressBar;
class QPushButton;

namespace lapilli::gui {

class CaptionRows;
class FittedArea;

/// How a run goes: failures by reason, the last picture with its texts, the progress, a sentence; and what
/// can be done with the whole of it.
class CaptionRunView : public QWidget {
  Q_OBJECT

 public:
  enum class Action { kPause, kRetry, kResume, kUndo, kForget };

  /// `rows` outlive it.
  explicit CaptionRunView(CaptionRows& rows, QWidget* parent = nullptr);

  void setAction(Action action, bool shown, bool possible = true);
  /// What is kept for undoing takes so much.
  void setBackups(qint64 bytes);
  /// `details`: the engine's own words for it.
  void setLine(const QString& sentence, const QString& details = {});
  /// `total` 0: not known yet.
  void setProgress(bool shown, qint64 done = 0, qint64 total = 0);
  /// Failures are those of the rows; `kept`: files that undoing has left alone.
  void showFailures(const QStringList& kept);
  /// In the place of those of a trial. Empty: none.
  void showPicture(const QString& path);
  [[nodiscard]] const QString& picture() const { return m_picture; }
  /// One more picture of a trial with its texts, below those that are there.
  void addTried(const QString& path, const QStringList& lines);

 signals:
  void wanted(lapilli::gui::CaptionRunView::Action action);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QPushButton* addAction(Action action, const char* name, const char* icon);
  void build();
  QLayout* makePicture();
  void showTried(bool wanted);
  void retranslate();

  CaptionRows& m_rows;
  QString m_picture;
  qint64 m_backups = 0;
  QLabel* m_failures;
  QLabel* m_thumbnail;
  QLabel* m_texts;
  QWidget* m_tried;                   // the pictures of a trial, a row each
  QHash<QString, QLabel*> m_triedAt;  // their thumbnails by path
  FittedArea* m_textArea = nullptr;
  QProgressBar* m_bar;
  QLabel* m_line;
  QMap<Action, QPushButton*> m_actions;
};

}  // namespace lapilli::gui
