// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/languages.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;

namespace lapilli::gui {

class Banner;
class Sidebar;

/// What pages work with; everything outlives them.
struct Parts {
  Settings& settings;
  Folders folders;
  JobHost& host;
  ModelSession& session;
  Theme& theme;
  Languages& languages;
};

/// The sidebar, the pages, and the banner that tells when the engine or the model is in trouble. Pages are
/// plain widgets; one with a slot openFiles(QStringList) receives the files that are handed to the program.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(const Parts& parts, QWidget* parent = nullptr);

  /// Adds a page at the end of the sidebar. `title` is asked again when the language changes.
  void addPage(const QString& id, const QString& icon, std::function<QString()> title, QWidget* page);
  void showPage(const QString& id);
  [[nodiscard]] QString currentPage() const;
  [[nodiscard]] QWidget* page(const QString& id) const;
  /// Pictures and models, e.g. of the command line or of a second start.
  void openFiles(const QStringList& files);

 protected:
  void changeEvent(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void retranslate();
  void showEngineTrouble();

  Parts m_parts;
  Sidebar* m_sidebar;
  QStackedWidget* m_stack;
  Banner* m_banner;
  QStringList m_ids;
};

}  // namespace lapilli::gui
