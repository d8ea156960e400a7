// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/diagnostics/log_file.h"
#include "app/gui/settings.h"
#include "engine/base/result.h"

#include <QJsonObject>

namespace lapilli::gui {

/// The settings that name no file and hold no text of the user's: those in the list of this function, and no
/// other.
[[nodiscard]] QJsonObject publicSettings(const Settings& settings);

/// Program, Qt, system.
[[nodiscard]] QJsonObject versions();

/// How often the engine was started again and a device was lost since the window began, and the code of the
/// failure that ended the engine last.
[[nodiscard]] QJsonObject troubles(const JobHost& host);

/// Writes what a report of a fault needs, and nothing private, as a tar file of text files: log files,
/// versions, public settings, `engine` (troubles()) and `devices` (the engine's answer to that request;
/// empty: left out). No picture, no chat, no path. Short: a few MB at most. Fails with kIo; the file appears
/// whole or not at all.
Result<void> writeDebugPackage(const QString& file, const LogFile& log, const Settings& settings,
                               const QJsonObject& engine, const QJsonObject& devices);

}  // namespace lapilli::gui
