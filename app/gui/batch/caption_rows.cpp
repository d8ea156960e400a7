// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_rows.h"

#include "app/gui/batch/parts.h"
#include "app/gui/batch/reason_text.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonObject>

#include <algorithm>

namespace lapilli::gui {
namespace {

/// A filter takes longest with texts of many thousand words, and some of them are looked at before the clock.
constexpr qsizetype kRowsBetweenLooks = 8;

CaptionRow::Decision decisionOf(const QString& name) {
  using Decision = CaptionRow::Decision;
  static const QHash<QString, Decision> kDecisions = {
      {QStringLiteral("write"), Decision::kWrite},     {QStringLiteral("skip"), Decision::kSkip},
      {QStringLiteral("replace"), Decision::kReplace}, {QStringLiteral("append"), Decision::kAppend},
      {QStringLiteral("prepend"), Decision::kPrepend}, {QStringLiteral("ask"), Decision::kAsk}};
  return kDecisions.value(name, Decision::kWrite);
}

CaptionRow rowOf(const QJsonObject& object) {
  CaptionRow row{.path = object[QLatin1String("path")].toString(),
                 .number = object[QLatin1String("number")].toInt(),
                 .decision = decisionOf(object[QLatin1String("decision")].toString()),
                 .edited = object[QLatin1String("edited")].toBool(),
                 .before = object[QLatin1String("old")].toString()};
  if (object.contains(QLatin1String("code"))) {
    row.state = CaptionRow::State::kFailed;
    row.after = object[QLatin1String("message")].toString();
    row.code = object[QLatin1String("code")].toString();
  } else if (row.decision == CaptionRow::Decision::kSkip) {
    row.state = CaptionRow::State::kSkipped;
  }
  return row;
}

QString folderOf(const QString& path) {
  return path.left(std::max<qsizetype>(0, path.lastIndexOf(QLatin1Char('/'))));
}

}  // namespace

CaptionRows::CaptionRows(QObject* parent) : QAbstractTableModel(parent) {
  m_lookTimer.setSingleShot(true);
  connect(&m_lookTimer, &QTimer::timeout, this, &CaptionRows::look);
  connect(&m_thumbnails, &FileThumbnails::ready, this, [this](const QString& file) {
    const QString path = m_pathOfFile.take(file);
    if (!m_at.contains(path)) return;
    const qsizetype place = placeOf(m_at.value(path));
    const QModelIndex changed = index(static_cast<int>(place), kPicture);
    if (changed.isValid()) emit dataChanged(changed, changed, {Qt::DecorationRole});
    emit thumbnailReady(path);
  });
}

void CaptionRows::clear(const QString& folder) {
  beginResetModel();
  m_folder = folder;
  m_rows.clear();
  m_at.clear();
  m_folders.clear();
  m_counts.fill(0);
  m_failures.clear();
  m_codes.clear();
  m_undecided = m_replaced = 0;
  m_matching.clear();
  m_looked = m_shown = 0;
  m_asked = 0;
  m_thumbnails.clear();
  m_pathOfFile.clear();
  endResetModel();
  emit allChanged();
  emit decided();
}

void CaptionRows::count(const CaptionRow& row, int by) {
  m_counts[static_cast<size_t>(row.state)] += by;
  if (isAsked(row)) {
    m_undecided += by;
    if (row.replaces) m_replaced += by;
  }
  if (row.state != CaptionRow::State::kFailed) return;
  m_codes[row.after] = row.code;
  int& failures = m_failures[row.after];
  failures += by;
  if (failures == 0) m_failures.remove(row.after);
}

void CaptionRows::add(const QJsonArray& rows) {
  for (const QJsonValue& value : rows) {
    CaptionRow row = rowOf(value.toObject());
    const QString folder = folderOf(row.path);
    // The scan goes folder by folder.
    if (!folder.isEmpty() && (m_folders.isEmpty() || m_folders.back() != folder)) m_folders.append(folder);
    m_at.insert(row.path, static_cast<int>(m_rows.size()));
    count(row, 1);
    m_rows.append(std::move(row));
  }
  if (m_undecided > 0) emit decided();
  if (!m_lookTimer.isActive()) look();
}

void CaptionRows::setFilter(const CaptionFilter& filter) {
  beginResetModel();
  m_filter = filter;
  m_words = CaptionFilter::parse(filter.text).filter;
  m_matching.clear();
  m_looked = m_shown = 0;
  endResetModel();
  look();
}

/// Goes on with the filter for a moment, and later where that was not enough.
void CaptionRows::look() {
  QElapsedTimer time;
  time.start();
  while (m_looked < m_rows.size() && time.elapsed() < kSliceMs) {
    const qsizetype end = std::min<qsizetype>(m_looked + kRowsBetweenLooks, m_rows.size());
    for (; m_looked < end; ++m_looked) {
      if (matches(m_rows[m_looked])) m_matching.append(m_looked);
    }
  }
  if (m_shown < kPortion) fetchMore({});
  if (m_looked < m_rows.size()) return m_lookTimer.start(0);
  emit filtered();
}

/// Where a row stands among the matching ones; −1 where it does not.
qsizetype CaptionRows::placeOf(int at) const {
  const auto found = std::lower_bound(m_matching.begin(), m_matching.end(), at);
  return found != m_matching.end() && *found == at ? found - m_matching.begin() : -1;
}

void CaptionRows::showIfMatching(int at) {
  if (at >= m_looked || !matches(m_rows[at])) return;
  const int place =
      static_cast<int>(std::lower_bound(m_matching.begin(), m_matching.end(), at) - m_matching.begin());
  const bool visible = place < m_shown || m_shown == m_matching.size();
  if (visible) beginInsertRows({}, place, place);
  m_matching.insert(place, at);
  if (!visible) return;
  ++m_shown;
  endInsertRows();
}

template <class Change>
void CaptionRows::change(const QString& path, const Change& change) {
  const auto found = m_at.constFind(path);
  if (found == m_at.constEnd()) return;
  CaptionRow& row = m_rows[*found];
  count(row, -1);
  change(row);
  count(row, 1);
  emit rowChanged(*found);
  const qsizetype place = placeOf(*found);
  if (place < 0) return showIfMatching(*found);
  if (place < m_shown)
    emit dataChanged(index(static_cast<int>(place), kState), index(static_cast<int>(place), kAfter));
}

template <class Change>
void CaptionRows::changeAll(const Change& change) {
  m_counts.fill(0);
  m_failures.clear();
  m_undecided = m_replaced = 0;
  for (CaptionRow& row : m_rows) {
    change(row);
    count(row, 1);
  }
  setFilter(m_filter);
  emit allChanged();
  emit decided();
}

void CaptionRows::setDone(const QString& path, const QString& text, const QList<FieldText>& others,
                          captions::TagForm form) {
  change(path, [&](CaptionRow& row) {
    row.state = CaptionRow::State::kDone;
    row.after = text;
    row.form = form;
    row.others = others;
  });
}

void CaptionRows::setText(const QString& path, const QString& field, const QString& text) {
  change(path, [&](CaptionRow& row) {
    row.state = CaptionRow::State::kDone;
    if (field.isEmpty()) row.after = text;
    for (FieldText& other : row.others)
      if (!field.isEmpty() && other.field == field) other.text = text;
  });
}

void CaptionRows::setModel(const QString& path, const QString& model) {
  change(path, [&](CaptionRow& row) { row.model = model; });
}

void CaptionRows::setFacts(const QString& path, const QJsonObject& facts) {
  change(path, [&](CaptionRow& row) {
    row.sizeBytes = facts[QLatin1String("size_bytes")].toInteger();
    row.date = facts[QLatin1String("date")].toString();
    row.rating = facts[QLatin1String("rating")].toInt();
  });
}

QStringList CaptionRows::takeWithoutFacts(int most) {
  QStringList paths;
  while (m_asked < m_rows.size() && paths.size() < most) paths.append(std::as_const(m_rows)[m_asked++].path);
  return paths;
}

void CaptionRows::setBefore(const QString& path, const QString& text) {
  change(path, [&](CaptionRow& row) { row.before = text; });
}

void CaptionRows::setFailed(const QString& path, const QString& reason, const QString& code) {
  change(path, [&](CaptionRow& row) {
    row.state = CaptionRow::State::kFailed;
    row.after = reason;
    row.code = code;
    row.others.clear();
  });
}

void CaptionRows::setState(const QString& path, CaptionRow::State state) {
  change(path, [&](CaptionRow& row) { row.state = state; });
}

void CaptionRows::beginRun() {
  using State = CaptionRow::State;
  changeAll([](CaptionRow& row) {
    if (isAsked(row) && !row.replaces) row.state = State::kSkipped;
    const bool captioned = row.isCaptioned();
    if (!captioned && row.state != State::kRejected) return;
    if (captioned) row.before = row.after;
    row.after.clear();
    row.others.clear();
    // Nobody has said that this text, too, is to be replaced.
    const bool stays =
        row.decision == CaptionRow::Decision::kSkip || row.decision == CaptionRow::Decision::kAsk;
    row.state = stays ? State::kSkipped : State::kWaiting;
    row.replaces = false;
  });
}

void CaptionRows::retryFailed() {
  changeAll([](CaptionRow& row) {
    if (row.state != CaptionRow::State::kFailed) return;
    row.state = CaptionRow::State::kWaiting;
    row.after.clear();
  });
}

const CaptionRow* CaptionRows::find(const QString& path) const {
  const auto found = m_at.constFind(path);
  return found == m_at.constEnd() ? nullptr : &m_rows[*found];
}

const CaptionRow* CaptionRows::row(int index) const {
  return index >= 0 && index < m_matching.size() ? &m_rows[m_matching[index]] : nullptr;
}

QString CaptionRows::fileOf(const QString& path) const {
  return QDir(m_folder).filePath(path);
}

QString CaptionRows::file(int index) const {
  const CaptionRow* found = row(index);
  return found == nullptr ? QString() : fileOf(found->path);
}

QPixmap CaptionRows::thumbnail(const QString& path) const {
  const QString file = fileOf(path);
  const QPixmap known = m_thumbnails.of(file);
  if (known.isNull()) m_pathOfFile.insert(file, path);
  return known;
}

QList<QPair<QString, int>> CaptionRows::failures() const {
  QHash<QString, int> counts;
  for (auto reason = m_failures.cbegin(); reason != m_failures.cend(); ++reason)
    counts[reasonText(m_codes.value(reason.key()), reason.key())] += reason.value();
  QList<QPair<QString, int>> sorted;
  for (auto reason = counts.cbegin(); reason != counts.cend(); ++reason)
    sorted.append({reason.key(), reason.value()});
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return sorted;
}

int CaptionRows::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_shown;
}

int CaptionRows::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

bool CaptionRows::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && !m_inserting && m_shown < m_matching.size();
}

void CaptionRows::fetchMore(const QModelIndex& parent) {
  if (!parent.isValid()) show(std::min<int>(kPortion, static_cast<int>(m_matching.size()) - m_shown));
}

/// So many further rows.
void CaptionRows::show(int more) {
  if (m_inserting || more <= 0) return;
  m_inserting = true;  // whoever hears of the new rows may ask for more
  beginInsertRows({}, m_shown, m_shown + more - 1);
  m_shown += more;
  endInsertRows();
  m_inserting = false;
}

int CaptionRows::reveal(const QString& path) {
  const auto found = m_at.constFind(path);
  const int place = found == m_at.constEnd() ? -1 : static_cast<int>(placeOf(*found));
  show(place + 1 - m_shown);
  return place;
}

QString CaptionRows::stateText(const CaptionRow& row) {
  switch (row.state) {
    case CaptionRow::State::kWaiting:
      if (row.decision == CaptionRow::Decision::kReplace) return tr("will be replaced");
      if (row.decision == CaptionRow::Decision::kAppend) return tr("will be added behind");
      if (row.decision == CaptionRow::Decision::kPrepend) return tr("will be added in front");
      if (row.decision != CaptionRow::Decision::kAsk) return tr("to do");
      if (row.replaces) return tr("will be replaced");
      return row.edited ? tr("edited by hand, stays") : tr("stays as it is");
    case CaptionRow::State::kSkipped:
      return row.edited ? tr("edited by hand, stays") : tr("stays as it is");
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
  if (role == Qt::DecorationRole && index.column() == kPicture) return thumbnail(found->path);
  if (role == Qt::SizeHintRole && index.column() == kPicture)
    return QSize(3 * FileThumbnails::kSize, FileThumbnails::kSize + 8);
  if (role == Qt::CheckStateRole && index.column() == kState && isAsked(*found))
    return found->replaces ? Qt::Checked : Qt::Unchecked;
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
      break;
  }
  QStringList lines(textOf(*found));
  // The engine's own words, which say more, are English.
  if (role == Qt::ToolTipRole && lines.front() != found->after) lines.append(found->after);
  if (!found->others.isEmpty()) lines.append(found->more());
  return lines.join(QLatin1Char('\n'));
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
