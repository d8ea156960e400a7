// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/engine_process.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest/QtTest>

namespace lapilli::test {

/// `scripted_host` with these settings, e.g. {"crash_at=3"}.
inline std::unique_ptr<gui::EngineProcess> scriptedHost(const QStringList& settings) {
  return std::make_unique<gui::EngineProcess>(QStringLiteral(LAPILLI_SCRIPTED_HOST), settings);
}

/// Main of a test that draws on no screen and touches nothing of the user's.
#define LAPILLI_GUI_TEST_MAIN(Test)                                   \
  int main(int argc, char** argv) {                                   \
    qputenv("QT_QPA_PLATFORM", "offscreen");                          \
    QStandardPaths::setTestModeEnabled(true);                         \
    QApplication application(argc, argv);                             \
    QApplication::setApplicationName(QStringLiteral("lapilli-test")); \
    Test test;                                                        \
    return QTest::qExec(&test, argc, argv);                           \
  }

}  // namespace lapilli::test
