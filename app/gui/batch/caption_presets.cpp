// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_presets.h"

#include "app/captions/built_in_presets.h"
#include "app/gui/json_line.h"

namespace lapilli::gui {
namespace {

constexpr qint64 kMostBytes = 1 << 20;

QString nameOf(const captions::BuiltInPreset& preset) {
  return QString::fromUtf8(preset.name.data(), static_cast<qsizetype>(preset.name.size()));
}

CaptionPresets::Loaded read(const QByteArray& text) {
  ReadJson read = readJson(text);
  return {.settings = std::move(read.object), .problem = std::move(read.problem)};
}

}  // namespace

QStringList CaptionPresets::builtIn() {
  QStringList names;
  for (const captions::BuiltInPreset& preset : captions::kBuiltInPresets) names.append(nameOf(preset));
  return names;
}

QStringList CaptionPresets::own() const {
  QStringList names = m_folder.names();
  names.removeIf(&CaptionPresets::isBuiltIn);
  return names;
}

bool CaptionPresets::isName(const QString& name) {
  return PresetFolder::isName(name) && !isBuiltIn(name);
}

CaptionPresets::Loaded CaptionPresets::load(const QString& name) const {
  for (const captions::BuiltInPreset& preset : captions::kBuiltInPresets) {
    if (name == nameOf(preset))
      return read(QByteArray(preset.form.data(), static_cast<qsizetype>(preset.form.size())));
  }
  const PresetFolder::Content content = PresetFolder::read(m_folder.file(name), kMostBytes);
  if (!content.problem.isEmpty()) return {.problem = content.problem};
  return read(content.text);
}

QString CaptionPresets::save(const QString& name, const QJsonObject& settings) const {
  return m_folder.save(name, jsonFileText(settings) + '\n');
}

QString CaptionPresets::remove(const QString& name) const {
  return m_folder.remove(name);
}

}  // namespace lapilli::gui
