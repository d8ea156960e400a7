// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/word_diff.h"

#include <algorithm>
#include <vector>

namespace lapilli::gui {
namespace {

/// Of the table that is filled; 8 MB.
constexpr qsizetype kMostCells = qsizetype{4} << 20;

bool standsAlone(QChar c) {
  const QChar::Script script = c.script();
  return script == QChar::Script_Han || script == QChar::Script_Hiragana ||
         script == QChar::Script_Katakana ||
         !(c.isLetterOrNumber() || c.isMark() || c.isSurrogate() || c.isSpace());
}

/// Words, runs of spaces, single signs and characters.
QList<QStringView> wordsOf(QStringView text) {
  QList<QStringView> words;
  for (qsizetype at = 0; at < text.size();) {
    qsizetype end = at + 1;
    if (!standsAlone(text[at])) {
      while (end < text.size() && !standsAlone(text[end]) && text[end].isSpace() == text[at].isSpace()) ++end;
    }
    words.append(text.mid(at, end - at));
    at = end;
  }
  return words;
}

class Difference {
 public:
  void add(DiffPart::Kind kind, QStringView text) {
    if (text.isEmpty()) return;
    if (m_parts.isEmpty() || m_parts.back().kind != kind) {
      m_parts.append({kind, text.toString()});
    } else {
      m_parts.back().text += text;
    }
  }
  void addAll(DiffPart::Kind kind, const QList<QStringView>& words) {
    for (const QStringView word : words) add(kind, word);
  }

  /// Lengths of the longest common sequences of what follows, then along them.
  void addDifferent(const QList<QStringView>& before, const QList<QStringView>& after) {
    using Kind = DiffPart::Kind;
    const qsizetype rows = before.size(), columns = after.size();
    if ((rows + 1) * (columns + 1) > kMostCells) {
      addAll(Kind::kOld, before);
      return addAll(Kind::kNew, after);
    }
    std::vector<quint16> common(static_cast<size_t>((rows + 1) * (columns + 1)));
    const auto at = [&](qsizetype i, qsizetype j) -> quint16& {
      return common[static_cast<size_t>(i * (columns + 1) + j)];
    };
    for (qsizetype i = rows - 1; i >= 0; --i) {
      for (qsizetype j = columns - 1; j >= 0; --j)
        at(i, j) = before[i] == after[j] ? static_cast<quint16>(at(i + 1, j + 1) + 1)
                                         : std::max(at(i + 1, j), at(i, j + 1));
    }
    qsizetype i = 0, j = 0;
    while (i < rows && j < columns) {
      if (before[i] == after[j]) {
        add(Kind::kSame, before[i]);
        ++i, ++j;
      } else if (at(i + 1, j) >= at(i, j + 1)) {
        add(Kind::kOld, before[i++]);
      } else {
        add(Kind::kNew, after[j++]);
      }
    }
    addAll(Kind::kOld, before.mid(i));
    addAll(Kind::kNew, after.mid(j));
  }
  [[nodiscard]] const QList<DiffPart>& parts() const { return m_parts; }

 private:
  QList<DiffPart> m_parts;
};

}  // namespace

QList<DiffPart> wordDiff(const QString& before, const QString& after) {
  const QList<QStringView> old = wordsOf(before), fresh = wordsOf(after);
  const qsizetype shorter = std::min(old.size(), fresh.size());
  qsizetype front = 0, back = 0;
  while (front < shorter && old[front] == fresh[front]) ++front;
  while (back < shorter - front && old[old.size() - 1 - back] == fresh[fresh.size() - 1 - back]) ++back;
  Difference difference;
  difference.addAll(DiffPart::Kind::kSame, old.first(front));
  difference.addDifferent(old.mid(front, old.size() - front - back),
                          fresh.mid(front, fresh.size() - front - back));
  difference.addAll(DiffPart::Kind::kSame, old.last(back));
  return difference.parts();
}

}  // namespace lapilli::gui
