// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that are replaced only where the user says so.
#include "app/gui/batch/caption_rows.h"

#include <utility>

namespace lapilli::gui {

void CaptionRows::setDeciding(bool deciding) {
  if (std::exchange(m_deciding, deciding) != deciding) emit decided();
}

bool CaptionRows::isAsked(const CaptionRow& row) {
  return row.decision == CaptionRow::Decision::kAsk && row.state == CaptionRow::State::kWaiting;
}

QStringList CaptionRows::replacedPaths() const {
  QStringList paths;
  for (const CaptionRow& row : m_rows) {
    if (isAsked(row) && row.replaces) paths.append(row.path);
  }
  return paths;
}

void CaptionRows::answer(CaptionRow& row, bool replaces) {
  if (!m_deciding || !isAsked(row)) return;
  count(row, -1);
  row.replaces = replaces;
  count(row, 1);
}

void CaptionRows::decide(const QStringList& paths, bool replaces) {
  for (const QString& path : paths) {
    const auto found = m_at.constFind(path);
    if (found == m_at.constEnd()) continue;
    answer(m_rows[*found], replaces);
    const QModelIndex changed = index(static_cast<int>(placeOf(*found)), kState);
    if (changed.isValid()) emit dataChanged(changed, changed);
  }
  emit decided();
}

void CaptionRows::decideMatching(bool replaces) {
  for (const int at : std::as_const(m_matching)) answer(m_rows[at], replaces);
  if (m_shown > 0) emit dataChanged(index(0, kState), index(m_shown - 1, kState));
  emit decided();
}

bool CaptionRows::setData(const QModelIndex& index, const QVariant& value, int role) {
  const CaptionRow* found = row(index.row());
  if (role != Qt::CheckStateRole || index.column() != kState || found == nullptr || !m_deciding ||
      !isAsked(*found))
    return false;
  decide({QString(found->path)}, value.value<Qt::CheckState>() == Qt::Checked);
  return true;
}

Qt::ItemFlags CaptionRows::flags(const QModelIndex& index) const {
  const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
  const CaptionRow* found = row(index.row());
  const bool checkable = found != nullptr && m_deciding && index.column() == kState && isAsked(*found);
  return checkable ? usual | Qt::ItemIsUserCheckable : usual;
}

}  // namespace lapilli::gui
