// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/style.h"

#include "app/gui/screen_reader.h"
#include "app/gui/style_drawing.h"
#include "app/gui/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace lapilli::gui {
namespace {

/// A field that lies over the text it edits.
bool isItemEditor(const QWidget* widget) {
  const QWidget* viewport = widget == nullptr ? nullptr : widget->parentWidget();
  return viewport != nullptr && qobject_cast<const QAbstractItemView*>(viewport->parentWidget()) != nullptr;
}

}  // namespace

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void Style::polish(QWidget* widget) {
  QProxyStyle::polish(widget);
  if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget))
    widget->setAttribute(Qt::WA_Hover);
  if (auto* box = qobject_cast<QComboBox*>(widget)) tellNameOf(*box);
  // What a model, a file or a chat is called is never markup, in tool tips neither.
  if (auto* label = qobject_cast<QLabel*>(widget); label != nullptr && label->textFormat() == Qt::AutoText)
    label->setTextFormat(Qt::PlainText);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
  const Colours& c = colours(option->palette);
  switch (element) {
    case PE_PanelButtonCommand:
      return drawButton(option, painter, widget);
    case PE_PanelButtonTool:
      return isPrimary(widget) ? drawButton(option, painter, widget) : drawToolButton(option, painter);
    case PE_PanelLineEdit:
      if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
          frame && frame->lineWidth > 0) {
        drawInputFrame(option, painter, true);
      } else if (isItemEditor(widget)) {
        painter->fillRect(option->rect, c.card);
      }
      return;
    case PE_FrameLineEdit:
      return drawInputFrame(option, painter, false);
    case PE_Frame:
      return drawInputFrame(option, painter, false);
    case PE_FrameGroupBox:
      return roundRect(painter, option->rect, kRadius + 3, c.card, c.line);
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
      return drawCheck(option, painter, false);
    case PE_IndicatorRadioButton:
      return drawCheck(option, painter, true);
    case PE_FrameFocusRect: {
      QColor ring = c.accent;
      return roundRect(painter, option->rect.adjusted(1, 1, -1, -1), kRadius - 1, {}, ring, 1.6);
    }
    case PE_PanelItemViewRow:
      return;
    case PE_PanelItemViewItem:
      if (const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option)) {
        if (item->backgroundBrush.style() != Qt::NoBrush)
          painter->fillRect(item->rect, item->backgroundBrush);
        if (item->state & State_Selected) {
          roundRect(painter, item->rect.adjusted(2, 1, -2, -1), kRadius - 1, c.selection, {});
        } else if (item->state & State_MouseOver) {
          roundRect(painter, item->rect.adjusted(2, 1, -2, -1), kRadius - 1, c.hover, {});
        }
      }
      return;
    case PE_PanelTipLabel:
    case PE_FrameMenu:
    case PE_PanelMenu:
      painter->fillRect(option->rect, c.card);
      painter->save();
      painter->setPen(c.line);
      painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
      painter->restore();
      return;
    default:
      QProxyStyle::drawPrimitive(element, option, painter, widget);
  }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
  const Colours& c = colours(option->palette);
  switch (element) {
    case CE_PushButtonBevel:
      return drawPrimitive(PE_PanelButtonCommand, option, painter, widget);
    case CE_PushButtonLabel:
      if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
        QStyleOptionButton copy(*button);
        if (isPrimary(widget) && (copy.state & State_Enabled))
          copy.palette.setColor(QPalette::ButtonText, c.accentText);
        copy.state &= ~(State_Sunken | State_On);  // the label stays where it is
        QProxyStyle::drawControl(element, &copy, painter, widget);
      }
      return;
    case CE_MenuItem:
      if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) {
        QStyleOptionMenuItem copy(*item);
        if ((copy.state & State_Selected) && copy.menuItemType != QStyleOptionMenuItem::Separator) {
          roundRect(painter, copy.rect.adjusted(3, 1, -3, -1), kRadius - 2, c.hover, {});
          copy.state &= ~State_Selected;
        }
        QProxyStyle::drawControl(element, &copy, painter, widget);
      }
      return;
    case CE_ProgressBarGroove:
      return roundRect(painter, option->rect, option->rect.height() / 2.0, c.hover, {});
    case CE_ProgressBarContents:
      if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) {
        QRect filled = bar->rect;
        const qint64 range = qint64{bar->maximum} - bar->minimum;
        if (range > 0) {
          filled.setWidth(static_cast<int>(filled.width() * (qint64{bar->progress} - bar->minimum) / range));
          filled = visualRect(bar->direction, bar->rect, filled);
        }
        painter->save();
        if (range <= 0) painter->setOpacity(0.45);
        if (filled.width() > 1) roundRect(painter, filled, filled.height() / 2.0, c.accent, {});
        painter->restore();
      }
      return;
    case CE_Splitter:
      painter->fillRect(option->rect, c.line);
      return;
    case CE_HeaderSection:
      painter->fillRect(option->rect, c.card);
      painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.line);
      return;
    case CE_HeaderLabel:
      if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
        painter->save();
        painter->setPen(c.muted);
        const QRect room = header->rect.adjusted(4, 0, -4, 0);
        const Qt::Alignment side =
            header->textAlignment & Qt::AlignRight ? Qt::AlignTrailing : Qt::AlignLeading;
        painter->drawText(room, side | Qt::AlignVCenter,
                          header->fontMetrics.elidedText(header->text, Qt::ElideRight, room.width()));
        painter->restore();
      }
      return;
    default:
      QProxyStyle::drawControl(element, option, painter, widget);
  }
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const {
  const Colours& c = colours(option->palette);
  if (control == CC_ComboBox) {
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    if (combo == nullptr) return;
    QStyleOption frame(*option);
    frame.rect = option->rect;
    const bool hover = (option->state & State_MouseOver) && (option->state & State_Enabled);
    if (combo->frame) {
      roundRect(painter, option->rect, kRadius, hover ? c.bubble : c.card,
                option->state & State_HasFocus ? c.accent : c.line, option->state & State_HasFocus ? 1.6 : 1);
    } else if (hover) {
      roundRect(painter, option->rect, kRadius, c.hover, {});
    }
    const QRect arrow = subControlRect(control, option, SC_ComboBoxArrow, widget);
    return chevron(painter, QRectF(arrow).center(), option->state & State_Enabled ? c.muted : c.line);
  }
  if (control == CC_GroupBox) {
    if (const auto* box = qstyleoption_cast<const QStyleOptionGroupBox*>(option)) drawGroup(*box, painter);
    return;
  }
  if (control == CC_SpinBox) {
    if (const auto* box = qstyleoption_cast<const QStyleOptionSpinBox*>(option)) drawSpinBox(*box, painter);
    return;
  }
  if (control == CC_ScrollBar) {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (bar == nullptr || bar->maximum <= bar->minimum) return;
    QRect handle = subControlRect(control, option, SC_ScrollBarSlider, widget);
    handle = bar->orientation == Qt::Vertical ? handle.adjusted(3, 1, -3, -1) : handle.adjusted(1, 3, -1, -3);
    QColor colour = c.muted;
    colour.setAlphaF(option->state & (State_MouseOver | State_Sunken) ? 0.75F : 0.4F);
    return roundRect(painter, handle, qMin(handle.width(), handle.height()) / 2.0, colour, {});
  }
  QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                            const QWidget* widget) const {
  const QRect all = option->rect;
  if (control == CC_ComboBox && part == SC_ComboBoxEditField)
    return QProxyStyle::subControlRect(control, option, part, widget).adjusted(kGrid - 2, 0, -2, 0);
  if (control == CC_GroupBox) {
    if (part == SC_GroupBoxContents || part == SC_GroupBoxFrame) return all.adjusted(0, kGroupTitle, 0, 0);
    if (part == SC_GroupBoxLabel) return {all.x(), all.y(), all.width(), kGroupTitle};
  }
  if (control == CC_SpinBox) {
    const int half = all.height() / 2;
    QRect found = all.adjusted(4, 3, -kSpinButtons, -3);
    if (part == SC_SpinBoxUp) found = QRect(all.right() - kSpinButtons, all.y(), kSpinButtons, half);
    if (part == SC_SpinBoxDown)
      found = QRect(all.right() - kSpinButtons, all.y() + half, kSpinButtons, all.height() - half);
    if (part == SC_SpinBoxFrame) return all;
    return visualRect(option->direction, all, found);
  }
  return QProxyStyle::subControlRect(control, option, part, widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
  switch (metric) {
    case PM_ScrollBarExtent:
      return 12;
    case PM_ScrollBarSliderMin:
      return 32;
    case PM_ButtonMargin:
      return 16;
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin:
      return 2 * kGrid;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
      return kGrid;
    case PM_DefaultFrameWidth:
      return widget != nullptr && widget->inherits("QLineEdit") ? 3 : 2;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
      return 18;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
      return 0;
    case PM_FocusFrameHMargin:
      return kGrid - 1;
    case PM_SplitterWidth:
      return 1;
    case PM_MenuPanelWidth:
      return 1;
    case PM_MenuVMargin:
    case PM_MenuHMargin:
      return 4;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
      return 18;
    default:
      return QProxyStyle::pixelMetric(metric, option, widget);
  }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* data) const {
  switch (hint) {
    case SH_ComboBox_Popup:
      return 0;
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
      return 0;
    case SH_DialogButtonBox_ButtonsHaveIcons:
      return 0;
    case SH_ScrollBar_Transient:
      return 0;
    default:
      return QProxyStyle::styleHint(hint, option, widget, data);
  }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
  QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
  switch (type) {
    case CT_PushButton:
      return result.expandedTo({0, kControlHeight});
    case CT_ComboBox:
    case CT_LineEdit:
    case CT_SpinBox:
      return {result.width() + (type == CT_ComboBox  ? 20
                                : type == CT_SpinBox ? kGrid
                                                     : 0),
              qMax(result.height(), kControlHeight)};
    case CT_ToolButton:
      return result.expandedTo({30, 30});
    case CT_GroupBox:
      return {result.width(), result.height() + kGroupTitle - 12};
    case CT_HeaderSection:
      return result.expandedTo({0, 32});
    case CT_MenuItem:
      if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
          item != nullptr && item->menuItemType != QStyleOptionMenuItem::Separator)
        return {result.width() + kGrid, qMax(result.height(), 30)};
      return result;
    case CT_TabBarTab:
      return result.expandedTo({0, kControlHeight});
    default:
      return result;
  }
}

}  // namespace lapilli::gui
