// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/diagnostics/debug_package.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLocale>
#include <QSaveFile>
#include <QSysInfo>

namespace lapilli::gui {
namespace {

constexpr qsizetype kBlock = 512;

/// A field of a tar header: octal digits and a zero.
void putOctal(QByteArray& header, qsizetype at, qsizetype width, qint64 value) {
  const QByteArray digits = QByteArray::number(value, 8).rightJustified(width - 1, '0');
  header.replace(at, width - 1, digits);
}

/// One file in the form of POSIX.1-1988 (ustar), which every tar reads.
QByteArray tarEntry(const QByteArray& name, const QByteArray& content) {
  QByteArray header(kBlock, '\0');
  header.replace(0, name.size(), name);
  putOctal(header, 100, 8, 0644);
  putOctal(header, 108, 8, 0);
  putOctal(header, 116, 8, 0);
  putOctal(header, 124, 12, content.size());
  putOctal(header, 136, 12, QDateTime::currentSecsSinceEpoch());
  header.replace(148, 8, QByteArray(8, ' '));  // the sum is taken over blanks
  header[156] = '0';
  header.replace(257, 5, "ustar");
  header.replace(263, 2, "00");
  qint64 sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  putOctal(header, 148, 7, sum);
  header[154] = '\0';
  return header + content + QByteArray((kBlock - content.size() % kBlock) % kBlock, '\0');
}

QByteArray text(const QJsonObject& object) {
  return QJsonDocument(object).toJson();
}

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// How many presets of generation settings are the user's.
qsizetype presetsOf(const Settings& settings) {
  const QDir folder(QFileInfo(settings.fileName()).dir().filePath(QStringLiteral("presets")));
  return folder.entryList({QStringLiteral("*.json")}, QDir::Files).size();
}

}  // namespace

QJsonObject publicSettings(const Settings& settings) {
  return {{QStringLiteral("appearance"), settings.appearance()},
          {QStringLiteral("language"), settings.language()},
          {QStringLiteral("device"), settings.device()},
          {QStringLiteral("context"), settings.context()},
          {QStringLiteral("aspect"), settings.aspect()},
          {QStringLiteral("orientation"), settings.orientation()},
          {QStringLiteral("own_presets"), presetsOf(settings)},
          {QStringLiteral("own_engine"), !settings.engineProgram().isEmpty()},
          {QStringLiteral("demo_model"), settings.model().model == QLatin1String(defaults::kDemoModel)},
          {QStringLiteral("model_folders"), settings.modelFolders().size()}};
}

QJsonObject versions() {
  return {{QStringLiteral("lapilli"), QCoreApplication::applicationVersion()},
          {QStringLiteral("qt"), QString::fromLatin1(qVersion())},
          {QStringLiteral("system"), QSysInfo::prettyProductName()},
          {QStringLiteral("kernel"), QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion()},
          {QStringLiteral("processor"), QSysInfo::currentCpuArchitecture()},
          {QStringLiteral("locale"), QLocale::system().name()}};
}

QJsonObject troubles(const JobHost& host) {
  return {{QStringLiteral("restarts"), host.restarts()},
          {QStringLiteral("device_losses"), host.deviceLosses()},
          {QStringLiteral("last_failure"), host.lastFailure().code}};
}

Result<void> writeDebugPackage(const QString& file, const LogFile& log, const Settings& settings,
                               const QJsonObject& engine, const QJsonObject& devices) {
  QByteArray tar = tarEntry("versions.json", text(versions())) +
                   tarEntry("settings.json", text(publicSettings(settings))) +
                   tarEntry("engine.json", text(engine));
  if (!devices.isEmpty()) tar += tarEntry("devices.json", text(devices));
  for (const QString& path : log.files())
    tar += tarEntry(QFileInfo(path).fileName().toLatin1(), contentOf(path));
  tar += QByteArray(2 * kBlock, '\0');
  QSaveFile output(file);
  if (output.open(QIODevice::WriteOnly) && output.write(tar) == tar.size() && output.commit()) return {};
  return Error(ErrorCode::kIo,
               QCoreApplication::translate("DebugPackage", "The debug package can't be written: %1.")
                   .arg(output.errorString())
                   .toStdString(),
               file.toStdString());
}

}  // namespace lapilli::gui
