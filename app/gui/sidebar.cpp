// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/sidebar.h"

#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QButtonGroup>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

constexpr int kWidth = 11 * kGrid;

/// An icon above its name; the current page's has a ground and a bar in the accent.
class PageButton final : public QToolButton {
 public:
  explicit PageButton(const QString& name)
      : m_plain(gui::icon(name, QPalette::PlaceholderText)), m_current(gui::icon(name, QPalette::Link)) {
    setCheckable(true);
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(8 * kGrid);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const Colours& c = colours(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF ground = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(hasFocus() ? QPen(c.accent, 1.6) : QPen(Qt::NoPen));
    painter.setBrush(isChecked() ? QBrush(c.card) : underMouse() ? QBrush(c.hover) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(ground, 10, 10);
    const QRect drawing((width() - 24) / 2, 11, 24, 24);
    (isChecked() ? m_current : m_plain).paint(&painter, drawing);
    painter.setPen(isChecked() ? c.text : c.muted);
    painter.drawText(QRect(2, 38, width() - 4, 20), Qt::AlignHCenter | Qt::AlignVCenter, text());
  }

 private:
  QIcon m_plain;
  QIcon m_current;
};

}  // namespace

Sidebar::Sidebar(QWidget* parent)
    : QFrame(parent), m_buttons(new QButtonGroup(this)), m_layout(new QVBoxLayout(this)) {
  setObjectName(QStringLiteral("sidebar"));
  setFixedWidth(kWidth + 2 * kGrid);
  m_layout->setContentsMargins(kGrid, 2 * kGrid, kGrid, 2 * kGrid);
  m_layout->setSpacing(kGrid / 2);
  m_layout->addStretch(1);
  connect(m_buttons, &QButtonGroup::idClicked, this, &Sidebar::chosen);
  // Screen readers toggle a button without a click.
  connect(m_buttons, &QButtonGroup::idToggled, this, [this](int index, bool on) {
    if (on) emit chosen(index);
  });
}

void Sidebar::add(const QString& icon, std::function<QString()> title, const QString& objectName) {
  auto* button = new PageButton(icon);
  button->setObjectName(objectName);
  const int index = static_cast<int>(m_titles.size());
  button->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + index)));
  m_buttons->addButton(button, index);
  m_titles.append(std::move(title));
  m_layout->insertWidget(m_layout->count() - 1, button);
  if (index > 0) setTabOrder(m_buttons->button(index - 1), button);
  retranslate();
}

void Sidebar::setCurrent(int index) {
  const QSignalBlocker notByTheUser(m_buttons);
  if (QAbstractButton* button = m_buttons->button(index)) button->setChecked(true);
}

void Sidebar::retranslate() {
  setAccessibleName(tr("Pages"));
  for (int index = 0; index < m_titles.size(); ++index) {
    QAbstractButton* button = m_buttons->button(index);
    const QKeySequence keys = button->shortcut();
    button->setText(m_titles[index]());
    button->setShortcut(keys);  // setText takes it away
    button->setToolTip(
        QStringLiteral("%1 (%2)").arg(button->text(), keys.toString(QKeySequence::NativeText)));
  }
}

void Sidebar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Colours& c = colours(palette());
  painter.fillRect(rect(), c.sidebar);
  painter.setPen(c.line);
  const int edge = isRightToLeft() ? 0 : width() - 1;
  painter.drawLine(edge, 0, edge, height());
}

}  // namespace lapilli::gui
