// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace lapilli::gui {

/// One line of plain text, shortened to the room its layout gives it; the whole is its tool tip then, and its
/// accessible name always.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);

  void setWords(const QString& words);
  /// Said in the tool tip too, below the words that had no room.
  void setRemark(const QString& remark);
  /// Room for all the words.
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void fit();

  QString m_words;
  QString m_remark;
};

}  // namespace lapilli::gui
