// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/start_trouble.h"

#include <QDesktopServices>
#include <QDir>
#include <QPushButton>
#include <QUrl>

namespace lapilli::gui {
namespace {

QString todoFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIo:
      return StartTrouble::tr(
          "Close other windows of Lapilli, check the permissions and the free space of the folder, then try "
          "again.");
    case ErrorCode::kUnsupported:
      return StartTrouble::tr("Install the newer version again, or move the folder away to begin anew.");
    default:
      return StartTrouble::tr("Move the folder away to begin anew; nothing in it is changed.");
  }
}

}  // namespace

StartTrouble::StartTrouble(const Error& error, QString folder)
    : QMessageBox(QMessageBox::Critical, QStringLiteral("Lapilli"), QString::fromStdString(error.message())),
      m_folder(std::move(folder)),
      m_again(addButton(tr("Try again"), QMessageBox::AcceptRole)),
      m_show(addButton(tr("Open the folder"), QMessageBox::ActionRole)) {
  setObjectName(QStringLiteral("startTrouble"));
  setTextFormat(Qt::PlainText);
  setEscapeButton(addButton(tr("Quit"), QMessageBox::RejectRole));
  setDefaultButton(m_again);
  const QString place = error.place().empty() ? m_folder : QString::fromStdString(error.place());
  setInformativeText(tr("Place: %1").arg(QDir::toNativeSeparators(place)) + QStringLiteral("\n\n") +
                     todoFor(error.code()));
}

bool StartTrouble::wantsAnotherTry() {
  for (;;) {
    exec();
    if (clickedButton() != m_show) return clickedButton() == m_again;
    QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder));
  }
}

}  // namespace lapilli::gui
