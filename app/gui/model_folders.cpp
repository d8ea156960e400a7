// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/model_folders.h"

#include "app/gui/settings.h"
#include "app/gui/theme.h"

#include <QEvent>
#include <QFileDialog>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapilli::gui {

ModelFolders::ModelFolders(Settings& settings, QWidget* parent)
    : QGroupBox(parent),
      m_settings(settings),
      m_list(new QListWidget),
      m_add(new QPushButton),
      m_remove(new QPushButton) {
  m_list->setObjectName(QStringLiteral("modelFolders"));
  m_list->setFixedHeight(12 * kGrid);
  m_add->setObjectName(QStringLiteral("addModelFolder"));
  m_remove->setObjectName(QStringLiteral("removeModelFolder"));
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_add);
  buttons->addWidget(m_remove);
  buttons->addStretch(1);
  auto* column = new QVBoxLayout(this);
  column->addWidget(m_list);
  column->addLayout(buttons);
  connect(m_add, &QPushButton::clicked, this, &ModelFolders::choose);
  connect(m_remove, &QPushButton::clicked, this, &ModelFolders::remove);
  connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) { m_remove->setEnabled(row >= 0); });
  connect(&m_settings, &Settings::changed, this, [this](const QString& key) {
    if (key == QLatin1String("models/folders")) showFolders();
  });
  showFolders();
  retranslate();
}

void ModelFolders::showFolders() {
  const int row = m_list->currentRow();
  m_list->clear();
  m_list->addItems(m_settings.modelFolders());
  m_list->setCurrentRow(qMin(row, m_list->count() - 1));
  m_remove->setEnabled(m_list->currentRow() >= 0);
}

void ModelFolders::choose() {
  auto* dialog = new QFileDialog(this, tr("Folder with models"));
  dialog->setObjectName(QStringLiteral("folderDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::Directory);
  connect(dialog, &QFileDialog::fileSelected, this, &ModelFolders::add);
  dialog->open();
}

void ModelFolders::add(const QString& folder) {
  QStringList folders = m_settings.modelFolders();
  if (folders.contains(folder)) return;
  folders.append(folder);
  m_settings.setModelFolders(folders);
}

void ModelFolders::remove() {
  const QListWidgetItem* chosen = m_list->currentItem();
  if (chosen == nullptr) return;
  QStringList folders = m_settings.modelFolders();
  folders.removeAll(chosen->text());
  m_settings.setModelFolders(folders);
}

void ModelFolders::changeEvent(QEvent* event) {
  QGroupBox::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void ModelFolders::retranslate() {
  setTitle(tr("Folders with models"));
  m_list->setAccessibleName(tr("Folders with models"));
  m_add->setText(tr("Add a folder…"));
  m_remove->setText(tr("Remove"));
}

}  // namespace lapilli::gui
