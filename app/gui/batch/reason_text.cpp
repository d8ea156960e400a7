// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/reason_text.h"

#include "app/gui/error_text.h"

#include <QCoreApplication>

namespace lapilli::gui {
namespace {

struct Reason {
  const char* code;
  const char* text;
};

constexpr Reason kReasons[] = {
    {"shared_file",
     QT_TRANSLATE_NOOP("CaptionReason",
                       "Its text would go to the same file as another picture’s; rename one of them.")},
    {"name_too_long",
     QT_TRANSLATE_NOOP("CaptionReason",
                       "The file of its text would have too long a name; rename the picture.")},
    {"name_not_utf8",
     QT_TRANSLATE_NOOP("CaptionReason", "Its name is not UTF-8, so a table cannot hold it; rename it.")},
    {"no_place",
     QT_TRANSLATE_NOOP("CaptionReason",
                       "Pictures of this kind hold no texts; choose text files or XMP sidecars.")},
    {"text_not_utf8",
     QT_TRANSLATE_NOOP(
         "CaptionReason",
         "Its text file is not UTF-8, so a new text cannot be joined with it; convert it, or replace it.")},
    {"write_protected", QT_TRANSLATE_NOOP("CaptionReason",
                                          "The file of its text is write-protected; let it be written, or "
                                          "choose another place for captions.")},
    {"context_full",
     QT_TRANSLATE_NOOP("CaptionReason",
                       "The prompt and the answer are longer than the model’s context; shorten them.")},
    {"changed", QT_TRANSLATE_NOOP("CaptionReason", "Somebody has changed it since.")},
    {"removed", QT_TRANSLATE_NOOP("CaptionReason", "Somebody has removed it since.")},
    {"not_kept", QT_TRANSLATE_NOOP("CaptionReason", "What was there before is no longer kept.")},
};

}  // namespace

QString reasonText(const QString& code, const QString& message) {
  if (code.isEmpty()) return message;
  for (const Reason& reason : kReasons) {
    if (code == QLatin1String(reason.code)) return QCoreApplication::translate("CaptionReason", reason.text);
  }
  return errorText({.code = code, .message = message, .request = QStringLiteral("picture")}).what;
}

}  // namespace lapilli::gui
