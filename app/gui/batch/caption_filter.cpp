// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_filter.h"

#include "app/gui/batch/caption_rows.h"

namespace lapilli::gui {
namespace {

bool isOfKind(CaptionFilter::Kind kind, const CaptionRow& row) {
  using Kind = CaptionFilter::Kind;
  using State = CaptionRow::State;
  const bool captioned = row.state == State::kDone || row.state == State::kAccepted;
  switch (kind) {
    case Kind::kAll:
      return true;
    case Kind::kWithoutCaption:
      return row.before.isEmpty() && !(captioned && !row.after.isEmpty());
    case Kind::kWaiting:
      return row.state == State::kWaiting;
    case Kind::kDone:
      return captioned;
    case Kind::kFailed:
      return row.state == State::kFailed;
    case Kind::kChanged:
      return captioned && !row.before.isEmpty() && row.before != row.after;
    case Kind::kAccepted:
      return row.state == State::kAccepted;
    case Kind::kRejected:
      return row.state == State::kRejected;
    case Kind::kSkipped:
      return row.state == State::kSkipped;
  }
  return false;
}

}  // namespace

bool CaptionFilter::matches(const CaptionRow& row) const {
  if (!isOfKind(kind, row)) return false;
  if (!folder.isEmpty() && !(row.path.startsWith(folder) && row.path.size() > folder.size() &&
                             row.path[folder.size()] == QLatin1Char('/')))
    return false;
  if (text.isEmpty()) return true;
  for (const QString* where : {&row.path, &row.before, &row.after, &row.more}) {
    if (where->contains(text, Qt::CaseInsensitive)) return true;
  }
  return false;
}

}  // namespace lapilli::gui
