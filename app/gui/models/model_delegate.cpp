// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/model_delegate.h"

#include "app/gui/models/model_list.h"

#include <QPainter>

namespace lapilli::gui {

void ModelDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  const Colours& c = colours(option.palette);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRectF ground = QRectF(option.rect).adjusted(4, 2, -4, -2);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(selected ? c.selection : c.hover);
    painter->drawRoundedRect(ground, 8, 8);
  }
  const QRect text = option.rect.adjusted(2 * kGrid, kGrid, -2 * kGrid, -kGrid);
  QFont bold = option.font;
  bold.setWeight(QFont::DemiBold);
  painter->setFont(bold);
  painter->setPen(c.text);
  const QString name = index.data(Qt::DisplayRole).toString();
  painter->drawText(text, Qt::AlignLeft | Qt::AlignTop,
                    QFontMetrics(bold).elidedText(name, Qt::ElideMiddle, text.width()));
  painter->setFont(option.font);
  const QString fit = index.data(ModelList::FitRole).toString();
  painter->setPen(fit == QLatin1String("does_not_fit") ? c.danger : c.muted);
  painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                    option.fontMetrics.elidedText(index.data(ModelList::SummaryRole).toString(),
                                                  Qt::ElideRight, text.width()));
  painter->restore();
}

}  // namespace lapilli::gui
