// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

namespace lapilli::gui {

class CaptionRows;
struct CaptionRow;

/// A tag and how many pictures have it, whatever the case; written as most of them do.
struct TagCount {
  QString tag;
  QString folded;  ///< the same in all spellings
  int pictures = 0;
};

/// Counts the tags of all pictures of a folder while that is wanted: pictures a few at a time, so that the
/// window's thread is never kept, and the order of the tags in another thread.
class TagCounts : public QObject {
  Q_OBJECT

 public:
  /// The rows outlive it.
  explicit TagCounts(const CaptionRows& rows, QObject* parent = nullptr);
  ~TagCounts() override;

  void setWanted(bool wanted);
  /// Lists only tags with this in them, whatever the case; empty: all.
  void setPart(const QString& part);
  /// Whether all pictures are counted.
  [[nodiscard]] bool isComplete() const;
  /// The pictures that have a tag, as rows of all(). Complete where the counting is.
  [[nodiscard]] QList<int> rowsWith(const QString& tag) const;

 signals:
  /// The tags that most pictures have first, those of as many by name; `all`: how many there are whatever
  /// their part is.
  void counted(const QList<lapilli::gui::TagCount>& tags, int all);

 private:
  void begin();
  void goOn();
  void count(int at);
  [[nodiscard]] QList<int> spellingsOf(const CaptionRow& row);
  void sort();

  const CaptionRows& m_rows;
  bool m_wanted = false;
  bool m_isOld = true;          // nobody has looked at what changed
  QString m_part;               // folded
  QHash<QString, int> m_at;     // spellings by text
  QList<TagCount> m_spellings;  // each apart
  QList<QList<int>> m_ofRow;    // of rows that are counted: their spellings
  QList<int> m_changed;         // rows to be counted anew
  QTimer m_countTimer;
  QTimer m_sortTimer;
  QThreadPool m_pool;
  quint64 m_sorting = 0;  // the newest order that was asked for
};

}  // namespace lapilli::gui
