// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/fitted_area.h"

#include <QEvent>
#include <QResizeEvent>
#include <QScrollBar>
#include <QStyle>

namespace lapilli::gui {

FittedArea::FittedArea(QWidget* content, int leastHeight, int mostHeight, QWidget* parent)
    : QScrollArea(parent), m_leastHeight(leastHeight), m_mostHeight(mostHeight) {
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  setWidget(content);
  content->setAutoFillBackground(false);
  viewport()->setAutoFillBackground(false);
}

int FittedArea::contentHeight() const {
  const int width = qMax(viewport()->width(), widget()->minimumSizeHint().width());
  const int fitting = widget()->heightForWidth(width);
  return qMax(fitting >= 0 ? fitting : widget()->sizeHint().height(), widget()->minimumSizeHint().height());
}

QSize FittedArea::sizeHint() const {
  return {widget()->sizeHint().width(), qMin(contentHeight(), m_mostHeight)};
}

QSize FittedArea::minimumSizeHint() const {
  const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, verticalScrollBar());
  return {widget()->minimumSizeHint().width() + bar, qMin(contentHeight(), m_leastHeight)};
}

bool FittedArea::eventFilter(QObject* watched, QEvent* event) {
  const bool changed = event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show;
  if (watched == widget() && changed) updateGeometry();
  return QScrollArea::eventFilter(watched, event);
}

void FittedArea::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) updateGeometry();
}

}  // namespace lapilli::gui
