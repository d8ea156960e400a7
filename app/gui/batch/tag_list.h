// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/tag_counts.h"

#include <QAbstractTableModel>

namespace lapilli::gui {

/// Tags with their counts, a row each. Views get them in portions, as they scroll.
class TagList : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kTag, kPictures, kColumns };
  using QAbstractTableModel::QAbstractTableModel;

  void setTags(const QList<TagCount>& tags);
  /// Empty: there is no such row.
  [[nodiscard]] QString tag(int row) const { return m_tags.value(row).tag; }
  /// The row of a tag, whatever its case, with which views know it then; −1: it is not listed.
  [[nodiscard]] int reveal(const QString& tag);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 private:
  static constexpr int kPortion = 500;
  void show(int more);

  QList<TagCount> m_tags;
  int m_shown = 0;  // of them: those that views know
};

}  // namespace lapilli::gui
