// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_types.h"
#include "engine/base/result.h"

#include <QFuture>
#include <QStringList>

#include <functional>

namespace lapilli::gui {

enum class ExportFormat {
  Markdown,      ///< text, and the pictures in a folder beside it
  Html,          ///< one file, pictures within
  Pdf,           ///< one file; needs a QGuiApplication
  Text,          ///< words alone
  Json,          ///< everything, all branches; importChats reads it back without loss
  LlavaTraining  ///< finished questions and answers as `lapilli train --data` takes them
};

struct ExportOptions {
  ExportFormat format = ExportFormat::Markdown;
  QList<ChatId> chats = {};  ///< empty: all
  /// Where to: a file for one chat and for Json and LlavaTraining, which hold many in one; else a folder that
  /// gets a file a chat. A file there is replaced, whole or not at all; in a folder free names are found.
  /// Pictures go to `NAME_files` beside the file NAME.ext, or to `files` in the folder.
  QString target = {};
};

struct ExportReport {
  QStringList files = {};   ///< written, without the pictures
  int chats = 0;            ///< written
  int messages = 0;         ///< written
  int pictures = 0;         ///< written or embedded
  int missingPictures = 0;  ///< that the store has lost; named in the text
  int leftOut = 0;          ///< LlavaTraining: messages that are no part of a finished question and answer
};

/// Called with how far it is; false stops the work.
using StoreProgress = std::function<bool(int done, int total)>;

/// Writes chats of the store in `storeFolder`. Takes long: for any thread but the GUI's; the store may be in
/// use. Fails with kInvalidArgument, kIo, and kStopped when `progress` says so.
Result<ExportReport> exportChats(const QString& storeFolder, const ExportOptions& options,
                                 const StoreProgress& progress = {});

/// exportChats in a thread of its own: progressValue and progressMaximum count chats, cancel() stops it.
QFuture<Result<ExportReport>> exportInBackground(const QString& storeFolder, const ExportOptions& options);

/// Whether a file of this format holds many chats.
[[nodiscard]] bool holdsMany(ExportFormat format);
/// What a chat's file would be called, without folder and with the format's ending: for a file dialog.
[[nodiscard]] QString exportFileName(const QString& title, ExportFormat format);

struct ImportReport {
  QList<ChatId> chats = {};  ///< new ones, in the file's order
  int messages = 0;
  int pictures = 0;
  int missingPictures = 0;  ///< not beside the file, or not what their hash says; the messages are there
};

/// Adds the chats of a file that ExportFormat::Json wrote. All of the file is checked before anything is
/// added; when the work fails or is stopped halfway, what was added goes again. Nothing but the pictures
/// named by hash in the folder beside the file is opened. For any thread but the GUI's. Fails with kNotFound,
/// kIo, kStopped, kUnsupported for a newer version, and kBadFile with the place of the first mistake.
Result<ImportReport> importChats(const QString& storeFolder, const QString& file,
                                 const StoreProgress& progress = {});
QFuture<Result<ImportReport>> importInBackground(const QString& storeFolder, const QString& file);

}  // namespace lapilli::gui
