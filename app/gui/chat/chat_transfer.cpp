// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_transfer.h"

#include <QDir>
#include <QFileDialog>
#include <QStandardPaths>

namespace lapilli::gui {
namespace {

QString sentence(const Error& error) {
  const QString place = QString::fromStdString(error.place());
  return (place.isEmpty() ? QString() : place + QStringLiteral(": ")) +
         QString::fromStdString(error.message());
}

}  // namespace

ChatTransfer::ChatTransfer(ChatStore& store, QWidget* window)
    : QObject(window), m_store(store), m_window(window) {}

void ChatTransfer::exportTo(const QList<ChatId>& chats, ExportFormat format) {
  const bool file = holdsMany(format) || chats.size() == 1;
  auto* dialog = new QFileDialog(m_window, file ? tr("Export to") : tr("Export into a folder"));
  dialog->setObjectName(QStringLiteral("exportDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(file ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
  dialog->setFileMode(file ? QFileDialog::AnyFile : QFileDialog::Directory);
  dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
  if (file) {
    QString title = tr("Chats");
    if (chats.size() == 1) {
      const auto chat = m_store.chat(chats.front());
      if (chat.ok()) title = chat->title;
    }
    dialog->selectFile(exportFileName(title, format));
  }
  connect(dialog, &QFileDialog::fileSelected, this, [this, chats, format](const QString& target) {
    run({.format = format, .chats = chats, .target = target});
  });
  dialog->open();
}

void ChatTransfer::run(const ExportOptions& options) {
  // What is still being appended shall be in it.
  const auto flushed = m_store.flush();
  if (!flushed.ok()) emit failed(sentence(flushed.error()));
  exportInBackground(m_store.folder(), options)
      .then(this, [this, target = options.target](const Result<ExportReport>& report) {
        if (!report.ok()) return emit failed(sentence(report.error()));
        QString text =
            tr("%n chat(s) exported to %1.", nullptr, report->chats).arg(QDir::toNativeSeparators(target));
        if (report->leftOut > 0)
          text += QLatin1Char(' ') +
                  tr("%n message(s) without an answer were left out.", nullptr, report->leftOut);
        tell(text, report->missingPictures);
      });
}

/// What was done; with pictures lost it is trouble all the same.
void ChatTransfer::tell(const QString& done, int missingPictures) {
  if (missingPictures == 0) return emit told(done);
  emit failed(done + QLatin1Char(' ') + tr("%n picture(s) could not be found.", nullptr, missingPictures));
}

void ChatTransfer::importFrom() {
  auto* dialog = new QFileDialog(m_window, tr("Import chats"));
  dialog->setObjectName(QStringLiteral("importDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilter(tr("Exported chats (*.json)"));
  dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
  connect(dialog, &QFileDialog::fileSelected, this, &ChatTransfer::read);
  dialog->open();
}

void ChatTransfer::read(const QString& file) {
  importInBackground(m_store.folder(), file).then(this, [this](const Result<ImportReport>& report) {
    if (!report.ok()) return emit failed(sentence(report.error()));
    emit m_store.chatsChanged();
    tell(tr("%n chat(s) imported.", nullptr, static_cast<int>(report->chats.size())),
         report->missingPictures);
    emit imported(report->chats);
  });
}

}  // namespace lapilli::gui
