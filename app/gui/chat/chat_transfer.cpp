// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_transfer.h"

#include <QDir>
#include <QFileDialog>
#include <QFutureWatcher>
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
  const QString target = QDir::toNativeSeparators(options.target);
  const QString stopped = holdsMany(options.format)
                              ? tr("The export was stopped; the file was not written.")
                              : tr("The export was stopped. What was written by then is in %1.").arg(target);
  follow<ExportReport>(
      exportInBackground(m_store.folder(), options),
      [this, target](const ExportReport& report) {
        QString text = tr("%n chat(s) exported to %1.", nullptr, report.chats).arg(target);
        if (report.leftOut > 0)
          text += QLatin1Char(' ') +
                  tr("%n message(s) without an answer were left out.", nullptr, report.leftOut);
        tell(text, report.missingPictures);
      },
      stopped);
}

/// Tells how far the work is, and then what came of it.
template <class Report>
void ChatTransfer::follow(const QFuture<Result<Report>>& work, const std::function<void(const Report&)>& done,
                          const QString& stopped) {
  auto* watcher = new QFutureWatcher<Result<Report>>(this);
  m_underway.append(watcher);
  connect(watcher, &QFutureWatcherBase::progressValueChanged, this,
          [this, watcher](int chats) { emit progress(chats, watcher->progressMaximum()); });
  connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, done, stopped] {
    watcher->deleteLater();
    m_underway.removeOne(watcher);
    if (m_underway.isEmpty()) emit progress(0, 0);
    if (watcher->future().resultCount() == 0) return emit told(stopped);
    const Result<Report> report = watcher->result();
    report.ok() ? done(*report) : emit failed(sentence(report.error()));
  });
  watcher->setFuture(work);
}

void ChatTransfer::stop() {
  for (QFutureWatcherBase* work : m_underway) work->cancel();
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
  follow<ImportReport>(
      importInBackground(m_store.folder(), file),
      [this](const ImportReport& report) {
        emit m_store.chatsChanged();
        tell(tr("%n chat(s) imported.", nullptr, static_cast<int>(report.chats.size())),
             report.missingPictures);
        emit imported(report.chats);
      },
      tr("The import was stopped; nothing was added."));
}

}  // namespace lapilli::gui
