// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QStandardPaths>

namespace lapilli::gui {
namespace {

QString made(const QString& folder) {
  QDir().mkpath(folder);
  return folder;
}

QString json(const QJsonObject& object) {
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject object(const QVariant& value) {
  return QJsonDocument::fromJson(value.toString().toUtf8()).object();
}

/// A file of a later version is kept aside, since this program would spoil it.
QString usable(const QString& file) {
  const int version = QSettings(file, QSettings::IniFormat).value(QStringLiteral("version"), 0).toInt();
  if (version > Settings::kVersion) {
    const QString aside = QStringLiteral("%1.version-%2").arg(file).arg(version);
    QFile::remove(aside);
    QFile::rename(file, aside);
  }
  return file;
}

}  // namespace

Folders Folders::standard() {
  return {made(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation)),
          made(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)),
          made(QStandardPaths::writableLocation(QStandardPaths::CacheLocation))};
}

Folders Folders::below(const QString& folder) {
  const QDir dir(folder);
  return {made(dir.filePath(QStringLiteral("config"))), made(dir.filePath(QStringLiteral("data"))),
          made(dir.filePath(QStringLiteral("cache")))};
}

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent), m_file(usable(file), QSettings::IniFormat) {
  if (m_file.value(QStringLiteral("version")).toInt() != kVersion)
    m_file.setValue(QStringLiteral("version"), kVersion);
}

QVariant Settings::value(const QString& key, const QVariant& otherwise) const {
  return m_file.value(key, otherwise);
}

void Settings::setValue(const QString& key, const QVariant& value) {
  if (m_file.value(key) == value) return;
  m_file.setValue(key, value);
  emit changed(key);
}

QString Settings::oneOf(const QString& key, const QStringList& values) const {
  const QString found = m_file.value(key).toString();
  return values.contains(found) ? found : values.front();
}

QString Settings::appearance() const {
  return oneOf(QStringLiteral("appearance"),
               {QLatin1String(defaults::kAppearance), QStringLiteral("light"), QStringLiteral("dark")});
}
void Settings::setAppearance(const QString& value) {
  setValue(QStringLiteral("appearance"), value);
}

QString Settings::language() const {
  return oneOf(QStringLiteral("language"), {QLatin1String(defaults::kLanguage), QStringLiteral("en"),
                                            QStringLiteral("zh_CN"), QStringLiteral("zh_TW")});
}
void Settings::setLanguage(const QString& value) {
  setValue(QStringLiteral("language"), value);
}

QString Settings::device() const {
  return value(QStringLiteral("engine/device")).toString();
}
void Settings::setDevice(const QString& uuid) {
  setValue(QStringLiteral("engine/device"), uuid);
}

QString Settings::engineProgram() const {
  return value(QStringLiteral("engine/program")).toString();
}
void Settings::setEngineProgram(const QString& path) {
  setValue(QStringLiteral("engine/program"), path);
}

LoadOptions Settings::model() const {
  LoadOptions options = LoadOptions::fromJson(object(value(QStringLiteral("engine/model"))));
  if (options.model.isEmpty()) options.model = QLatin1String(defaults::kDemoModel);
  options.device = device();
  options.context = context();
  return options;
}
void Settings::setModel(const LoadOptions& options) {
  setValue(QStringLiteral("engine/model"), json(options.toJson()));
}

QStringList Settings::modelFolders() const {
  return value(QStringLiteral("models/folders")).toStringList();
}
void Settings::setModelFolders(const QStringList& folders) {
  setValue(QStringLiteral("models/folders"), folders);
}

int Settings::context() const {
  return qBound(0, value(QStringLiteral("engine/context"), 0).toInt(), 1 << 20);
}
void Settings::setContext(int tokens) {
  setValue(QStringLiteral("engine/context"), tokens);
}

QString Settings::aspect() const {
  return oneOf(QStringLiteral("pictures/aspect"),
               {QLatin1String(defaults::kAspect), QStringLiteral("crop"), QStringLiteral("stretch")});
}
void Settings::setAspect(const QString& value) {
  setValue(QStringLiteral("pictures/aspect"), value);
}

QString Settings::orientation() const {
  return oneOf(QStringLiteral("pictures/orientation"),
               {QLatin1String(defaults::kOrientation), QStringLiteral("ignore")});
}
void Settings::setOrientation(const QString& value) {
  setValue(QStringLiteral("pictures/orientation"), value);
}

QString Settings::preset() const {
  return value(QStringLiteral("chat/preset"), QLatin1String(defaults::kPreset)).toString();
}
void Settings::setPreset(const QString& name) {
  setValue(QStringLiteral("chat/preset"), name);
}

QMap<QString, Sampling> Settings::presets() const {
  const QJsonObject all = object(value(QStringLiteral("chat/presets")));
  QMap<QString, Sampling> presets;
  for (const QString& name : all.keys()) presets.insert(name, Sampling::fromJson(all.value(name).toObject()));
  return presets;
}
void Settings::setPresets(const QMap<QString, Sampling>& presets) {
  QJsonObject all;
  for (auto at = presets.begin(); at != presets.end(); ++at) all[at.key()] = at.value().toJson();
  setValue(QStringLiteral("chat/presets"), json(all));
}

QString Settings::folderOfPictures() const {
  return value(QStringLiteral("pictures/folder"),
               QStandardPaths::writableLocation(QStandardPaths::PicturesLocation))
      .toString();
}
void Settings::setFolderOfPictures(const QString& folder) {
  setValue(QStringLiteral("pictures/folder"), folder);
}

QByteArray Settings::windowState(const QString& window) const {
  return value(QStringLiteral("windows/") + window).toByteArray();
}
void Settings::setWindowState(const QString& window, const QByteArray& state) {
  setValue(QStringLiteral("windows/") + window, state);
}

}  // namespace lapilli::gui
