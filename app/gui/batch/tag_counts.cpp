// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/tag_counts.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/row_texts.h"

#include <QElapsedTimer>
#include <QSet>

#include <algorithm>

namespace lapilli::gui {
namespace {

constexpr int kRowsBetweenLooks = 8;
constexpr int kSortMs = 200;

struct Sorted {
  QList<TagCount> tags;
  int all = 0;
};

/// Spellings of a tag become one.
Sorted sorted(const QList<TagCount>& spellings, const QString& part) {
  struct Tag {
    TagCount count;
    int most = 0;  // pictures of the spelling that is shown
  };
  QHash<QString, Tag> tags;
  for (const TagCount& spelling : spellings) {
    if (spelling.pictures == 0) continue;
    Tag& tag = tags[spelling.folded];
    if (spelling.pictures > tag.most) {
      tag.most = spelling.pictures;
      tag.count.tag = spelling.tag;
    }
    tag.count.folded = spelling.folded;
    tag.count.pictures += spelling.pictures;
  }
  Sorted result;
  result.all = static_cast<int>(tags.size());
  for (const Tag& tag : std::as_const(tags))
    if (part.isEmpty() || tag.count.folded.contains(part)) result.tags.append(tag.count);
  std::sort(result.tags.begin(), result.tags.end(), [](const TagCount& a, const TagCount& b) {
    return a.pictures != b.pictures ? a.pictures > b.pictures : a.folded < b.folded;
  });
  return result;
}

}  // namespace

TagCounts::TagCounts(const CaptionRows& rows, QObject* parent) : QObject(parent), m_rows(rows) {
  m_pool.setMaxThreadCount(1);
  m_countTimer.setSingleShot(true);
  m_sortTimer.setSingleShot(true);
  connect(&m_countTimer, &QTimer::timeout, this, &TagCounts::goOn);
  connect(&m_sortTimer, &QTimer::timeout, this, &TagCounts::sort);
  connect(&m_rows, &CaptionRows::allChanged, this, &TagCounts::begin);
  connect(&m_rows, &CaptionRows::filtered, this, [this] {  // there may be more of them
    if (m_wanted && !isComplete()) m_countTimer.start(0);
  });
  connect(&m_rows, &CaptionRows::rowChanged, this, [this](int at) {
    if (m_wanted && at < m_ofRow.size()) m_changed.append(at);
    if (m_wanted && !m_countTimer.isActive()) m_countTimer.start(0);
    m_isOld = m_isOld || !m_wanted;
  });
}

TagCounts::~TagCounts() {
  m_pool.waitForDone();
}

void TagCounts::setWanted(bool wanted) {
  m_wanted = wanted;
  if (!wanted) m_countTimer.stop();
  if (wanted && m_isOld) return begin();
  if (wanted && !isComplete()) m_countTimer.start(0);
}

void TagCounts::setPart(const QString& part) {
  m_part = part.toCaseFolded();
  sort();
}

bool TagCounts::isComplete() const {
  return !m_isOld && m_changed.isEmpty() && m_ofRow.size() == m_rows.total();
}

/// From the first row.
void TagCounts::begin() {
  m_at.clear();
  m_spellings.clear();
  m_ofRow.clear();
  m_changed.clear();
  m_isOld = !m_wanted;
  if (m_wanted) goOn();
}

void TagCounts::goOn() {
  QElapsedTimer time;
  time.start();
  do {
    for (int counted = 0; counted < kRowsBetweenLooks && !isComplete(); ++counted) {
      if (m_changed.isEmpty()) m_ofRow.append(QList<int>());
      count(m_changed.isEmpty() ? static_cast<int>(m_ofRow.size()) - 1 : m_changed.takeLast());
    }
  } while (!isComplete() && time.elapsed() < kSliceMs);
  if (!isComplete()) return m_countTimer.start(0);
  if (!m_sortTimer.isActive()) m_sortTimer.start(kSortMs);
}

void TagCounts::count(int at) {
  const QList<int> fresh = spellingsOf(m_rows.all()[at]);
  const QList<int> old = std::exchange(m_ofRow[at], fresh);
  for (const int each : old) --m_spellings[each].pictures;
  for (const int each : fresh) ++m_spellings[each].pictures;
}

/// A picture counts once for a tag, however often it is written.
QList<int> TagCounts::spellingsOf(const CaptionRow& row) {
  QList<int> found;
  QSet<QString> seen;
  for (const QString& tag : tagsOf(row)) {
    int& at = *m_at.insert(tag, m_at.value(tag, -1));
    if (at < 0) {
      at = static_cast<int>(m_spellings.size());
      m_spellings.append({tag, tag.toCaseFolded(), 0});
    }
    const QString& folded = std::as_const(m_spellings)[at].folded;
    if (seen.contains(folded)) continue;
    seen.insert(folded);
    found.append(at);
  }
  return found;
}

QList<int> TagCounts::rowsWith(const QString& tag) const {
  const QString folded = tag.toCaseFolded();
  QSet<int> spellings;
  for (int at = 0; at < m_spellings.size(); ++at)
    if (m_spellings[at].folded == folded) spellings.insert(at);
  QList<int> rows;
  for (int row = 0; row < m_ofRow.size(); ++row) {
    const QList<int>& has = m_ofRow[row];
    if (std::any_of(has.begin(), has.end(), [&](int each) { return spellings.contains(each); }))
      rows.append(row);
  }
  return rows;
}

void TagCounts::sort() {
  m_sortTimer.stop();
  const quint64 wanted = ++m_sorting;
  m_pool.clear();  // an older one that has not begun
  m_pool.start([this, wanted, spellings = m_spellings, part = m_part] {
    const Sorted result = sorted(spellings, part);
    QMetaObject::invokeMethod(
        this,
        [this, wanted, result] {
          if (wanted == m_sorting) emit counted(result.tags, result.all);
        },
        Qt::QueuedConnection);
  });
}

}  // namespace lapilli::gui
