// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/model_place.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace lapilli::gui {
namespace {

bool begins(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) && file.read(bytes.size()) == bytes;
}

bool isModelFolder(const QDir& folder) {
  if (folder.exists(QStringLiteral("config.json")) || folder.exists(QStringLiteral("adapter_config.json")))
    return true;
  return !folder.entryList({QStringLiteral("*.gguf"), QStringLiteral("*.safetensors")}, QDir::Files)
              .isEmpty();
}

}  // namespace

QString modelPlace(const QString& path) {
  const QFileInfo info(path);
  if (info.isDir()) return isModelFolder(QDir(path)) ? path : QString();
  if (!info.isFile()) return {};
  if (begins(path, "GGUF")) return path;
  const bool weights = info.suffix() == QLatin1String("safetensors") || info.suffix() == QLatin1String("bin");
  if (!weights) return {};
  return info.dir().exists(QStringLiteral("config.json")) ? info.absolutePath() : path;
}

}  // namespace lapilli::gui
