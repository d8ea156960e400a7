// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QProgressBar;
class QToolButton;

namespace lapilli::gui {

class ElidedLabel;
class PictureIntake;

/// How far the pictures are that are fetched from the web for the chat that is shown, and a button that ends
/// that; hidden while there is none.
class FetchBar : public QWidget {
  Q_OBJECT

 public:
  explicit FetchBar(PictureIntake& intake, QWidget* parent = nullptr);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  void retranslate();

  PictureIntake& m_intake;
  ElidedLabel* m_text;
  QProgressBar* m_progress;
  QToolButton* m_cancel;
};

}  // namespace lapilli::gui
