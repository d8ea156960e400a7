// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>

namespace lapilli::gui {

/// How long this thread has waited for a processor that others used, in milliseconds since it began; 0 where
/// the system doesn't tell. Source: schedstat of proc(5), whose second number is that in nanoseconds.
inline double waitedForProcessorMs() {
  QFile file(QStringLiteral("/proc/thread-self/schedstat"));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  return file.readAll().split(' ').value(1).toDouble() / 1e6;
}

}  // namespace lapilli::gui
