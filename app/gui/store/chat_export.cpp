// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_export.h"

#include "app/gui/store/background.h"
#include "app/gui/store/chat_rows.h"
#include "app/gui/store/export_parts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>

namespace lapilli::gui {
namespace {

using exporting::ChatContent;
using exporting::PictureFolder;

QString ending(ExportFormat format) {
  switch (format) {
    case ExportFormat::Markdown:
      return QStringLiteral("md");
    case ExportFormat::Html:
      return QStringLiteral("html");
    case ExportFormat::Pdf:
      return QStringLiteral("pdf");
    case ExportFormat::Text:
      return QStringLiteral("txt");
    case ExportFormat::Json:
    case ExportFormat::LlavaTraining:
      return QStringLiteral("json");
  }
  return {};
}

/// One export: the store it reads from, and what was done so far.
class Exporter {
 public:
  Exporter(const QString& storeFolder, const ExportOptions& options, const StoreProgress& progress)
      : m_database(databaseOfChats(storeFolder), ChatDatabase::Access::ReadOnly),
        m_objects(storeFolder + QStringLiteral("/objects")),
        m_options(options),
        m_progress(progress) {}

  ExportReport run() {
    QList<ChatId> ids = m_options.chats;
    if (ids.isEmpty()) {
      for (const Chat& chat : readChats(m_database, -1, 0)) ids.append(chat.id);
    }
    if (holdsMany(m_options.format)) {
      writeTogether(ids);
    } else {
      writeApart(ids);
    }
    return m_report;
  }

 private:
  ChatContent read(ChatId id) const {
    return {readChat(m_database, id), m_options.format == ExportFormat::Json
                                          ? readMessages(m_database, id)
                                          : readActivePath(m_database, id)};
  }

  void step(int done, int total) const {
    if (!m_progress || m_progress(done, total)) return;
    throw Error(ErrorCode::kStopped,
                QCoreApplication::translate("ChatExport", "The export was stopped.").toStdString());
  }

  void writeApart(const QList<ChatId>& ids) {
    const bool single = m_options.chats.size() == 1;
    for (qsizetype i = 0; i < ids.size(); ++i) {
      step(static_cast<int>(i), static_cast<int>(ids.size()));
      const ChatContent content = read(ids[i]);
      writeOne(content, single ? m_options.target : freeName(content.chat), !single);
    }
    step(static_cast<int>(ids.size()), static_cast<int>(ids.size()));
  }

  QString freeName(const Chat& chat) const {
    if (!QDir().mkpath(m_options.target)) {
      throw Error(ErrorCode::kIo,
                  QCoreApplication::translate("ChatExport", "The folder can't be made.").toStdString(),
                  m_options.target.toStdString());
    }
    const QFileInfo wanted(m_options.target + u'/' + exportFileName(chat.title, m_options.format));
    QString path = wanted.filePath();
    for (int count = 2; QFileInfo::exists(path); ++count) {
      path = QStringLiteral("%1/%2 (%3).%4")
                 .arg(wanted.path(), wanted.completeBaseName())
                 .arg(count)
                 .arg(wanted.suffix());
    }
    return path;
  }

  PictureFolder picturesBeside(const QString& file, bool shared) {
    const QFileInfo info(file);
    const QString name =
        shared ? QStringLiteral("files") : info.completeBaseName() + QStringLiteral("_files");
    return {m_objects, info.path() + u'/' + name, name, m_report};
  }

  void writeOne(const ChatContent& content, const QString& file, bool sharedFolder) {
    PictureFolder pictures = picturesBeside(file, sharedFolder);
    switch (m_options.format) {
      case ExportFormat::Markdown:
        exporting::writeFile(file, exporting::markdownOf(content, pictures));
        break;
      case ExportFormat::Html:
        exporting::writeFile(file, exporting::htmlOf(content, pictures));
        break;
      case ExportFormat::Pdf:
        exporting::writePdf(content, pictures, file);
        break;
      case ExportFormat::Text:
        exporting::writeFile(file, exporting::textOf(content));
        break;
      case ExportFormat::Json:
      case ExportFormat::LlavaTraining:
        LAPILLI_ASSERT(false);
    }
    m_report.files.append(file);
    ++m_report.chats;
    m_report.messages += static_cast<int>(content.messages.size());
  }

  /// A chat at a time, so that memory does not grow with the number of chats.
  void writeTogether(const QList<ChatId>& ids) {
    const bool training = m_options.format == ExportFormat::LlavaTraining;
    PictureFolder pictures = picturesBeside(m_options.target, false);
    QSaveFile file(m_options.target);
    bool ok = file.open(QIODevice::WriteOnly);
    const auto put = [&](const QByteArray& bytes) { ok = ok && file.write(bytes) == bytes.size(); };
    put(training ? QByteArray("[\n")
                 : QStringLiteral("{\"format\": \"%1\", \"version\": %2, \"chats\": [\n")
                       .arg(QLatin1String(exporting::kJsonFormat))
                       .arg(exporting::kJsonVersion)
                       .toUtf8());
    for (qsizetype i = 0; i < ids.size() && ok; ++i) {
      step(static_cast<int>(i), static_cast<int>(ids.size()));
      const ChatContent content = read(ids[i]);
      const QJsonObject form = training ? exporting::trainingRecordOf(content, pictures, m_report)
                                        : exporting::jsonOf(content, pictures);
      if (form.isEmpty()) continue;
      if (!training) m_report.messages += static_cast<int>(content.messages.size());
      if (m_report.chats++ > 0) put(",\n");
      put(QJsonDocument(form).toJson(QJsonDocument::Compact));
    }
    put(training ? "\n]\n" : "\n]}\n");
    if (!ok || !file.commit()) {
      throw Error(ErrorCode::kIo,
                  QCoreApplication::translate("ChatExport", "The file can't be written: %1.")
                      .arg(file.errorString())
                      .toStdString(),
                  m_options.target.toStdString());
    }
    m_report.files.append(m_options.target);
    step(static_cast<int>(ids.size()), static_cast<int>(ids.size()));
  }

  ChatDatabase m_database;
  ObjectStore m_objects;
  ExportOptions m_options;
  const StoreProgress& m_progress;
  ExportReport m_report;
};

}  // namespace

bool holdsMany(ExportFormat format) {
  return format == ExportFormat::Json || format == ExportFormat::LlavaTraining;
}

QString exportFileName(const QString& title, ExportFormat format) {
  // What Windows, macOS or Linux refuse, and what hides a file or leaves the folder.
  static const QRegularExpression kUnsafe(QStringLiteral("[\\x00-\\x1f\\x7f/\\\\:*?\"<>|]+"));
  QString name = title.simplified().replace(kUnsafe, QStringLiteral("-"));
  while (name.startsWith(u'.') || name.startsWith(u'-')) name.remove(0, 1);
  name = name.left(80).trimmed();
  while (name.endsWith(u'.')) name.chop(1);
  if (name.isEmpty()) name = QStringLiteral("chat");
  return name + u'.' + ending(format);
}

Result<ExportReport> exportChats(const QString& storeFolder, const ExportOptions& options,
                                 const StoreProgress& progress) {
  return try_result([&] { return Exporter(storeFolder, options, progress).run(); });
}

QFuture<Result<ExportReport>> exportInBackground(const QString& storeFolder, const ExportOptions& options) {
  return inBackground<Result<ExportReport>>(
      [=](const StoreProgress& progress) { return exportChats(storeFolder, options, progress); });
}

}  // namespace lapilli::gui
