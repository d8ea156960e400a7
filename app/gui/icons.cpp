// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace lapilli::gui {
namespace {

class DrawnIcon final : public QIconEngine {
 public:
  DrawnIcon(QString name, QPalette::ColorRole role) : m_name(std::move(name)), m_role(role) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
    QPixmap image = scaledPixmap(rect.size() * ratio, mode, state, ratio);
    image.setDevicePixelRatio(ratio);
    painter->drawPixmap(rect, image);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    return scaledPixmap(size, mode, state, 1.0);
  }

  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override {
    if (size.isEmpty()) return {};
    const QPalette palette = QApplication::palette();
    const QPalette::ColorGroup group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
    const QColor colour = palette.color(group, mode == QIcon::Selected ? QPalette::HighlightedText : m_role);
    const QString key = QStringLiteral("lapilli:%1:%2:%3x%4")
                            .arg(m_name, colour.name(QColor::HexArgb))
                            .arg(size.width())
                            .arg(size.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    QFile file(QStringLiteral(":/icons/%1.svg").arg(m_name));
    if (!file.open(QIODevice::ReadOnly)) return pixmap;
    QSvgRenderer renderer(file.readAll().replace("currentColor", colour.name().toUtf8()));
    QPainter painter(&pixmap);
    painter.setOpacity(colour.alphaF());
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(&painter);
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
  }

  QIconEngine* clone() const override { return new DrawnIcon(*this); }

 private:
  QString m_name;
  QPalette::ColorRole m_role;
};

}  // namespace

QIcon icon(const QString& name, QPalette::ColorRole role) {
  return QIcon(new DrawnIcon(name, role));
}

QIcon applicationIcon() {
  return QIcon(QStringLiteral(":/icons/lapilli.svg"));
}

}  // namespace lapilli::gui
