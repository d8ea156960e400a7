// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_rows.h"

#include <QDir>
#include <QJsonObject>

#include <algorithm>

namespace lapilli::gui {

CaptionRows::CaptionRows(QObject* parent) : QAbstractTableModel(parent) {
  connect(&m_thumbnails, &FileThumbnails::ready, this, [this](const QString& file) {
    const int at = m_waiting.take(file);
    const QModelIndex changed = index(at, kPicture);
    if (changed.isValid()) emit dataChanged(changed, changed, {Qt::DecorationRole});
  });
}

void CaptionRows::clear(const QString& folder) {
  beginResetModel();
  m_folder = folder;
  m_rows.clear();
  m_at.clear();
  m_shown = 0;
  m_thumbnails.clear();
  m_waiting.clear();
  endResetModel();
}

void CaptionRows::add(const QJsonArray& rows) {
  for (const QJsonValue& value : rows) {
    const QJsonObject object = value.toObject();
    CaptionRow row{.path = object[QLatin1String("path")].toString(),
                   .decision = object[QLatin1String("decision")].toString(),
                   .before = object[QLatin1String("old")].toString()};
    if (object.contains(QLatin1String("code"))) {
      row.state = CaptionRow::State::kFailed;
      row.after = object[QLatin1String("message")].toString();
    } else if (row.decision == QLatin1String("skip")) {
      row.state = CaptionRow::State::kSkipped;
    }
    m_at.insert(row.path, static_cast<int>(m_rows.size()));
    m_rows.append(std::move(row));
  }
  if (m_shown < kPortion) fetchMore({});
}

void CaptionRows::change(const QString& path, CaptionRow::State state, const QString* text) {
  const int at = indexOf(path);
  if (at < 0) return;
  CaptionRow& row = m_rows[at];
  row.state = state;
  if (text != nullptr) row.after = *text;
  if (at < m_shown) emit dataChanged(index(at, kState), index(at, kAfter));
}

void CaptionRows::setDone(const QString& path, const QString& text) {
  change(path, CaptionRow::State::kDone, &text);
}

void CaptionRows::setFailed(const QString& path, const QString& reason) {
  change(path, CaptionRow::State::kFailed, &reason);
}

void CaptionRows::setState(const QString& path, CaptionRow::State state) {
  change(path, state, nullptr);
}

void CaptionRows::retryFailed() {
  const QString none;
  for (const CaptionRow& row : std::as_const(m_rows)) {
    if (row.state == CaptionRow::State::kFailed) change(row.path, CaptionRow::State::kWaiting, &none);
  }
}

const CaptionRow* CaptionRows::row(int index) const {
  return index >= 0 && index < m_rows.size() ? &m_rows[index] : nullptr;
}

QString CaptionRows::file(int index) const {
  const CaptionRow* found = row(index);
  return found == nullptr ? QString() : QDir(m_folder).filePath(found->path);
}

qsizetype CaptionRows::count(CaptionRow::State state) const {
  return std::count_if(m_rows.begin(), m_rows.end(),
                       [&](const CaptionRow& row) { return row.state == state; });
}

QList<QPair<QString, int>> CaptionRows::failures() const {
  QMap<QString, int> reasons;
  for (const CaptionRow& row : m_rows) {
    if (row.state == CaptionRow::State::kFailed) ++reasons[row.after];
  }
  QList<QPair<QString, int>> sorted;
  for (auto reason = reasons.cbegin(); reason != reasons.cend(); ++reason)
    sorted.append({reason.key(), reason.value()});
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

int CaptionRows::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_shown;
}

int CaptionRows::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

bool CaptionRows::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && !m_inserting && m_shown < m_rows.size();
}

void CaptionRows::fetchMore(const QModelIndex& parent) {
  const int more = std::min<int>(kPortion, static_cast<int>(m_rows.size()) - m_shown);
  if (parent.isValid() || m_inserting || more <= 0) return;
  m_inserting = true;  // whoever hears of the new rows may ask for more
  beginInsertRows({}, m_shown, m_shown + more - 1);
  m_shown += more;
  endInsertRows();
  m_inserting = false;
}

QString CaptionRows::stateText(const CaptionRow& row) {
  switch (row.state) {
    case CaptionRow::State::kWaiting:
      if (row.decision == QLatin1String("replace")) return tr("will be replaced");
      if (row.decision == QLatin1String("append")) return tr("will be added behind");
      if (row.decision == QLatin1String("prepend")) return tr("will be added in front");
      return tr("to do");
    case CaptionRow::State::kSkipped:
      return tr("stays as it is");
    case CaptionRow::State::kFailed:
      return tr("failed");
    case CaptionRow::State::kDone:
      return tr("done");
    case CaptionRow::State::kAccepted:
      return tr("accepted");
    case CaptionRow::State::kRejected:
      return tr("rejected");
  }
  return {};
}

QVariant CaptionRows::data(const QModelIndex& index, int role) const {
  const CaptionRow* found = row(index.row());
  if (found == nullptr || index.row() >= m_shown) return {};
  if (role == Qt::DecorationRole && index.column() == kPicture) {
    const QString path = file(index.row());
    const QPixmap known = m_thumbnails.of(path);
    if (known.isNull()) m_waiting.insert(path, index.row());
    return known;
  }
  if (role == Qt::SizeHintRole && index.column() == kPicture)
    return QSize(3 * FileThumbnails::kSize, FileThumbnails::kSize + 8);
  const bool is_text = role == Qt::DisplayRole || role == Qt::ToolTipRole || role == Qt::AccessibleTextRole;
  if (!is_text) return {};
  switch (index.column()) {
    case kPicture:
      return found->path;
    case kState:
      return stateText(*found);
    case kBefore:
      return found->before;
    default:
      return found->after;
  }
}

QVariant CaptionRows::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case kPicture:
      return tr("Picture");
    case kState:
      return tr("State");
    case kBefore:
      return tr("Text before");
    default:
      return tr("New text");
  }
}

}  // namespace lapilli::gui
