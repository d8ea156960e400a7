// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/error_text.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace lapilli::gui {

/// A strip that tells of trouble, or of news that are none: what happened, what to do, one action, details on
/// demand.
class Banner : public QFrame {
  Q_OBJECT

 public:
  enum class Kind { kTrouble, kNews };

  explicit Banner(QWidget* parent = nullptr);

  /// action: the text of its button; empty: no button.
  void show(const ErrorText& text, const QString& action, Kind kind = Kind::kTrouble);
  [[nodiscard]] Kind kind() const { return m_kind; }
  [[nodiscard]] QString text() const;

 signals:
  void acted();
  void closed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void retranslate();
  void showIcon();

  Kind m_kind = Kind::kTrouble;
  QLabel* m_icon;
  QLabel* m_text;
  QLabel* m_details;
  QToolButton* m_more;
  QPushButton* m_action;
  QToolButton* m_close;
};

}  // namespace lapilli::gui
