// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QPalette>

class QDBusVariant;
class QWidget;

namespace lapilli::gui {

/// The window's colours beyond a palette's roles. Text on its ground has a contrast of 4.5 or more.
struct Colours {
  QColor window;  ///< behind everything
  QColor sidebar;
  QColor card;    ///< inputs, lists, panels
  QColor bubble;  ///< the user's words
  QColor hover;
  QColor line;
  QColor text;
  QColor muted;  ///< less important text
  QColor accent;
  QColor accentText;  ///< on accent
  QColor danger;
  QColor warningGround;
  QColor selection;
};

/// Those of the palette in use: light or dark by the lightness of its window.
[[nodiscard]] const Colours& colours(const QPalette& palette);

[[nodiscard]] QPalette lightPalette();
[[nodiscard]] QPalette darkPalette();

/// The grid all distances are multiples of, in device-independent pixels.
inline constexpr int kGrid = 8;

/// Applies the style once and the palette of an appearance: system, light, dark. Follows the desktop's
/// preference while it is "system".
class Theme : public QObject {
  Q_OBJECT

 public:
  explicit Theme(QObject* parent = nullptr);
  void use(const QString& appearance);
  [[nodiscard]] bool isDark() const { return m_dark; }

 private slots:
  void portalChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void askPortal();
  void apply();

  QString m_appearance;
  bool m_systemDark = false;
  bool m_dark = false;
};

/// Sizes and weights of text: a page's title, a section's, small remarks.
enum class TextStyle { kTitle, kSection, kSmall };
/// Sets the widget's font, and for small text the muted colour, which follows the palette.
void setTextStyle(QWidget* widget, TextStyle style);

}  // namespace lapilli::gui
