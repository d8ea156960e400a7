// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_presets.h"

#include "app/captions/built_in_presets.h"
#include "app/gui/json_line.h"

#include <QDir>
#include <QSaveFile>

namespace lapilli::gui {
namespace {

constexpr qint64 kMostBytes = 1 << 20;
constexpr qsizetype kLongestName = 80;

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
  QStringList names;
  for (const QString& name :
       QDir(m_folder).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name | QDir::IgnoreCase)) {
    const QString plain = name.chopped(5);
    if (isName(plain)) names.append(plain);
  }
  return names;
}

bool CaptionPresets::isName(const QString& name) {
  return !name.isEmpty() && name.size() <= kLongestName && name == name.trimmed() && !isBuiltIn(name) &&
         !name.startsWith(QLatin1Char('.')) && !name.endsWith(QLatin1String(".json")) &&
         !name.contains(QLatin1Char('/')) && !name.contains(QLatin1Char('\\'));
}

QString CaptionPresets::file(const QString& name) const {
  return QDir(m_folder).filePath(name + QStringLiteral(".json"));
}

CaptionPresets::Loaded CaptionPresets::load(const QString& name) const {
  for (const captions::BuiltInPreset& preset : captions::kBuiltInPresets) {
    if (name == nameOf(preset))
      return read(QByteArray(preset.form.data(), static_cast<qsizetype>(preset.form.size())));
  }
  QFile opened(file(name));
  if (!opened.open(QIODevice::ReadOnly)) return {.problem = opened.errorString()};
  return read(opened.read(kMostBytes));
}

QString CaptionPresets::save(const QString& name, const QJsonObject& settings) const {
  QDir().mkpath(m_folder);
  QSaveFile saved(file(name));
  const QByteArray text = jsonFileText(settings) + '\n';
  if (!saved.open(QIODevice::WriteOnly) || saved.write(text) != text.size() || !saved.commit())
    return saved.errorString();
  return {};
}

QString CaptionPresets::remove(const QString& name) const {
  QFile removed(file(name));
  return removed.remove() ? QString() : removed.errorString();
}

}  // namespace lapilli::gui
