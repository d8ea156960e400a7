// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/log_window.h"

#include "app/gui/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSet>
#include <QTime>
#include <QVBoxLayout>

namespace lapilli::gui {
namespace {

/// Messages about questions, forms and pictures may repeat what the user wrote; those about the machine and
/// the model do not.
bool isAboutTheMachine(const QString& request, const QString& code) {
  static const QSet<QString> kRequests = {QString(),
                                          QStringLiteral("load"),
                                          QStringLiteral("describe"),
                                          QStringLiteral("devices"),
                                          QStringLiteral("test_device"),
                                          QStringLiteral("unload")};
  static const QSet<QString> kCodes = {QStringLiteral("device_lost"), QStringLiteral("out_of_memory"),
                                       QStringLiteral("no_device")};
  return kRequests.contains(request) || kCodes.contains(code);
}

QString logEntry(const QString& request, const QString& code, const QString& message) {
  QStringList parts;
  for (const QString& part : {request, code, isAboutTheMachine(request, code) ? message : QString()}) {
    if (!part.isEmpty()) parts.append(part);
  }
  return parts.join(QStringLiteral(": "));
}

}  // namespace

LogWindow::LogWindow(JobHost& host, LogFile& file, const Settings& settings, QWidget* parent)
    : QDialog(parent),
      m_host(host),
      m_file(file),
      m_settings(settings),
      m_text(new QPlainTextEdit),
      m_package(new QPushButton),
      m_copy(new QPushButton) {
  setObjectName(QStringLiteral("logWindow"));
  m_text->setObjectName(QStringLiteral("log"));
  m_package->setObjectName(QStringLiteral("debugPackageButton"));
  m_text->setReadOnly(true);
  m_text->setTabChangesFocus(true);
  m_text->setMaximumBlockCount(kMostLines);
  m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  auto* buttons = new QHBoxLayout;
  buttons->addStretch(1);
  buttons->addWidget(m_package);
  buttons->addWidget(m_copy);
  auto* column = new QVBoxLayout(this);
  column->addWidget(m_text);
  column->addLayout(buttons);
  resize(90 * kGrid, 60 * kGrid);
  connect(m_copy, &QPushButton::clicked, this,
          [this] { QApplication::clipboard()->setText(withoutPrivateData(m_text->toPlainText())); });
  connect(m_package, &QPushButton::clicked, this, &LogWindow::askWhereTo);
  connectHost();
  retranslate();
}

void LogWindow::connectHost() {
  connect(&m_host, &JobHost::logLine, this, [this](const QString& line) { add(LogFile::Level::Info, line); });
  connect(&m_host, &JobHost::note, this,
          [this](JobHost::JobId job, const QString& code, const QString& message) {
            add(LogFile::Level::Info, logEntry(m_host.requestOf(job), code, message));
          });
  connect(&m_host, &JobHost::hostFailed, this, [this](const Failure& failure, bool again) {
    add(LogFile::Level::Error, logEntry({}, failure.code, failure.message));
    if (again)
      add(LogFile::Level::Info, QStringLiteral("engine: started again, %1 so far").arg(m_host.restarts()));
  });
  connect(&m_host, &JobHost::stateChanged, this, [this](JobHost::State state) {
    if (state == JobHost::State::kReady) add(LogFile::Level::Info, QStringLiteral("engine: ready"));
  });
  connect(&m_host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job == m_devices) writePackage({{QStringLiteral("devices"), result[QStringLiteral("devices")]}});
  });
  connect(&m_host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (job == m_devices) return writePackage({});
    if (failure.code != QLatin1String("stopped"))
      add(LogFile::Level::Warning, logEntry(failure.request, failure.code, failure.message));
  });
}

void LogWindow::askWhereTo() {
  auto* dialog = new QFileDialog(this, tr("Debug package: log, devices and versions, no pictures or texts"));
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(QStringLiteral("tar"));
  dialog->selectFile(QStringLiteral("lapilli-debug.tar"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::fileSelected, this, &LogWindow::saveDebugPackage);
  dialog->open();
}

void LogWindow::saveDebugPackage(const QString& path) {
  m_packagePath = path;
  m_devices = m_host.devices();
}

void LogWindow::writePackage(const QJsonObject& devices) {
  m_devices = 0;
  const auto written = writeDebugPackage(m_packagePath, m_file, m_settings, troubles(m_host), devices);
  const QString problem = written.ok() ? QString() : QString::fromStdString(written.error().message());
  m_text->appendPlainText(written.ok()
                              ? tr("The debug package is in %1.").arg(QDir::toNativeSeparators(m_packagePath))
                              : problem);
  emit debugPackageSaved(m_packagePath, problem);
}

void LogWindow::add(LogFile::Level level, const QString& line) {
  m_text->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss.zzz ")) + line);
  m_file.write(level, QStringLiteral("engine"), line);
}

void LogWindow::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void LogWindow::retranslate() {
  setWindowTitle(tr("Log"));
  m_text->setAccessibleName(tr("Log"));
  m_copy->setText(tr("Copy all"));
  m_package->setText(tr("Save debug package …"));
}

}  // namespace lapilli::gui
