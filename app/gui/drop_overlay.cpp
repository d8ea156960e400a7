// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/drop_overlay.h"

#include "app/gui/theme.h"

#include <QPainter>

namespace lapilli::gui {

DropOverlay::DropOverlay(QWidget* window) : QLabel(window) {
  setObjectName(QStringLiteral("dropHint"));
  setAlignment(Qt::AlignCenter);
  setWordWrap(true);
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setTextStyle(this, TextStyle::kTitle);
  hide();
}

void DropOverlay::showFor(const QString& promise) {
  setText(promise);
  setGeometry(parentWidget()->rect());
  show();
  raise();
}

void DropOverlay::paintEvent(QPaintEvent* event) {
  const Colours& c = colours(palette());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QColor ground = c.window;
  ground.setAlphaF(0.92F);
  painter.fillRect(rect(), ground);
  painter.setPen(QPen(c.accent, 2, Qt::DashLine));
  painter.drawRoundedRect(rect().adjusted(16, 16, -16, -16), 16, 16);
  painter.end();
  QLabel::paintEvent(event);
}

}  // namespace lapilli::gui
