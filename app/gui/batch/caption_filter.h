// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/filter.h"

#include <QCoreApplication>
#include <QString>

namespace lapilli::gui {

struct CaptionRow;

/// Which pictures of the folder are shown.
struct CaptionFilter {
  Q_DECLARE_TR_FUNCTIONS(CaptionFilter)

 public:
  enum class Kind {
    kAll,
    kWithoutCaption,  ///< neither an old nor a new text
    kWaiting,
    kDone,  ///< captioned by the run, accepted or not
    kFailed,
    kChanged,  ///< the new text differs from one that was there
    kAccepted,
    kRejected,
    kSkipped,
  };
  static constexpr int kKinds = 9;

  Kind kind = Kind::kAll;
  QString text =
      {};  ///< as captions::Filter reads it, whatever the case; one with a problem lets all through
  QString folder = {};  ///< the picture's own, or one above it, below the folder that is looked at

  [[nodiscard]] static captions::ParsedFilter parse(const QString& text);
  /// Why `text` is no filter, and where: a sentence; empty: it is one.
  [[nodiscard]] static QString problemOf(const QString& text);

  /// `words`: of the text.
  [[nodiscard]] bool matches(const CaptionRow& row, const captions::Filter& words) const;
  bool operator==(const CaptionFilter&) const = default;
};

}  // namespace lapilli::gui
