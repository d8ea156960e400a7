// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/thumbnail_button.h"

#include "app/gui/chat/boxes.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

namespace lapilli::gui {
namespace {

/// A cross on a ground of its own, whatever the picture behind it.
class RemoveButton final : public QToolButton {
 public:
  using QToolButton::QToolButton;

 protected:
  void paintEvent(QPaintEvent*) override {
    const Colours& c = colours(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(underMouse() || hasFocus() ? c.hover : c.card);
    painter.setPen(QPen(hasFocus() ? c.accent : c.line, hasFocus() ? 1.6 : 1));
    painter.drawEllipse(QRectF(rect()).adjusted(1, 1, -1, -1));
    const QSize drawing = iconSize();
    icon().paint(&painter,
                 QRect({(width() - drawing.width()) / 2, (height() - drawing.height()) / 2}, drawing));
  }
};

}  // namespace

ThumbnailButton::ThumbnailButton(const Attachment& picture, Thumbnails& thumbnails, const QSize& most,
                                 QWidget* parent)
    : QToolButton(parent),
      m_picture(picture),
      m_thumbnails(thumbnails),
      m_most(most),
      m_remove(new RemoveButton(this)) {
  setObjectName(QStringLiteral("thumbnail"));
  setCursor(Qt::PointingHandCursor);
  setFocusPolicy(Qt::StrongFocus);
  m_remove->setObjectName(QStringLiteral("thumbnailRemove"));
  m_remove->setIcon(gui::icon(QStringLiteral("close")));
  m_remove->setIconSize({12, 12});
  m_remove->setFixedSize(22, 22);
  m_remove->setCursor(Qt::ArrowCursor);
  m_remove->hide();
  connect(m_remove, &QToolButton::clicked, this, &ThumbnailButton::removed);
  connect(&thumbnails, &Thumbnails::ready, this, [this](const QString& sha256) {
    if (sha256 == m_picture.sha256) fit();
  });
  fit();
  retranslate();
}

void ThumbnailButton::setBoxes(const QList<QRectF>& boxes, const QString& aspect,
                               const QString& orientation) {
  m_boxes = boxes;
  m_aspect = aspect;
  m_lies = orientation == QLatin1String("ignore");
  fit();
}

/// Null while it is not there.
QImage ThumbnailButton::image() const {
  const QImage upright = m_thumbnails.find(m_picture.sha256);
  return m_lies ? asItLies(upright, m_picture.orientation) : upright;
}

void ThumbnailButton::setRemovable(bool removable) {
  m_remove->setVisible(removable);
}

void ThumbnailButton::fit() {
  const QImage found = image();
  const QSize shown = found.isNull() ? QSize(m_most.height(), m_most.height())
                                     : found.size().scaled(m_most, Qt::KeepAspectRatio);
  setFixedSize(shown.expandedTo({48, 48}));
  update();
}

void ThumbnailButton::paintEvent(QPaintEvent*) {
  const Colours& c = colours(palette());
  QPainter painter(this);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  QPainterPath outline;
  outline.addRoundedRect(QRectF(rect()), kGrid, kGrid);
  painter.setClipPath(outline);
  painter.fillRect(rect(), c.hover);
  const QImage found = image();
  if (found.isNull()) {
    gui::icon(QStringLiteral("picture"), QPalette::PlaceholderText)
        .paint(&painter, rect().adjusted(14, 14, -14, -14));
  } else {
    const QSize size = found.size().scaled(this->size(), Qt::KeepAspectRatio);
    const QRectF place(QPointF((width() - size.width()) / 2.0, (height() - size.height()) / 2.0), size);
    painter.drawImage(place, found);
    for (const QRectF& box : m_boxes) {
      const QRectF part = boxOnPicture(box, found.size(), m_aspect);
      const QRectF frame(place.x() + part.x() * place.width(), place.y() + part.y() * place.height(),
                         part.width() * place.width(), part.height() * place.height());
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(QColor(0, 0, 0, 150), 4));
      painter.drawRect(frame);
      painter.setPen(QPen(QColor("#ff7a3d"), 2));
      painter.drawRect(frame);
    }
  }
  if (hasFocus() || underMouse()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(c.accent, hasFocus() ? 4 : 2));
    painter.drawPath(outline);
  }
}

void ThumbnailButton::resizeEvent(QResizeEvent* event) {
  QToolButton::resizeEvent(event);
  m_remove->move(width() - m_remove->width() - 2, 2);
}

void ThumbnailButton::changeEvent(QEvent* event) {
  QToolButton::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void ThumbnailButton::retranslate() {
  const QString name = m_picture.name.isEmpty() ? tr("Picture") : m_picture.name;
  setAccessibleName(tr("Picture %1: show what the model sees").arg(name));
  setToolTip(accessibleName());
  m_remove->setAccessibleName(tr("Remove %1").arg(name));
  m_remove->setToolTip(m_remove->accessibleName());
}

}  // namespace lapilli::gui
