// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

namespace lapilli::gui {

/// The user's presets of one kind: a file NAME.json each in a folder, which is made when the first is saved.
class PresetFolder {
 public:
  static constexpr qsizetype kLongestName = 80;

  explicit PresetFolder(QString path) : m_path(std::move(path)) {}

  [[nodiscard]] const QString& path() const { return m_path; }
  /// Whether a preset may have this name: it is a file's name.
  [[nodiscard]] static bool isName(const QString& name);
  /// In their order, without regard to case.
  [[nodiscard]] QStringList names() const;
  [[nodiscard]] QString file(const QString& name) const;

  /// What a file holds that is to be a preset.
  struct Content {
    QByteArray text = {};  ///< so much as was wanted, and a byte more of a file that is larger
    bool isFile = true;    ///< else it is a folder, a pipe, a device, which is not opened
    QString problem = {};  ///< what the system says went wrong; empty: nothing
  };
  [[nodiscard]] static Content read(const QString& file, qint64 mostBytes);
  /// Replaces the file whole or not at all. Returns what the system says went wrong; empty: nothing.
  [[nodiscard]] QString save(const QString& name, const QByteArray& text) const;
  [[nodiscard]] QString remove(const QString& name) const;

 private:
  QString m_path;
};

}  // namespace lapilli::gui
