// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/icons.h"

#include <QPushButton>
#include <QToolButton>

namespace lapilli::gui {

/// How long a loop over all pictures may keep the window's thread at a time.
inline constexpr qint64 kSliceMs = 8;
/// How long the user has not typed when something is done with the words.
inline constexpr int kTypingMs = 200;

inline QPushButton* namedButton(const char* name, const char* picture = nullptr) {
  auto* made = new QPushButton;
  made->setObjectName(QLatin1String(name));
  if (picture != nullptr) made->setIcon(icon(QLatin1String(picture)));
  return made;
}

/// Without words; reached by Tab as others are.
inline QToolButton* namedToolButton(const char* name, const char* picture) {
  auto* made = new QToolButton;
  made->setObjectName(QLatin1String(name));
  made->setIcon(icon(QLatin1String(picture)));
  made->setFocusPolicy(Qt::StrongFocus);
  return made;
}

}  // namespace lapilli::gui
