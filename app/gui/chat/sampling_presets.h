// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/preset_folder.h"
#include "app/gui/settings.h"

#include <QFileSystemWatcher>
#include <QMap>

namespace lapilli::gui {

/// The user's presets of generation settings: a file NAME.json each, in a folder that files may be copied
/// into and out of at any time. The fields are those of the protocol's `ask`; one that is absent has its
/// usual value.
class SamplingPresets : public QObject {
  Q_OBJECT

 public:
  /// Beside the settings' file. Presets that these settings hold themselves, as they once did, become files.
  explicit SamplingPresets(Settings& settings, QObject* parent = nullptr);

  [[nodiscard]] const QString& folder() const { return m_folder.path(); }
  /// Those that can be read, by name.
  [[nodiscard]] const QMap<QString, Sampling>& all() const { return m_all; }
  /// A sentence for each file that can not: which, where in it, and what is wrong.
  [[nodiscard]] const QStringList& problems() const { return m_problems; }

  /// Replaces the file whole or not at all, and not one that can not be read. Returns what went wrong; empty:
  /// nothing.
  [[nodiscard]] QString save(const QString& name, const Sampling& sampling);
  [[nodiscard]] QString remove(const QString& name);

  struct Imported {
    QString name = {};     ///< which it has here: the file's, or another where that one is taken
    QString problem = {};  ///< as in problems()
  };
  [[nodiscard]] Imported importFile(const QString& file);

 signals:
  void changed();

 private:
  void reload();
  void takeFromSettings(Settings& settings);
  [[nodiscard]] Imported add(const QString& like, const Sampling& sampling);

  PresetFolder m_folder;
  QMap<QString, Sampling> m_all;
  QStringList m_problems;
  QFileSystemWatcher m_watcher;
  QTimer m_reloadTimer;  // a file that is copied in changes many times
};

struct ReadSampling {
  Sampling sampling = {};
  QString problem = {};  ///< with the line; empty: none
};
[[nodiscard]] ReadSampling readSampling(const QByteArray& text);

}  // namespace lapilli::gui
