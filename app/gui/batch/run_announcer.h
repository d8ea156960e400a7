// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/desktop_services.h"

namespace lapilli::gui {

class CaptionPage;
class Settings;

/// Lets the desktop know of runs: progress in the taskbar, no sleep meanwhile, and a notification at the end
/// where the window is not the one in use, unless the settings say otherwise.
class RunAnnouncer : public QObject {
  Q_OBJECT

 public:
  /// The setting that turns notifications off, true where it is absent.
  static constexpr const char* kTell = "captions/tell";

  /// All but the services outlive it. `window`: the page's, which is shown when somebody clicks the
  /// notification.
  RunAnnouncer(CaptionPage& page, std::unique_ptr<DesktopServices> services, Settings& settings,
               QWidget& window, QObject* parent = nullptr);
  ~RunAnnouncer() override;

 private:
  void follow(bool running, qint64 finished, qint64 total);
  void tellEnd(const QString& sentence);

  std::unique_ptr<DesktopServices> m_services;
  Settings& m_settings;
  QWidget& m_window;
  bool m_running = false;
  int m_percent = -1;  // as it was told last; −1: none
};

}  // namespace lapilli::gui
