// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

class QBoxLayout;
class QLabel;
class QPushButton;

namespace lapilli::gui {

/// What stands in an empty chat: what can be done, and what the demo model is.
class WelcomeView : public QScrollArea {
  Q_OBJECT

 public:
  explicit WelcomeView(QWidget* parent = nullptr);

  /// Whether the model in use is the demo model.
  void setDemo(bool demo);

 signals:
  void questionWanted(const QString& text);
  void modelsWanted();

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void retranslate();
  void arrange();

  bool m_demo = false;
  QLabel* m_title;
  QLabel* m_lead;
  QWidget* m_card;
  QLabel* m_demoText;
  QPushButton* m_models;
  QBoxLayout* m_exampleRow;
  QList<QPushButton*> m_examples;
};

}  // namespace lapilli::gui
