// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/chat_controller.h"
#include "app/gui/chat/picture_intake.h"
#include "app/gui/settings.h"

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace lapilli::gui {

class FittedArea;
class FlowLayout;
class FormatEditor;
class SamplingEditor;
class ThumbnailButton;

/// Where a question is put together: words, pictures, the form of the answer and how its tokens are chosen.
class Composer : public QFrame {
  Q_OBJECT

 public:
  Composer(Settings& settings, JobHost& host, PictureIntake& intake, Thumbnails& thumbnails,
           QWidget* parent = nullptr);

  [[nodiscard]] QString text() const;
  void setText(const QString& text);
  [[nodiscard]] QList<Attachment> pictures() const;
  void addPicture(const Attachment& picture);
  void clear();
  [[nodiscard]] AskSettings askSettings() const;
  /// Form and sampling of a chat; picture handling is the program's own.
  void setAskSettings(const AskSettings& settings);
  /// While an answer is written, the button ends it.
  void setAnswering(bool answering);
  /// Why nothing can be asked now; empty: it can. Shown in place of the button's text.
  void setObstacle(const QString& obstacle);
  void focusText();
  void showFormat();
  /// Fixes the seed of what is asked from now on, and shows it.
  void useSeed(quint64 seed);

 signals:
  void sendWanted();
  void stopWanted();
  void browseWanted();
  /// Words, pictures, form or sampling.
  void changed();
  void pictureWanted(const lapilli::gui::Attachment& picture);

 protected:
  void changeEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build(Settings& settings, JobHost& host);
  void openPanel(QWidget* panel);
  void removePicture(ThumbnailButton* thumbnail);
  void refresh();
  void retranslate();

  Settings& m_settings;
  PictureIntake& m_intake;
  Thumbnails& m_thumbnails;
  QList<ThumbnailButton*> m_strip;
  bool m_answering = false;
  QString m_obstacle;

  FittedArea* m_stripArea;
  FlowLayout* m_stripLayout;
  QPlainTextEdit* m_text;
  FormatEditor* m_format;
  SamplingEditor* m_sampling;
  FittedArea* m_panelArea;
  QToolButton* m_add;
  QToolButton* m_formatButton;
  QToolButton* m_samplingButton;
  QLabel* m_hint;
  QPushButton* m_send;
};

}  // namespace lapilli::gui
