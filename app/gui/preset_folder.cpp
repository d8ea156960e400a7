// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/preset_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace lapilli::gui {
namespace {

constexpr QLatin1String kEnding(".json");

}  // namespace

bool PresetFolder::isName(const QString& name) {
  return !name.isEmpty() && name.size() <= kLongestName && name == name.trimmed() &&
         !name.startsWith(QLatin1Char('.')) && !name.endsWith(kEnding) &&
         std::none_of(name.begin(), name.end(), [](QChar c) {
           return c == QLatin1Char('/') || c == QLatin1Char('\\') || c.category() == QChar::Other_Control;
         });
}

QStringList PresetFolder::names() const {
  QStringList names;
  for (const QString& file :
       QDir(m_path).entryList({QLatin1Char('*') + kEnding}, QDir::Files, QDir::Name | QDir::IgnoreCase)) {
    const QString name = file.chopped(kEnding.size());
    if (isName(name)) names.append(name);
  }
  return names;
}

QString PresetFolder::file(const QString& name) const {
  return QDir(m_path).filePath(name + kEnding);
}

PresetFolder::Content PresetFolder::read(const QString& file, qint64 mostBytes) {
  // A pipe would be waited for, a device may have no end.
  if (const QFileInfo info(file); info.exists() && !info.isFile()) return {.isFile = false};
  QFile opened(file);
  if (!opened.open(QIODevice::ReadOnly)) return {.problem = opened.errorString()};
  return {.text = opened.read(mostBytes + 1)};
}

QString PresetFolder::save(const QString& name, const QByteArray& text) const {
  QDir().mkpath(m_path);
  QSaveFile saved(file(name));
  if (!saved.open(QIODevice::WriteOnly) || saved.write(text) != text.size() || !saved.commit())
    return saved.errorString();
  return {};
}

QString PresetFolder::remove(const QString& name) const {
  QFile removed(file(name));
  return removed.remove() ? QString() : removed.errorString();
}

}  // namespace lapilli::gui
