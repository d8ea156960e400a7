// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

namespace lapilli::gui {

/// Whether the engine itself is in trouble: nothing is said of what was asked.
[[nodiscard]] inline bool isOfHost(const Failure& failure) {
  return failure.code.startsWith(QLatin1String("engine_"));
}

/// Whether the engine has lost the device that it works on; one that is only tested is another.
[[nodiscard]] inline bool isDeviceLoss(const Failure& failure) {
  return failure.code == QLatin1String("device_lost") && failure.request != QLatin1String("test_device");
}

}  // namespace lapilli::gui
