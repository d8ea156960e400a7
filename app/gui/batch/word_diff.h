// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace lapilli::gui {

/// A piece of two texts that are compared.
struct DiffPart {
  enum class Kind { kSame, kOld, kNew };  ///< in both, in the old one alone, in the new one alone
  Kind kind = Kind::kSame;
  QString text;
  bool operator==(const DiffPart&) const = default;
};

/// The differences of two texts by words, those of scripts without spaces by characters: the longest common
/// sequence stays. Texts whose middle parts are too long for that differ as a whole there.
[[nodiscard]] QList<DiffPart> wordDiff(const QString& before, const QString& after);

}  // namespace lapilli::gui
