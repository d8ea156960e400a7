// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/log_window.h"

#include "app/gui/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTime>
#include <QVBoxLayout>

namespace lapilli::gui {

LogWindow::LogWindow(JobHost& host, QWidget* parent)
    : QDialog(parent), m_text(new QPlainTextEdit), m_copy(new QPushButton) {
  setObjectName(QStringLiteral("logWindow"));
  m_text->setObjectName(QStringLiteral("log"));
  m_text->setReadOnly(true);
  m_text->setTabChangesFocus(true);
  m_text->setMaximumBlockCount(kMostLines);
  m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  auto* column = new QVBoxLayout(this);
  column->addWidget(m_text);
  column->addWidget(m_copy, 0, Qt::AlignRight);
  resize(90 * kGrid, 60 * kGrid);
  connect(m_copy, &QPushButton::clicked, this,
          [this] { QApplication::clipboard()->setText(m_text->toPlainText()); });
  connect(&host, &JobHost::logLine, this, &LogWindow::add);
  connect(&host, &JobHost::note, this, [this](JobHost::JobId, const QString& code, const QString& message) {
    add(code + QStringLiteral(": ") + message);
  });
  connect(&host, &JobHost::hostFailed, this, [this](const Failure& failure, bool) {
    add(failure.code + QStringLiteral(": ") + failure.message);
  });
  connect(&host, &JobHost::stateChanged, this, [this](JobHost::State state) {
    if (state == JobHost::State::kReady) add(QStringLiteral("engine: ready"));
  });
  retranslate();
}

void LogWindow::add(const QString& line) {
  m_text->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss.zzz ")) + line);
}

void LogWindow::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void LogWindow::retranslate() {
  setWindowTitle(tr("Log"));
  m_text->setAccessibleName(tr("Log"));
  m_copy->setText(tr("Copy all"));
}

}  // namespace lapilli::gui
