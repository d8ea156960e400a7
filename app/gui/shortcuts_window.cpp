// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shortcuts_window.h"

#include "app/gui/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QKeySequence>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lapilli::gui {

ShortcutsWindow::ShortcutsWindow(QWidget* parent) : QDialog(parent), m_table(new QTableWidget(0, 2)) {
  setObjectName(QStringLiteral("shortcutsWindow"));
  m_table->setObjectName(QStringLiteral("shortcuts"));
  m_table->verticalHeader()->hide();
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_table->horizontalHeader()->setStretchLastSection(true);
  m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->setShowGrid(false);
  m_table->horizontalHeader()->setHighlightSections(false);
  m_table->setFrameShape(QFrame::NoFrame);
  m_table->setTabKeyNavigation(false);
  auto* column = new QVBoxLayout(this);
  column->addWidget(m_table);
  resize(60 * kGrid, 65 * kGrid);
  retranslate();
}

void ShortcutsWindow::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void ShortcutsWindow::retranslate() {
  setWindowTitle(tr("Keyboard shortcuts"));
  m_table->setAccessibleName(windowTitle());
  m_table->setHorizontalHeaderLabels({tr("Keys"), tr("What they do")});
  const QList<QPair<QString, QString>> rows = {
      {QStringLiteral("Enter"), tr("Ask")},
      {QStringLiteral("Shift+Enter"), tr("Begin a new line in the question")},
      {QStringLiteral("Esc"),
       tr("Stop the answer; close the search; leave an edit; do without a picture that is fetched")},
      {QStringLiteral("Ctrl+N"), tr("New chat")},
      {QStringLiteral("Ctrl+O"), tr("Add pictures")},
      {QStringLiteral("Ctrl+V"), tr("Paste words or a picture")},
      {QStringLiteral("Ctrl+J"), tr("Choose the form of the answer")},
      {QStringLiteral("Ctrl+E"), tr("Edit the last question")},
      {QStringLiteral("Ctrl+R"), tr("Answer once more")},
      {QStringLiteral("Ctrl+Shift+R"), tr("Take the seed of the last answer for the next questions")},
      {QStringLiteral("Alt+Left, Alt+Right"), tr("Earlier and later version of a message")},
      {QStringLiteral("Ctrl+F"), tr("Find in this chat")},
      {QStringLiteral("Ctrl+Shift+F"), tr("Search chats, captions and prompts")},
      {QStringLiteral("F2"), tr("Rename the chat, in the list")},
      {QStringLiteral("Del"), tr("Delete the chat, in the list")},
      {QStringLiteral("Ctrl+Shift+Z"), tr("Bring the deleted chat back")},
      {QStringLiteral("A, R, E"), tr("Accept, reject, edit a caption, in the table")},
      {QStringLiteral("N, P"), tr("Next and previous picture, in the table")},
      {QStringLiteral("V"), tr("One picture at a time, or the table, of captions")},
      {QStringLiteral("Ctrl+Z"), tr("Take back an edit of captions, in the table")},
      {QStringLiteral("Ctrl+1, Ctrl+2, …"), tr("Go to a page")},
      {QStringLiteral("F1, Ctrl+/"), tr("This list")},
      {QStringLiteral("Ctrl+Q"), tr("Quit")},
  };
  m_table->setRowCount(static_cast<int>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) {
    m_table->setItem(row, 0, new QTableWidgetItem(rows[row].first));
    m_table->setItem(row, 1, new QTableWidgetItem(rows[row].second));
  }
}

}  // namespace lapilli::gui
