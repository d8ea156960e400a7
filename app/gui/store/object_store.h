// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_types.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QDateTime>
#include <QSet>
#include <QString>

namespace lapilli::gui {

/// Files named by their SHA-256: `ab/cdef…`. A file appears whole or not at all, and is never changed. Any
/// thread may use any object over the same folder.
class ObjectStore {
 public:
  explicit ObjectStore(QString folder) : m_folder(std::move(folder)) {}

  /// Hashes and writes the content unless it is there already (then it counts as new again). Waits for the
  /// disk: call it outside the GUI's thread. Fails with kIo.
  Result<QString> add(const QByteArray& content) const;
  /// The same with what a message needs to know; `mime` is found from the content, `name` loses its folders.
  Result<Attachment> addPicture(const QByteArray& content, const QString& name) const;

  /// Counts a file as new again; false when it is not there.
  bool touch(const QString& sha256) const;
  /// Where the file is, or would be.
  [[nodiscard]] QString path(const QString& sha256) const;
  [[nodiscard]] bool contains(const QString& sha256) const;
  [[nodiscard]] static QString hashOf(const QByteArray& content);
  /// The content, checked against its name. Fails with kNotFound, kIo, or kBadFile when it was changed.
  [[nodiscard]] Result<QByteArray> read(const QString& sha256) const;
  /// Removes files that are not in `wanted` and older than `before`; returns how many.
  int removeOthers(const QSet<QString>& wanted, const QDateTime& before) const;

 private:
  QString m_folder;
};

/// 64 lower-case hexadecimal digits.
[[nodiscard]] bool isSha256(const QString& text);

}  // namespace lapilli::gui
