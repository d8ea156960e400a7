// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screen_reader.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QComboBox>
#include <QLabel>
#include <QTimer>

#include <algorithm>

namespace lapilli::gui {
namespace {

/// Screen readers ask for the words only after they have heard that there are some.
constexpr int kKeptMs = 30000;

class Announcement final : public QWidget {
 public:
  Announcement(const QString& text, QWidget* window) : QWidget(window) {
    setAccessibleName(text);
    hide();
  }
};

/// Of all that this Qt can tell, a notification that comes into view is what screen readers read out wherever
/// the keyboard is; its name is what is read.
class AccessibleAnnouncement final : public QAccessibleWidget {
 public:
  explicit AccessibleAnnouncement(Announcement* widget)
      : QAccessibleWidget(widget, QAccessible::Notification) {}
  QAccessible::State state() const override {
    QAccessible::State state = QAccessibleWidget::state();
    state.invisible = false;
    return state;
  }
};

class BoxLabel final : public QLabel {
 public:
  explicit BoxLabel(QComboBox* box) : QLabel(box->parentWidget()) {
    setBuddy(box);
    hide();
  }
};

class AccessibleBoxLabel final : public QAccessibleWidget {
 public:
  explicit AccessibleBoxLabel(BoxLabel* label) : QAccessibleWidget(label, QAccessible::StaticText) {}
  QString text(QAccessible::Text kind) const override {
    const QWidget* box = static_cast<QLabel*>(widget())->buddy();
    return kind == QAccessible::Name && box != nullptr ? box->accessibleName() : QString();
  }
};

QAccessibleInterface* accessibleOf(const QString&, QObject* object) {
  if (auto* announcement = dynamic_cast<Announcement*>(object))
    return new AccessibleAnnouncement(announcement);
  if (auto* label = dynamic_cast<BoxLabel*>(object)) return new AccessibleBoxLabel(label);
  return nullptr;
}

void installOnce() {
  static const bool kInstalled = (QAccessible::installFactory(&accessibleOf), true);
  Q_UNUSED(kInstalled);
}

bool hasLabel(const QComboBox& box) {
  const auto labels = box.parentWidget()->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly);
  return std::any_of(labels.begin(), labels.end(),
                     [&](const QLabel* label) { return label->buddy() == &box; });
}

}  // namespace

void announce(const QWidget& where, const QString& text) {
  if (text.isEmpty() || !QAccessible::isActive()) return;
  installOnce();
  auto* said = new Announcement(text, where.window());
  QTimer::singleShot(kKeptMs, said, &QObject::deleteLater);
  QAccessibleEvent shown(said, QAccessible::ObjectShow);
  QAccessible::updateAccessibility(&shown);
}

void tellNameOf(QComboBox& box) {
  installOnce();
  if (box.parentWidget() != nullptr && !hasLabel(box)) new BoxLabel(&box);
}

}  // namespace lapilli::gui
