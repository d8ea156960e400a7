// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/names.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <QList>

namespace lapilli::gui {

/// A preset that a file holds.
struct ImportedPreset {
  QString name;
  QJsonObject settings;
};

/// What a file of presets holds: the settings of one, as CaptionPresets saves them, or a text of prompts.
/// Prompts are a line each, or where there are empty lines what stands between these; a line that begins with
/// "# " names the prompt below it, else its first words do.
class PresetImport {
  Q_DECLARE_TR_FUNCTIONS(PresetImport)

 public:
  static constexpr qint64 kMostBytes = 1 << 20;
  static constexpr qsizetype kMostPresets = 200;

  /// `fileName`: without folders; what has no name of its own is named after it.
  PresetImport(const QString& fileName, const QByteArray& content);

  /// Empty where there is a problem.
  [[nodiscard]] const QList<ImportedPreset>& presets() const { return m_presets; }
  /// A sentence that names the file and the place; empty: none.
  [[nodiscard]] const QString& problem() const { return m_problem; }

 private:
  void read(const QByteArray& content);
  void readSettings(const QString& name, const QByteArray& content);
  void readPrompts(const QString& text);
  void addPrompt(const QString& name, const QStringList& lines);
  void refuse(const QString& what);
  [[nodiscard]] static QString problemIn(const QJsonObject& object, const QString& place,
                                         std::span<const captions::SettingName> known);
  [[nodiscard]] static QString problemOf(const QJsonObject& settings);

  QString m_file;
  QList<ImportedPreset> m_presets;
  QString m_problem;
};

}  // namespace lapilli::gui
