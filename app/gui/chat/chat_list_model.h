// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_store.h"

#include <QAbstractListModel>
#include <QSet>
#include <QTimer>

namespace lapilli::gui {

/// The chats of a store, pinned ones first; rows are fetched as they are scrolled to.
class ChatListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kIdRole = Qt::UserRole, kPinnedRole };
  static constexpr int kPage = 100;

  explicit ChatListModel(ChatStore& store, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

  [[nodiscard]] QModelIndex indexOf(ChatId chat) const;
  [[nodiscard]] ChatId chatAt(const QModelIndex& index) const;

 signals:
  /// A sentence for the user: a title could not be stored.
  void problem(const QString& sentence);

 private:
  void reload();
  /// Reads the chats that have changed, and moves their rows to their places.
  void refreshChanged();
  void refreshChat(ChatId id);
  void place(const Chat& chat, int from);

  QTimer m_reloadTimer;   // many changes make one reload
  QTimer m_changedTimer;  // and those of one chat one read
  QSet<ChatId> m_changed;
  ChatStore& m_store;
  QList<Chat> m_chats;
  bool m_more = false;
};

}  // namespace lapilli::gui
