// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QJsonObject>

namespace lapilli::gui {

/// What is said of a device.
class DeviceText {
  Q_DECLARE_TR_FUNCTIONS(DeviceText)

 public:
  /// `device`: as the engine's answer to `devices` has it. Its kind, memory and driver, and what it lacks
  /// where it can not be used.
  [[nodiscard]] static QString describe(const QJsonObject& device);
};

}  // namespace lapilli::gui
