// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/batch/caption_rows.h"

#include <QJsonArray>
#include <QJsonObject>

namespace lapilli::test {

/// A picture as the engine's plan tells it; `old`: its text.
inline QJsonObject planned(const QString& path, const QString& decision, const QString& old = {}) {
  return {{QStringLiteral("path"), path},
          {QStringLiteral("decision"), decision},
          {QStringLiteral("number"), 1},
          {QStringLiteral("old"), old}};
}

/// The pictures that a filter lets through.
inline QStringList shown(const gui::CaptionRows& rows) {
  QStringList paths;
  for (int index = 0; index < rows.matching(); ++index) paths.append(rows.row(index)->path);
  return paths;
}

/// Pictures a to f in folders, one of each state.
inline void fillWithEveryState(gui::CaptionRows& rows) {
  rows.clear(QStringLiteral("/nowhere"));
  rows.add({planned(QStringLiteral("a.png"), QStringLiteral("write")),
            planned(QStringLiteral("b.png"), QStringLiteral("replace"), QStringLiteral("An old Bridge")),
            planned(QStringLiteral("trip/c.png"), QStringLiteral("skip"), QStringLiteral("stays")),
            planned(QStringLiteral("trip/day 1/d.png"), QStringLiteral("append"), QStringLiteral("x")),
            planned(QStringLiteral("trips/e.png"), QStringLiteral("write")),
            QJsonObject{{QStringLiteral("path"), QStringLiteral("f.png")},
                        {QStringLiteral("decision"), QStringLiteral("write")},
                        {QStringLiteral("code"), QStringLiteral("io")},
                        {QStringLiteral("message"), QStringLiteral("cannot be read")}}});
  rows.setDone(QStringLiteral("b.png"), QStringLiteral("A new bridge"),
               {{QStringLiteral("tags"), QStringLiteral("steel")}});
  rows.setDone(QStringLiteral("trip/day 1/d.png"), QStringLiteral("x"));
  rows.setState(QStringLiteral("trip/day 1/d.png"), gui::CaptionRow::State::kAccepted);
  rows.setDone(QStringLiteral("trips/e.png"), QStringLiteral("bad"));
  rows.setState(QStringLiteral("trips/e.png"), gui::CaptionRow::State::kRejected);
}

/// Pictures a to d, two of them captioned.
inline void fillWithTexts(gui::CaptionRows& rows) {
  rows.clear(QStringLiteral("/nowhere"));
  rows.add({planned(QStringLiteral("a.png"), QStringLiteral("write")),
            planned(QStringLiteral("trip/b.png"), QStringLiteral("replace"), QStringLiteral("An old Bridge")),
            planned(QStringLiteral("c.png"), QStringLiteral("skip"), QStringLiteral("一只橙色的猫")),
            planned(QStringLiteral("d.png"), QStringLiteral("replace"), QStringLiteral("x, y"))});
  rows.setModel(QStringLiteral("trip/b.png"), QStringLiteral("LLaVA-7b.gguf"));
  rows.setDone(QStringLiteral("trip/b.png"), QStringLiteral("A new Bridge"),
               {{QStringLiteral("tags"), QStringLiteral("steel, river")}});
  rows.setDone(QStringLiteral("d.png"), QStringLiteral("x, z"));
  rows.setState(QStringLiteral("d.png"), gui::CaptionRow::State::kAccepted);
}

}  // namespace lapilli::test
