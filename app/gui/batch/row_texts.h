// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/tags.h"

#include <QString>
#include <QStringList>
#include <QStringView>

namespace lapilli::gui {

struct CaptionRow;

/// The one of a picture's texts that its tags are in: where it is captioned an answer of the format tags or
/// list, else that of the field "tags", else the first one; where it is not, the text that is there.
struct TagText {
  QString field = {};  ///< empty: the first question's, or of no question
  QString text = {};
  captions::TagForm form = captions::TagForm::kNone;
};
[[nodiscard]] TagText tagTextOf(const CaptionRow& row);

/// A picture's tags, in the text's order.
[[nodiscard]] QStringList tagsOf(const CaptionRow& row);

/// UTF-8 that is the same whatever the case.
[[nodiscard]] std::string folded(QStringView text);
[[nodiscard]] std::string folded(std::string_view text);

/// What a filter is written as that shows the pictures with this tag.
[[nodiscard]] QString filterOfTag(const QString& tag);

}  // namespace lapilli::gui
