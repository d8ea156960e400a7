// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

namespace lapilli::gui {

/// Tests devices, one after the other, on a question whose answer is known, with a model of the engine's own:
/// the one that is loaded stays, and may answer meanwhile.
class DeviceTests : public QObject {
  Q_OBJECT

 public:
  explicit DeviceTests(JobHost& host, QObject* parent = nullptr);

  /// Those that can be used; `devices`: of the protocol's `devices`. Does nothing while tests run.
  void begin(const QJsonArray& devices);
  [[nodiscard]] bool isRunning() const { return m_job != 0; }
  /// A line for each device that was tested or is, in the user's language.
  [[nodiscard]] QString text() const;

 signals:
  void changed();

 private:
  struct Test {
    QString device;  ///< name
    QString uuid;
    bool ended = false;
    QJsonObject result = {};  ///< `test` of the protocol
    Failure failure = {};
  };
  [[nodiscard]] static QString lineOf(const Test& test);
  void next();
  void take(const QJsonObject& result, const Failure& failure);

  JobHost& m_host;
  QList<Test> m_tests;
  qsizetype m_at = 0;
  JobHost::JobId m_job = 0;
};

}  // namespace lapilli::gui
