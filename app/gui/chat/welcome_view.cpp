// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/welcome_view.h"

#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace lapilli::gui {
namespace {

class Card final : public QFrame {
 protected:
  void paintEvent(QPaintEvent*) override {
    const Colours& c = colours(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(c.card);
    painter.setPen(c.line);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 14, 14);
  }
};

constexpr int kWidth = 72 * kGrid;

}  // namespace

WelcomeView::WelcomeView(QWidget* parent)
    : QScrollArea(parent),
      m_title(new QLabel),
      m_lead(new QLabel),
      m_card(new Card),
      m_demoText(new QLabel),
      m_models(new QPushButton) {
  setObjectName(QStringLiteral("welcome"));
  auto* picture = new QLabel;
  picture->setPixmap(applicationIcon().pixmap(72, 72));
  picture->setAlignment(Qt::AlignCenter);
  picture->setAccessibleName(QStringLiteral("Lapilli"));
  setTextStyle(m_title, TextStyle::kTitle);
  for (QLabel* label : {m_title, m_lead}) label->setAlignment(Qt::AlignCenter);
  m_lead->setForegroundRole(QPalette::PlaceholderText);
  for (QLabel* label : {m_title, m_lead, m_demoText}) label->setWordWrap(true);
  m_models->setObjectName(QStringLiteral("welcomeModels"));
  auto* inCard = new QVBoxLayout(m_card);
  inCard->setContentsMargins(3 * kGrid, 2 * kGrid, 3 * kGrid, 2 * kGrid);
  inCard->setSpacing(2 * kGrid);
  inCard->addWidget(m_demoText);
  inCard->addWidget(m_models, 0, Qt::AlignLeft);
  auto* inner = new QWidget;
  inner->setMaximumWidth(kWidth);
  auto* column = new QVBoxLayout(inner);
  column->setContentsMargins(0, 2 * kGrid, 0, 2 * kGrid);
  column->setSpacing(2 * kGrid);
  column->addStretch(2);
  column->addWidget(picture);
  column->addWidget(m_title);
  column->addWidget(m_lead);
  m_exampleRow = new QHBoxLayout;
  m_exampleRow->addStretch(1);
  for (int at = 0; at < 3; ++at) {
    auto* button = new QPushButton;
    button->setObjectName(QStringLiteral("example%1").arg(at + 1));
    connect(button, &QPushButton::clicked, this, [this, button] { emit questionWanted(button->text()); });
    m_exampleRow->addWidget(button);
    m_examples.append(button);
  }
  m_exampleRow->addStretch(1);
  column->addLayout(m_exampleRow);
  column->addSpacing(kGrid);
  column->addWidget(m_card);
  column->addStretch(3);
  auto* content = new QWidget;
  auto* row = new QHBoxLayout(content);
  row->setContentsMargins(2 * kGrid, 0, 2 * kGrid, 0);
  row->addStretch(1);
  row->addWidget(inner, 1000);
  row->addStretch(1);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setWidgetResizable(true);
  setWidget(content);
  connect(m_models, &QPushButton::clicked, this, &WelcomeView::modelsWanted);
  m_card->hide();
  retranslate();
}

void WelcomeView::setDemo(bool demo) {
  m_demo = demo;
  m_card->setVisible(demo);
}

/// The examples stand in a row where there is room for it.
void WelcomeView::arrange() {
  int wanted = 4 * kGrid;
  for (const QPushButton* example : m_examples) wanted += example->sizeHint().width() + kGrid;
  m_exampleRow->setDirection(viewport()->width() < wanted ? QBoxLayout::TopToBottom
                                                          : QBoxLayout::LeftToRight);
}

void WelcomeView::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  arrange();
}

void WelcomeView::changeEvent(QEvent* event) {
  QScrollArea::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void WelcomeView::retranslate() {
  m_title->setText(tr("Ask about a picture"));
  m_lead->setText(
      tr("Drop pictures anywhere in this window, paste them, or choose them with the button below. "
         "Everything stays on this computer."));
  m_examples[0]->setText(tr("What is in this picture?"));
  m_examples[1]->setText(tr("How many objects are there?"));
  m_examples[2]->setText(tr("Describe it in detail."));
  m_demoText->setText(
      tr("You are using the demo model, which comes with Lapilli. It was trained from nothing, by Lapilli "
         "itself, on drawn shapes, "
         "colours, digits and short words, and knows nothing else. For photographs, choose a LLaVA-1.5 model "
         "on the page Models."));
  m_models->setText(tr("Choose a model"));
  arrange();
}

}  // namespace lapilli::gui
