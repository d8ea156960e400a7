// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme.h"

#include "app/gui/style.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QSettings>
#include <QWidget>

namespace lapilli::gui {
namespace {

constexpr auto kService = "org.freedesktop.portal.Desktop";
constexpr auto kPath = "/org/freedesktop/portal/desktop";
constexpr auto kInterface = "org.freedesktop.portal.Settings";
constexpr auto kGroup = "org.freedesktop.appearance";
constexpr auto kKey = "color-scheme";

const Colours& light() {
  static const Colours all{.window = "#f7f6f4",
                           .sidebar = "#eeece8",
                           .card = "#ffffff",
                           .bubble = "#ece8e2",
                           .hover = "#e6e2dc",
                           .line = "#d9d4cc",
                           .text = "#211f1d",
                           .muted = "#645e57",
                           .accent = "#b0431a",
                           .accentText = "#ffffff",
                           .danger = "#a8201a",
                           .warningGround = "#fbeccd",
                           .selection = "#f3d9cb"};
  return all;
}

const Colours& dark() {
  static const Colours all{.window = "#1c1b1a",
                           .sidebar = "#161514",
                           .card = "#262423",
                           .bubble = "#332f2c",
                           .hover = "#383431",
                           .line = "#403b37",
                           .text = "#ece8e2",
                           .muted = "#aaa299",
                           .accent = "#f08a5d",
                           .accentText = "#231510",
                           .danger = "#ff8a80",
                           .warningGround = "#43361c",
                           .selection = "#5a3a2a"};
  return all;
}

QPalette paletteOf(const Colours& c, bool isDark) {
  QPalette palette(c.text, c.card, isDark ? c.hover.lighter(130) : QColor(Qt::white), c.line.darker(130),
                   c.line, c.text, c.text, c.card, c.window);
  palette.setColor(QPalette::AlternateBase, c.window);
  palette.setColor(QPalette::ToolTipBase, c.card);
  palette.setColor(QPalette::ToolTipText, c.text);
  palette.setColor(QPalette::PlaceholderText, c.muted);
  palette.setColor(QPalette::Highlight, c.selection);
  palette.setColor(QPalette::HighlightedText, c.text);
  palette.setColor(QPalette::Link, c.accent);
  palette.setColor(QPalette::LinkVisited, c.accent);
  palette.setColor(QPalette::Midlight, c.hover);
  palette.setColor(QPalette::Mid, c.line);
  palette.setColor(QPalette::BrightText, c.accentText);
  palette.setColor(QPalette::Disabled, QPalette::BrightText, c.muted);
  QColor faint = c.muted;
  faint.setAlphaF(0.6F);
  for (const QPalette::ColorRole role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, faint);
  return palette;
}

/// What the desktop's own palette tells, where no portal does.
bool paletteIsDark() {
#ifdef Q_OS_WIN
  const QSettings registry(
      QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"),
      QSettings::NativeFormat);
  return registry.value(QStringLiteral("AppsUseLightTheme"), 1).toInt() == 0;
#else
  return QApplication::palette().color(QPalette::Window).lightness() < 128;
#endif
}

}  // namespace

const Colours& colours(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < 128 ? dark() : light();
}

QPalette lightPalette() {
  return paletteOf(light(), false);
}
QPalette darkPalette() {
  return paletteOf(dark(), true);
}

Theme::Theme(QObject* parent) : QObject(parent), m_systemDark(paletteIsDark()) {
  QApplication::setStyle(new Style);
  QDBusConnection::sessionBus().connect(QLatin1String(kService), QLatin1String(kPath),
                                        QLatin1String(kInterface), QStringLiteral("SettingChanged"), this,
                                        SLOT(portalChanged(QString, QString, QDBusVariant)));
  askPortal();
}

void Theme::askPortal() {
  const QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  QDBusMessage read = QDBusMessage::createMethodCall(QLatin1String(kService), QLatin1String(kPath),
                                                     QLatin1String(kInterface), QStringLiteral("Read"));
  read << QLatin1String(kGroup) << QLatin1String(kKey);
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    watcher->deleteLater();
    const QDBusPendingReply<QDBusVariant> reply = *watcher;
    if (reply.isError()) return;
    // Read wraps the value once more than SettingChanged does.
    QVariant value = reply.value().variant();
    if (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
    portalChanged(QLatin1String(kGroup), QLatin1String(kKey), QDBusVariant(value));
  });
}

void Theme::portalChanged(const QString& group, const QString& key, const QDBusVariant& value) {
  if (group != QLatin1String(kGroup) || key != QLatin1String(kKey)) return;
  m_systemDark = value.variant().toUInt() == 1;
  if (m_appearance == QLatin1String("system")) apply();
}

void Theme::use(const QString& appearance) {
  m_appearance = appearance;
  apply();
}

void Theme::apply() {
  m_dark = m_appearance == QLatin1String("dark") || (m_appearance == QLatin1String("system") && m_systemDark);
  QApplication::setPalette(m_dark ? darkPalette() : lightPalette());
}

void setTextStyle(QWidget* widget, TextStyle style) {
  // Only what is set here is the widget's own; the family follows the language.
  QFont font;
  const qreal points = QApplication::font().pointSizeF();
  switch (style) {
    case TextStyle::kTitle:
      font.setPointSizeF(points * 1.6);
      font.setWeight(QFont::DemiBold);
      break;
    case TextStyle::kSection:
      font.setPointSizeF(points * 1.1);
      font.setWeight(QFont::DemiBold);
      break;
    case TextStyle::kSmall:
      font.setPointSizeF(points * 0.9);
      widget->setForegroundRole(QPalette::PlaceholderText);
      break;
  }
  widget->setFont(font);
}

}  // namespace lapilli::gui
