// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_list_model.h"

#include "app/gui/icons.h"
#include "app/gui/theme.h"

#include <QLocale>

#include <tuple>

namespace lapilli::gui {
namespace {

/// When more chats have changed at once, reading the page anew is quicker.
constexpr qsizetype kMostSingleReads = 20;

}  // namespace

ChatListModel::ChatListModel(ChatStore& store, QObject* parent) : QAbstractListModel(parent), m_store(store) {
  m_reloadTimer.setSingleShot(true);
  m_reloadTimer.setInterval(0);
  connect(&m_reloadTimer, &QTimer::timeout, this, &ChatListModel::reload);
  connect(&store, &ChatStore::chatsChanged, &m_reloadTimer, QOverload<>::of(&QTimer::start));
  m_changedTimer.setSingleShot(true);
  m_changedTimer.setInterval(0);
  connect(&m_changedTimer, &QTimer::timeout, this, &ChatListModel::refreshChanged);
  connect(&store, &ChatStore::chatChanged, this, [this](ChatId chat) {
    m_changed.insert(chat);
    m_changedTimer.start();
  });
  reload();
}

void ChatListModel::refreshChanged() {
  const QSet<ChatId> changed = std::exchange(m_changed, {});
  if (changed.size() > kMostSingleReads) return reload();
  for (const ChatId chat : changed) refreshChat(chat);
}

void ChatListModel::refreshChat(ChatId id) {
  const int from = indexOf(id).row();  // -1: not among the rows
  const auto found = m_store.chat(id);
  if (found.ok()) return place(*found, from);
  if (from < 0) return;
  beginRemoveRows({}, from, from);
  m_chats.removeAt(from);
  endRemoveRows();
}

void ChatListModel::place(const Chat& chat, int from) {
  const auto order = [](const Chat& c) { return std::tuple(c.pinned, c.updated, c.id); };
  int to = 0;
  for (const Chat& other : m_chats) {
    if (other.id != chat.id && order(other) > order(chat)) ++to;
  }
  const int last = static_cast<int>(m_chats.size()) - (from < 0 ? 0 : 1);
  if (to == last && m_more) {
    // It belongs somewhere among the rows that are not read yet.
    if (from < 0) return;
    beginRemoveRows({}, from, from);
    m_chats.removeAt(from);
    endRemoveRows();
  } else if (from < 0) {
    beginInsertRows({}, to, to);
    m_chats.insert(to, chat);
    endInsertRows();
  } else {
    if (to != from) {
      beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
      m_chats.move(from, to);
      endMoveRows();
    }
    m_chats[to] = chat;
    emit dataChanged(index(to), index(to));
  }
}

/// Rows that stay in place are told of as changes, so that selection and scrolling stay.
void ChatListModel::reload() {
  const int wanted = qMax(kPage, static_cast<int>(m_chats.size()));
  const auto chats = m_store.chats(wanted + 1);
  if (!chats.ok()) return;
  QList<Chat> fresh = *chats;
  m_more = fresh.size() > wanted;
  if (m_more) fresh.removeLast();
  const bool sameOrder =
      fresh.size() == m_chats.size() && std::equal(fresh.begin(), fresh.end(), m_chats.begin(),
                                                   [](const Chat& a, const Chat& b) { return a.id == b.id; });
  if (sameOrder) {
    m_chats = fresh;
    if (!m_chats.isEmpty()) emit dataChanged(index(0), index(static_cast<int>(m_chats.size()) - 1));
    return;
  }
  beginResetModel();
  m_chats = fresh;
  endResetModel();
}

int ChatListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_chats.size());
}

QVariant ChatListModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= m_chats.size()) return {};
  const Chat& chat = m_chats[index.row()];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
      return chat.title;
    case Qt::DecorationRole:
      return chat.pinned ? QVariant(icon(QStringLiteral("pin"), QPalette::Link)) : QVariant();
    case Qt::ToolTipRole:
      return QStringLiteral("%1\n%2").arg(
          chat.title, QLocale().toString(chat.updated.toLocalTime(), QLocale::ShortFormat));
    case Qt::SizeHintRole:
      return QSize(0, 5 * kGrid);
    case kIdRole:
      return chat.id;
    case kPinnedRole:
      return chat.pinned;
    default:
      return {};
  }
}

bool ChatListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const QString title = value.toString().simplified();
  if (!index.isValid() || role != Qt::EditRole || title.isEmpty()) return false;
  const auto changed = m_store.changeChat(m_chats[index.row()].id, {.title = title});
  if (!changed.ok()) emit problem(QString::fromStdString(changed.error().message()));
  return changed.ok();
}

Qt::ItemFlags ChatListModel::flags(const QModelIndex& index) const {
  return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

bool ChatListModel::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && m_more;
}

void ChatListModel::fetchMore(const QModelIndex&) {
  const int first = static_cast<int>(m_chats.size());
  const auto chats = m_store.chats(kPage + 1, first);
  if (!chats.ok()) return;
  QList<Chat> further = *chats;
  m_more = further.size() > kPage;
  if (m_more) further.removeLast();
  if (further.isEmpty()) return;
  beginInsertRows({}, first, first + static_cast<int>(further.size()) - 1);
  m_chats += further;
  endInsertRows();
}

QModelIndex ChatListModel::indexOf(ChatId chat) const {
  for (int row = 0; row < m_chats.size(); ++row) {
    if (m_chats[row].id == chat) return index(row);
  }
  return {};
}

ChatId ChatListModel::chatAt(const QModelIndex& index) const {
  return index.isValid() && index.row() < m_chats.size() ? m_chats[index.row()].id : 0;
}

}  // namespace lapilli::gui
