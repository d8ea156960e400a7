// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QProcess>

#include <memory>

namespace lapilli::gui {

/// `lapilli serve` as a child process. Nothing here waits for it.
class EngineProcess final : public JobHost {
  Q_OBJECT

 public:
  /// program, arguments: what to start, e.g. engineProgram() and {"serve"}.
  EngineProcess(QString program, QStringList arguments, QObject* parent = nullptr);
  ~EngineProcess() override;

  /// Another program in the place of the first, from now on.
  void setProgram(const QString& program);
  /// 0 while it does not run.
  [[nodiscard]] qint64 processId() const { return m_process->processId(); }

 protected:
  void begin() override;
  void end() override;
  void write(const QByteArray& line) override;
  void abandon() override;

 private:
  void makeProcess();
  void read();
  void readLog();
  void finish(int exitCode, QProcess::ExitStatus status);
  void error(QProcess::ProcessError error);

  QString m_program;
  QStringList m_arguments;
  std::unique_ptr<QProcess> m_process;
  QByteArray m_input;
};

/// The engine's program: `configured` where that is not empty, else `lapilli` beside this program, in the
/// build tree, or on PATH; empty: there is none.
[[nodiscard]] QString engineProgram(const QString& configured);

}  // namespace lapilli::gui
