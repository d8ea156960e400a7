// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/run_announcer.h"

#include "app/gui/batch/caption_page.h"
#include "app/gui/settings.h"

#include <QApplication>

namespace lapilli::gui {

RunAnnouncer::RunAnnouncer(CaptionPage& page, std::unique_ptr<DesktopServices> services, Settings& settings,
                           QWidget& window, QObject* parent)
    : QObject(parent), m_services(std::move(services)), m_settings(settings), m_window(window) {
  connect(&page, &CaptionPage::runAdvanced, this, &RunAnnouncer::follow);
  connect(&page, &CaptionPage::runEnded, this, &RunAnnouncer::tellEnd);
  connect(m_services.get(), &DesktopServices::wanted, &m_window, [this] {
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.show();
    m_window.raise();
    m_window.activateWindow();
  });
}

RunAnnouncer::~RunAnnouncer() {
  follow(false, 0, 0);
}

void RunAnnouncer::follow(bool running, qint64 finished, qint64 total) {
  const int percent = !running ? -1 : total > 0 ? static_cast<int>(100 * finished / total) : 0;
  if (percent != m_percent)
    m_services->showProgress(running ? std::optional<double>(percent / 100.0) : std::nullopt);
  m_percent = percent;
  if (running != m_running) m_services->keepAwake(running, tr("Captions are being made"));
  m_running = running;
}

void RunAnnouncer::tellEnd(const QString& sentence) {
  if (!m_settings.value(QLatin1String(kTell), true).toBool() || m_window.isActiveWindow()) return;
  m_services->tell(tr("Captions"), sentence, tr("Show"));
  QApplication::alert(&m_window);
}

}  // namespace lapilli::gui
