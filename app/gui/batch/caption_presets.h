// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/preset_folder.h"

#include <QJsonObject>
#include <QStringList>

namespace lapilli::gui {

/// Settings of captions under a name: those that come with the program, which the command line has under the
/// same names, and the user's, a file NAME.json each, where `lapilli caption --preset NAME` finds them too.
class CaptionPresets {
 public:
  /// `folder`: of the user's; made when the first one is saved.
  explicit CaptionPresets(QString folder) : m_folder(std::move(folder)) {}

  [[nodiscard]] static QStringList builtIn();
  [[nodiscard]] static bool isBuiltIn(const QString& name) { return builtIn().contains(name); }
  /// In the order of their names.
  [[nodiscard]] QStringList own() const;

  struct Loaded {
    QJsonObject settings = {};  ///< with schemas as texts; empty where there is a problem
    QString problem = {};       ///< a sentence of the system or the reader
  };
  [[nodiscard]] Loaded load(const QString& name) const;
  /// Whether a preset may have this name: it is a file's name, and none of the built-in ones.
  [[nodiscard]] static bool isName(const QString& name);
  /// Replaces the file whole or not at all. Returns what went wrong; empty: nothing.
  [[nodiscard]] QString save(const QString& name, const QJsonObject& settings) const;
  [[nodiscard]] QString remove(const QString& name) const;

 private:
  PresetFolder m_folder;
};

}  // namespace lapilli::gui
