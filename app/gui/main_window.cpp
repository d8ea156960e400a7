// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include "app/gui/banner.h"
#include "app/gui/icons.h"
#include "app/gui/sidebar.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QStackedWidget>

namespace lapilli::gui {

MainWindow::MainWindow(const Parts& parts, QWidget* parent)
    : QMainWindow(parent),
      m_parts(parts),
      m_sidebar(new Sidebar),
      m_stack(new QStackedWidget),
      m_banner(new Banner) {
  setObjectName(QStringLiteral("mainWindow"));
  setWindowIcon(applicationIcon());
  auto* right = new QVBoxLayout;
  right->setContentsMargins(0, 0, 0, 0);
  right->setSpacing(0);
  right->addWidget(m_banner);
  right->addWidget(m_stack, 1);
  auto* middle = new QWidget;
  auto* row = new QHBoxLayout(middle);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  row->addWidget(m_sidebar);
  row->addLayout(right, 1);
  setCentralWidget(middle);
  setMinimumSize(90 * kGrid, 65 * kGrid);
  resize(145 * kGrid, 95 * kGrid);
  restoreGeometry(m_parts.settings.windowState(objectName()));

  connect(m_sidebar, &Sidebar::chosen, this, [this](int index) { showPage(m_ids.value(index)); });
  connect(m_banner, &Banner::acted, this, [this] {
    m_banner->hide();
    m_parts.host.start();
    if (m_parts.session.state() != ModelSession::State::kReady) m_parts.session.reopen();
  });
  connect(&m_parts.host, &JobHost::hostFailed, this, &MainWindow::showEngineTrouble);
  connect(&m_parts.session, &ModelSession::changed, this, &MainWindow::showEngineTrouble);
  retranslate();
}

void MainWindow::addPage(const QString& id, const QString& icon, std::function<QString()> title,
                         QWidget* page) {
  m_ids.append(id);
  m_sidebar->add(icon, std::move(title), id + QStringLiteral("Button"));
  m_stack->addWidget(page);
  if (m_ids.size() == 1) m_sidebar->setCurrent(0);
}

void MainWindow::showPage(const QString& id) {
  const int index = static_cast<int>(m_ids.indexOf(id));
  if (index < 0) return;
  m_sidebar->setCurrent(index);
  m_stack->setCurrentIndex(index);
  m_stack->currentWidget()->setFocus();
}

QString MainWindow::currentPage() const {
  return m_ids.value(m_stack->currentIndex());
}

QWidget* MainWindow::page(const QString& id) const {
  return m_stack->widget(static_cast<int>(m_ids.indexOf(id)));
}

void MainWindow::openFiles(const QStringList& files) {
  if (files.isEmpty() || m_ids.isEmpty()) return;
  showPage(m_ids.front());
  QWidget* page = m_stack->currentWidget();
  if (page->metaObject()->indexOfSlot("openFiles(QStringList)") >= 0)
    QMetaObject::invokeMethod(page, "openFiles", Q_ARG(QStringList, files));
}

void MainWindow::showEngineTrouble() {
  if (m_parts.host.state() == JobHost::State::kStopped && !m_parts.host.lastFailure().code.isEmpty()) {
    m_banner->show(errorText(m_parts.host.lastFailure()), tr("Start the engine again"));
  } else if (m_parts.session.state() == ModelSession::State::kFailed &&
             m_parts.session.failure().code != QLatin1String("stopped")) {
    m_banner->show(errorText(m_parts.session.failure()), tr("Load the model again"));
  } else {
    m_banner->hide();
  }
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void MainWindow::retranslate() {
  setWindowTitle(tr("Lapilli"));
  m_sidebar->retranslate();
  showEngineTrouble();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  m_parts.settings.setWindowState(objectName(), saveGeometry());
  QMainWindow::closeEvent(event);
}

}  // namespace lapilli::gui
