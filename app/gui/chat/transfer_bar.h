// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QProgressBar;
class QToolButton;

namespace lapilli::gui {

class ChatTransfer;
class ElidedLabel;

/// How far an export or import of many chats is, and a button that ends it; hidden while there is none.
class TransferBar : public QWidget {
  Q_OBJECT

 public:
  explicit TransferBar(ChatTransfer& transfer, QWidget* parent = nullptr);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void showProgress(int done, int total);
  void retranslate();

  int m_done = 0;
  int m_total = 0;
  ElidedLabel* m_text;
  QProgressBar* m_progress;
  QToolButton* m_stop;
};

}  // namespace lapilli::gui
