// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace lapilli::gui {

/// A text in the form search compares: case and width (ｆｕｌｌ, ﬁ) make no difference.
struct FoldedText {
  QString shown;      ///< the text in composed form (NFC), which is what `origin` counts in
  QString folded;     ///< what is searched
  QList<int> origin;  ///< for each UTF-16 unit of `folded`, and its end: the index in `shown` it comes from
};

[[nodiscard]] FoldedText foldWithOrigin(const QString& text);
/// `folded` alone.
[[nodiscard]] QString foldForSearch(const QString& text);

/// The words of a query, folded: separated by white space, "quoted ones" kept together. All of them must
/// occur.
[[nodiscard]] QList<QString> searchTerms(const QString& query);

/// Part of a text around its first hit.
struct Snippet {
  struct Hit {
    int start = 0;
    int length = 0;
    bool operator==(const Hit&) const = default;
  };
  QString text;  ///< one line; begins or ends with … where something was left out
  QList<Hit> hits;
};

/// `terms` as searchTerms gives them.
[[nodiscard]] Snippet makeSnippet(const QString& text, const QList<QString>& terms, int maxLength = 120);

}  // namespace lapilli::gui
