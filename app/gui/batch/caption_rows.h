// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/file_thumbnails.h"

#include <QAbstractTableModel>
#include <QJsonArray>

namespace lapilli::gui {

/// A picture of the folder and what became of it.
struct CaptionRow {
  enum class State { kWaiting, kSkipped, kFailed, kDone, kAccepted, kRejected };
  QString path = {};
  QString decision = {};  ///< the protocol's: write, skip, replace, append, prepend
  State state = State::kWaiting;
  QString before = {};  ///< text that was there
  QString after = {};   ///< new text, or why there is none
};

/// The pictures of a folder, as the engine finds them. Views get the rows in portions, as they scroll.
class CaptionRows : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kPicture, kState, kBefore, kAfter, kColumns };

  explicit CaptionRows(QObject* parent = nullptr);

  void clear(const QString& folder);
  /// `rows` of a caption_rows event.
  void add(const QJsonArray& rows);
  // Of the picture with that path, relative to the folder; one that is not among the rows is left out.
  void setDone(const QString& path, const QString& text);
  void setFailed(const QString& path, const QString& reason);
  void setState(const QString& path, CaptionRow::State state);
  /// Failed ones wait again.
  void retryFailed();

  [[nodiscard]] const CaptionRow* row(int index) const;
  /// Its index, or −1.
  [[nodiscard]] int indexOf(const QString& path) const { return m_at.value(path, -1); }
  [[nodiscard]] QString file(int index) const;
  [[nodiscard]] qsizetype total() const { return m_rows.size(); }
  [[nodiscard]] qsizetype count(CaptionRow::State state) const;
  /// Failures by reason, the most frequent first.
  [[nodiscard]] QList<QPair<QString, int>> failures() const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 private:
  static constexpr int kPortion = 500;
  void change(const QString& path, CaptionRow::State state, const QString* text);
  [[nodiscard]] static QString stateText(const CaptionRow& row);

  QString m_folder;
  QList<CaptionRow> m_rows;
  QHash<QString, int> m_at;  // rows by path
  int m_shown = 0;
  bool m_inserting = false;
  mutable FileThumbnails m_thumbnails;
  mutable QHash<QString, int> m_waiting;  // rows of files whose thumbnails are being made
};

}  // namespace lapilli::gui
