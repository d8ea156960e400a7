// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/processor_wait.h"

#include <QElapsedTimer>
#include <QTimer>

namespace lapilli::test {

/// Ticks in the window's thread; a gap is the time between two ticks less what other programs took of the
/// machine.
class Heartbeat : public QObject {
 public:
  Heartbeat() {
    m_time.start();
    m_waited = gui::waitedForProcessorMs();
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(5);
    connect(&m_timer, &QTimer::timeout, this, [this] {
      const double waited = gui::waitedForProcessorMs();
      longestMs = qMax(longestMs, static_cast<double>(m_time.nsecsElapsed()) / 1e6 - (waited - m_waited));
      ++beats;
      m_waited = waited;
      m_time.start();
    });
    m_timer.start();
  }
  double longestMs = 0;
  int beats = 0;

 private:
  QTimer m_timer;
  QElapsedTimer m_time;
  double m_waited = 0;
};

}  // namespace lapilli::test
