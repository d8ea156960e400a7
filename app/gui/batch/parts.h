// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/icons.h"

#include "app/gui/error_text.h"

#include <QLocale>
#include <QPushButton>
#include <QToolButton>

namespace lapilli::gui {

/// How long a loop over all pictures may keep the window's thread at a time.
inline constexpr qint64 kSliceMs = 8;
/// How long the user has not typed when something is done with the words.
inline constexpr int kTypingMs = 200;

/// A failure in one line. Of requests the engine's own sentence says more, which is English: where the user's
/// language is another one, it is for the tip. Of the engine itself it is for those who mend it.
inline QString sentenceOf(const Failure& failure) {
  const ErrorText text = errorText(failure);
  const bool isEngine = failure.code.startsWith(QLatin1String("engine_"));
  const bool isEnglish = QLocale().language() == QLocale::English;
  return text.what + QLatin1Char(' ') + (isEngine || !isEnglish ? text.todo : failure.message);
}

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
