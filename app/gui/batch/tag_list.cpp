// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/tag_list.h"

#include <QLocale>

#include <algorithm>

namespace lapilli::gui {

void TagList::setTags(const QList<TagCount>& tags) {
  beginResetModel();
  m_tags = tags;
  m_shown = std::min<int>(std::max(kPortion, m_shown), static_cast<int>(tags.size()));
  endResetModel();
}

int TagList::reveal(const QString& tag) {
  const QString folded = tag.toCaseFolded();
  const auto found = std::find_if(m_tags.cbegin(), m_tags.cend(),
                                  [&](const TagCount& each) { return each.folded == folded; });
  if (found == m_tags.cend()) return -1;
  const int row = static_cast<int>(found - m_tags.cbegin());
  show(row + 1 - m_shown);
  return row;
}

int TagList::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_shown;
}

int TagList::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

bool TagList::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && m_shown < m_tags.size();
}

void TagList::fetchMore(const QModelIndex& parent) {
  if (!parent.isValid()) show(std::min<int>(kPortion, static_cast<int>(m_tags.size()) - m_shown));
}

/// So many further rows.
void TagList::show(int more) {
  if (more <= 0) return;
  beginInsertRows({}, m_shown, m_shown + more - 1);
  m_shown += more;
  endInsertRows();
}

QVariant TagList::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= m_shown) return {};
  const TagCount& found = m_tags[index.row()];
  const bool isCount = index.column() == kPictures;
  if (role == Qt::TextAlignmentRole && isCount) return int{Qt::AlignTrailing | Qt::AlignVCenter};
  if (role == Qt::DisplayRole) return isCount ? QLocale().toString(found.pictures) : found.tag;
  if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole)
    return isCount                   ? tr("%Ln picture(s)", nullptr, found.pictures)
           : role == Qt::ToolTipRole ? found.tag.toHtmlEscaped()
                                     : found.tag;
  return {};
}

QVariant TagList::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole && section == kPictures) return int{Qt::AlignTrailing | Qt::AlignVCenter};
  if (role != Qt::DisplayRole) return {};
  return section == kTag ? tr("Tag") : tr("Pictures");
}

}  // namespace lapilli::gui
