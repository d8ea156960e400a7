// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/hit_list.h"

#include "app/gui/theme.h"

#include <QDir>
#include <QFileInfo>
#include <QPainter>
#include <QStyledItemDelegate>

namespace lapilli::gui {
namespace {

enum Role { kChatRole = Qt::UserRole, kMessageRole, kFolderRole, kPathRole, kQuestionsRole };

/// A hit: its title over the words around it, and a line between hits.
class HitDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return {0, kLines * option.fontMetrics.lineSpacing() + 2 * kGrid};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Colours& c = colours(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(option.state & QStyle::State_Selected ? c.selection : c.hover);
      painter->drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 6, 6);
    }
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), c.line);
    const QRect room = option.rect.adjusted(kGrid, kGrid, -kGrid, -kGrid);
    const QString text = index.data().toString();
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(c.text);
    painter->drawText(
        room, Qt::AlignLeft | Qt::AlignTop,
        QFontMetrics(bold).elidedText(text.section(QLatin1Char('\n'), 0, 0), Qt::ElideRight, room.width()));
    painter->setFont(option.font);
    painter->setPen(c.muted);
    painter->drawText(room.adjusted(0, option.fontMetrics.lineSpacing(), 0, 0),
                      Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                      text.section(QLatin1Char('\n'), 1).simplified());
    painter->restore();
  }

 private:
  static constexpr int kLines = 3;
};

/// Where prompts come from.
QString nameOf(const CaptionPrompts& prompts) {
  if (!prompts.preset.isEmpty()) return HitList::tr("Prompts: %1").arg(prompts.preset);
  if (prompts.folder.isEmpty()) return HitList::tr("Prompts that were used last");
  return HitList::tr("Prompts used in %1").arg(QFileInfo(prompts.folder).fileName());
}

}  // namespace

HitList::HitList(QWidget* parent) : QListWidget(parent) {
  setObjectName(QStringLiteral("hits"));
  setItemDelegate(new HitDelegate(this));
  setMouseTracking(true);
  connect(this, &QListWidget::itemClicked, this, &HitList::open);
  connect(this, &QListWidget::itemActivated, this, &HitList::open);
}

void HitList::open(const QListWidgetItem* item) {
  if (const QVariant questions = item->data(kQuestionsRole); questions.isValid())
    return emit promptsWanted(questions.toJsonArray());
  if (const QVariant path = item->data(kPathRole); path.isValid())
    return emit captionWanted(item->data(kFolderRole).toString(), path.toString());
  const MessageId message = item->data(kMessageRole).toLongLong();
  message != 0 ? emit messageWanted(message) : emit chatWanted(item->data(kChatRole).toLongLong());
}

void HitList::begin() {
  m_chats.reset();
  m_captions.reset();
}

void HitList::showChats(const SearchResult& result) {
  m_chats = result;
  clear();
  for (const SearchHit& hit : result.hits) {
    auto* item = new QListWidgetItem(
        hit.message == 0 ? hit.chatTitle : QStringLiteral("%1\n%2").arg(hit.chatTitle, hit.snippet.text));
    item->setData(kChatRole, hit.chat);
    item->setData(kMessageRole, hit.message);
    item->setToolTip(hit.snippet.text);
    addItem(item);
  }
  addCaptions();
}

void HitList::showCaptions(const CaptionSearchResult& result) {
  m_captions = result;
  addCaptions();
}

void HitList::addCaptions() {
  if (!m_chats || !m_captions) return;
  for (const CaptionHit& hit : m_captions->hits) {
    const QString title = hit.path.isEmpty() ? nameOf(hit.prompts) : tr("Caption: %1").arg(hit.path);
    auto* item = new QListWidgetItem(title + QLatin1Char('\n') + hit.snippet.text);
    if (hit.path.isEmpty()) {
      item->setData(kQuestionsRole, hit.prompts.questions);
    } else {
      item->setData(kFolderRole, hit.folder);
      item->setData(kPathRole, hit.path);
    }
    item->setToolTip(hit.path.isEmpty() ? hit.snippet.text
                                        : QDir::toNativeSeparators(QDir(hit.folder).filePath(hit.path)) +
                                              QLatin1Char('\n') + hit.snippet.text);
    addItem(item);
  }
}

QString HitList::summary() const {
  if (!m_chats) return {};
  if (!m_chats->problem.isEmpty()) return m_chats->problem;
  const bool more = m_chats->more || (m_captions && m_captions->more);
  QString text = tr("%n hit(s)", nullptr, count()) + (more ? QStringLiteral("+") : QString());
  if (m_captions && m_captions->unread > 0)
    text += QLatin1Char('\n') +
            tr("The newest captions of %n folder(s) can not be read now.", nullptr, m_captions->unread);
  return text;
}

}  // namespace lapilli::gui
