// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/languages.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QMainWindow>

class QMimeData;
class QStackedWidget;

namespace lapilli::gui {

class Banner;
class DropOverlay;
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
  /// Pictures and models, e.g. of the command line or of a second start. A model is offered to be loaded, a
  /// folder alone goes to the page of captions, all else to the first page. What is not taken is named.
  void openFiles(const QStringList& files);
  /// What else than files may be dropped on the window, and who takes it; the first page is shown then.
  void takeDrops(std::function<bool(const QMimeData&)> offers, std::function<void(const QMimeData&)> take);

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void changeEvent(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void retranslate();
  void showEngineTrouble();
  void showRefusal(const LoadOptions& options, const Failure& failure);
  void openOn(const QString& id, const QStringList& files);
  /// Offers the first of the models among files, with a projector that lies among them, and returns the
  /// files that are none.
  QStringList offerModels(const QStringList& files);
  void showOffer();
  [[nodiscard]] QString promise(const QMimeData& offered) const;

  Parts m_parts;
  Sidebar* m_sidebar;
  QStackedWidget* m_stack;
  Banner* m_banner;
  Banner* m_offer;
  DropOverlay* m_overlay;
  LoadOptions m_offered;       // no model: none
  QStringList m_otherModels;   // that came with it
  QStringList m_otherFolders;  // that came with the one that was opened
  QStringList m_addresses;     // that came with files
  QStringList m_ids;
  std::function<bool(const QMimeData&)> m_offers;
  std::function<void(const QMimeData&)> m_take;
};

}  // namespace lapilli::gui
