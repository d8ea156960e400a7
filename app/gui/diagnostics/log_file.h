// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QMutex>
#include <QString>
#include <QStringList>

namespace lapilli::gui {

/// Takes out what a log has no business with: paths of files (with everything up to the quote that is closed,
/// the end of the sentence's part or of the line, since names may have spaces and apostrophes), what follows
/// the host in an address, and access tokens.
[[nodiscard]] QString withoutPrivateData(const QString& text);

/// A log of what the program does, in lines of `time level topic text`, in `lapilli.log`. A full file becomes
/// `lapilli.log.1`, that one `.2`, and so on; the oldest goes. Every line passes withoutPrivateData. Any
/// thread may write. A disk that takes nothing loses lines, never the program.
class LogFile {
 public:
  enum class Level { Info, Warning, Error };

  static constexpr qint64 kMostBytes = qint64{1} << 20;
  static constexpr int kOlderFiles = 3;

  /// The folder is made when it is missing.
  explicit LogFile(const QString& folder, qint64 mostBytes = kMostBytes);

  void write(Level level, const QString& topic, const QString& text);
  /// All files, the newest first.
  [[nodiscard]] QStringList files() const;

 private:
  void rotate();
  [[nodiscard]] QString name(int age) const;

  mutable QMutex m_mutex;
  QString m_folder;
  qint64 m_mostBytes;
  QFile m_file;
};

}  // namespace lapilli::gui
