// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>

class QButtonGroup;
class QVBoxLayout;

namespace lapilli::gui {

/// The list of pages: one button each, above one another.
class Sidebar : public QFrame {
  Q_OBJECT

 public:
  explicit Sidebar(QWidget* parent = nullptr);
  void add(const QString& icon, std::function<QString()> title, const QString& objectName);
  void setCurrent(int index);
  void retranslate();

 signals:
  void chosen(int index);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QButtonGroup* m_buttons;
  QVBoxLayout* m_layout;
  QList<std::function<QString()>> m_titles;
};

}  // namespace lapilli::gui
