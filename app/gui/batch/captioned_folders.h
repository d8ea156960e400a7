// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/settings.h"

namespace lapilli::gui {

/// Folders that this window knows to have captions, those looked at last first.
[[nodiscard]] inline QStringList captionedFolders(const Settings& settings) {
  return settings.value(QStringLiteral("captions/folders")).toStringList();
}

inline void noteCaptionedFolder(Settings& settings, const QString& folder) {
  constexpr qsizetype kMost = 500;
  QStringList folders = captionedFolders(settings);
  if (folder.isEmpty() || folders.value(0) == folder) return;
  folders.removeAll(folder);
  folders.prepend(folder);
  settings.setValue(QStringLiteral("captions/folders"), QStringList(folders.mid(0, kMost)));
}

}  // namespace lapilli::gui
