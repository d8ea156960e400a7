// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/engine_process.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace lapilli::gui {
EngineProcess::EngineProcess(QString program, QStringList arguments, QObject* parent)
    : JobHost(parent), m_program(std::move(program)), m_arguments(std::move(arguments)) {
  makeProcess();
}

EngineProcess::~EngineProcess() {
  disconnect(m_process.get(), nullptr, this, nullptr);
  if (m_process->state() == QProcess::NotRunning) return;
  // Answers are stored by the window; the engine has nothing to save.
  m_process->kill();
  if (!m_process->waitForFinished(1000)) abandon();
}

void EngineProcess::setProgram(const QString& program) {
  if (program == m_program) return;
  m_program = program;
  restart();
}

void EngineProcess::makeProcess() {
  m_process = std::make_unique<QProcess>();
  connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &EngineProcess::read);
  connect(m_process.get(), &QProcess::readyReadStandardError, this, &EngineProcess::readLog);
  connect(m_process.get(), &QProcess::finished, this, &EngineProcess::finish);
  connect(m_process.get(), &QProcess::errorOccurred, this, &EngineProcess::error);
}

/// A process that a driver holds in the kernel survives its kill, and the destructor of QProcess would wait
/// for it: the object is left to the end of the program.
void EngineProcess::abandon() {
  disconnect(m_process.get(), nullptr, this, nullptr);
  static_cast<void>(m_process.release());
  makeProcess();
}

void EngineProcess::begin() {
  m_input.clear();
  if (m_program.isEmpty()) {
    QTimer::singleShot(0, this, [this] { ended({QStringLiteral("engine_missing"), {}, {}}); });
    return;
  }
  m_process->start(m_program, m_arguments);
}

void EngineProcess::end() {
  m_process->kill();
}

void EngineProcess::write(const QByteArray& line) {
  m_process->write(line);
}

void EngineProcess::read() {
  m_input += m_process->readAllStandardOutput();
  qsizetype begin = 0;
  for (qsizetype end = m_input.indexOf('\n'); end >= 0; end = m_input.indexOf('\n', begin)) {
    receive(m_input.mid(begin, end - begin));
    begin = end + 1;
  }
  m_input.remove(0, begin);
  if (m_input.size() > kMostLineBytes) {
    m_input.clear();
    giveUp({QStringLiteral("engine_garbled"), QStringLiteral("a line of more than 16 MiB"), m_program});
  }
}

void EngineProcess::readLog() {
  for (const QByteArray& line : m_process->readAllStandardError().split('\n')) {
    if (!line.trimmed().isEmpty()) emit logLine(QString::fromUtf8(line));
  }
}

void EngineProcess::finish(int exitCode, QProcess::ExitStatus status) {
  read();
  const QString how =
      status == QProcess::CrashExit ? QStringLiteral("signal %1") : QStringLiteral("exit code %1");
  ended({QStringLiteral("engine_crashed"), how.arg(exitCode), m_program});
}

void EngineProcess::error(QProcess::ProcessError error) {
  if (error != QProcess::FailedToStart) return;
  // Behind this signal QProcess waits for the child that failed: one started meanwhile would be waited for.
  const Failure why{QStringLiteral("engine_missing"), m_process->errorString(), m_program};
  QTimer::singleShot(0, this, [this, why] { ended(why); });
}

QString engineProgram(const QString& configured) {
  if (!configured.isEmpty()) return configured;
  const QDir here(QCoreApplication::applicationDirPath());
  for (const char* place : {"lapilli", "../cli/lapilli"}) {
    const QFileInfo program(here.filePath(QLatin1String(place)));
    if (program.isExecutable()) return program.canonicalFilePath();
  }
  return QStandardPaths::findExecutable(QStringLiteral("lapilli"));
}

}  // namespace lapilli::gui
