// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/elided_label.h"

#include <QEvent>

namespace lapilli::gui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::setWords(const QString& words) {
  m_words = words;
  setAccessibleName(words);
  updateGeometry();
  fit();
}

void ElidedLabel::setRemark(const QString& remark) {
  m_remark = remark;
  fit();
}

QSize ElidedLabel::sizeHint() const {
  const QMargins margins = contentsMargins();
  // One pixel more: widths are rounded.
  return {fontMetrics().horizontalAdvance(m_words) + 1 + margins.left() + margins.right(),
          QLabel::sizeHint().height()};
}

QSize ElidedLabel::minimumSizeHint() const {
  return {0, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::fit() {
  const int room = contentsRect().width();
  // One pixel less: widths are rounded.
  const QString shown = fontMetrics().horizontalAdvance(m_words) <= room
                            ? m_words
                            : fontMetrics().elidedText(m_words, Qt::ElideRight, room - 1);
  QStringList tip;
  if (shown != m_words) tip.append(m_words);
  if (!m_remark.isEmpty()) tip.append(m_remark);
  setToolTip(tip.join(QLatin1Char('\n')));
  if (shown != text()) setText(shown);
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  fit();
}

void ElidedLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fit();
}

}  // namespace lapilli::gui
