// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/main_window.h"
#include "app/gui/models/download_panel.h"
#include "app/gui/models/model_list.h"
#include "app/gui/models/model_parts.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QListView;
class QPushButton;
class QTabWidget;
class QToolButton;

namespace lapilli::gui {

/// The models on this computer, what they are and whether they fit, before one is loaded; and more from a
/// hub.
class ModelsPage : public QWidget {
  Q_OBJECT

 public:
  explicit ModelsPage(const Parts& parts, QWidget* parent = nullptr);

  /// What the sidebar calls it.
  [[nodiscard]] static QString title();
  /// Looks through the folders again.
  void look();
  [[nodiscard]] const ModelList& models() const { return *m_models; }

 signals:
  /// The user chose a model; it is being loaded.
  void used(const lapilli::gui::LoadOptions& options);

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void build();
  QWidget* localTab();
  void retranslate();
  void addPlace(bool folder);
  [[nodiscard]] QStringList places() const;
  void showLooking(qint64 folders);
  void showOne();
  void showDetails();
  void showUse();
  [[nodiscard]] bool isChosen(const ModelList::Entry& entry) const;
  void showParts(const ModelList::Entry& entry);
  void showStatus(std::function<QString()> text);
  void addFact(const QString& name, const QString& value);
  void use();

  Parts m_parts;
  ModelList* m_models;
  QLabel* m_title;
  QTabWidget* m_tabs;
  QPushButton* m_addFolder;
  QPushButton* m_addFile;
  QPushButton* m_again;
  QListView* m_view;
  QLabel* m_status;
  std::function<QString()> m_statusText;  // asked again in another language
  QLabel* m_name;
  QLabel* m_verdict;
  QLabel* m_problem;
  QFormLayout* m_facts;
  QPushButton* m_use;
  QToolButton* m_partsButton;
  ModelParts* m_modelParts;
  DownloadPanel* m_download;
  bool m_looked = false;
  QString m_shown;       // the path of the model whose details are shown, or were last
  double m_loaded = -1;  // how much of the model that is loading; below 0: not known
};

}  // namespace lapilli::gui
