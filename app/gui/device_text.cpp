// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/device_text.h"

#include <QJsonArray>
#include <QLocale>

namespace lapilli::gui {
namespace {

QString textOf(const QJsonObject& object, const char* name) {
  return object.value(QLatin1String(name)).toString();
}

/// "discrete GPU", … of the protocol, in the user's language.
QString typeName(const QString& type) {
  if (type == QLatin1String("discrete GPU")) return DeviceText::tr("discrete GPU");
  if (type == QLatin1String("integrated GPU")) return DeviceText::tr("integrated GPU");
  if (type == QLatin1String("virtual GPU")) return DeviceText::tr("virtual GPU");
  if (type == QLatin1String("software")) return DeviceText::tr("software, on the processor");
  return DeviceText::tr("other kind");
}

/// The memory that is free for this program and all there is, in bytes, of the device's own heaps.
QPair<qint64, qint64> memoryOf(const QJsonObject& device) {
  qint64 free = 0;
  qint64 all = 0;
  for (const QJsonValue& heap : device.value(QLatin1String("heaps")).toArray()) {
    if (!heap[QLatin1String("device_local")].toBool()) continue;
    all += heap[QLatin1String("size_bytes")].toInteger();
    free += qMax<qint64>(
        0, heap[QLatin1String("budget_bytes")].toInteger() - heap[QLatin1String("used_bytes")].toInteger());
  }
  return {free, all};
}

}  // namespace

QString DeviceText::describe(const QJsonObject& device) {
  const auto [free, all] = memoryOf(device);
  QString text = DeviceText::tr("%1 · %2 of memory, %3 free · driver %4")
                     .arg(typeName(textOf(device, "type")), QLocale().formattedDataSize(all),
                          QLocale().formattedDataSize(free), textOf(device, "driver"));
  if (!device.value(QLatin1String("usable")).toBool(true)) {
    QStringList missing;
    for (const QJsonValue& part : device.value(QLatin1String("missing")).toArray())
      missing.append(part.toString());
    text += QLatin1Char('\n') +
            DeviceText::tr("Can not be used; it lacks: %1").arg(missing.join(QStringLiteral(", ")));
  }
  return text;
}

}  // namespace lapilli::gui
