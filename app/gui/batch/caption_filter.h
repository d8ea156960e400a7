// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapilli::gui {

struct CaptionRow;

/// Which pictures of the folder are shown.
struct CaptionFilter {
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
  QString text = {};    ///< in the path or in one of the texts, whatever its case
  QString folder = {};  ///< the picture's own, or one above it, below the folder that is looked at

  [[nodiscard]] bool matches(const CaptionRow& row) const;
  bool operator==(const CaptionFilter&) const = default;
};

}  // namespace lapilli::gui
