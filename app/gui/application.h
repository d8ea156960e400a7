// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/chat_page.h"
#include "app/gui/diagnostics/log_file.h"
#include "app/gui/main_window.h"
#include "app/gui/store/chat_store.h"

class QApplication;

namespace lapilli::gui {

/// The window with all its pages, over a host: what `lapilli-desktop` shows and what tests drive.
class Desktop : public QObject {
  Q_OBJECT

 public:
  /// Fails where the chats can't be opened, with a sentence for the user.
  [[nodiscard]] static Result<std::unique_ptr<Desktop>> open(const Folders& folders,
                                                             std::unique_ptr<JobHost> host);
  ~Desktop() override;

  [[nodiscard]] MainWindow& window() { return *m_window; }
  [[nodiscard]] ChatPage& chat() { return *m_chat; }
  [[nodiscard]] ChatStore& store() { return *m_store; }
  [[nodiscard]] Settings& settings() { return m_settings; }
  [[nodiscard]] JobHost& host() { return *m_host; }
  [[nodiscard]] ModelSession& session() { return m_session; }
  [[nodiscard]] LogFile& log() { return m_logFile; }
  /// Loads the model that a command line names, on the device and with the context of the settings.
  void openModel(const QString& model);

 private:
  Desktop(const Folders& folders, std::unique_ptr<JobHost> host, std::unique_ptr<ChatStore> store,
          std::unique_ptr<Languages> languages);
  void addPages(const Parts& parts);
  void addShortcuts();
  void useEngine();

  Settings m_settings;
  LogFile m_logFile;
  std::unique_ptr<Languages> m_languages;
  Theme m_theme;
  std::unique_ptr<JobHost> m_host;
  std::unique_ptr<ChatStore> m_store;
  ModelSession m_session;
  std::unique_ptr<MainWindow> m_window;
  ChatPage* m_chat = nullptr;
  QWidget* m_log = nullptr;
  QWidget* m_shortcuts = nullptr;
};

/// The folders of a further window beside one that has these: data of its own, below them, that no other
/// window has open.
[[nodiscard]] Folders foldersBeside(const Folders& used);

/// `lapilli-desktop` from its command line to its end; returns the exit code.
int run(QApplication& application);

}  // namespace lapilli::gui
