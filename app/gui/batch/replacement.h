// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/tags.h"

#include <QRegularExpression>
#include <QString>

namespace lapilli::gui {

/// Another text for a picture.
struct TextChange {
  QString path;  ///< the picture's, relative to the folder
  QString before;
  QString after;
  bool wasAccepted = false;  ///< the picture, with the text before
  QString field = {};        ///< of the question whose answer it is; empty: the first one's
  captions::TagForm form = captions::TagForm::kNone;
};

/// What is looked for and what takes its place.
struct ReplacementOptions {
  QString find = {};
  QString with = {};
  bool isRegularExpression = false;  ///< then \1 … \9 in `with` are its groups
  bool matchCase = false;
  bool wholeWords = false;
  bool isTag =
      false;  ///< `find` is a whole tag, and `with` another one, or none; then the others don't count
};

/// Finds and replaces in texts.
class Replacement {
 public:
  explicit Replacement(const ReplacementOptions& options = {});

  /// Why nothing can be replaced, by the library that reads regular expressions; empty: it can.
  [[nodiscard]] QString problem() const;
  [[nodiscard]] bool isEmpty() const { return m_options.find.isEmpty(); }
  /// How often it is found, a tag at most once.
  [[nodiscard]] qsizetype count(const QString& text, captions::TagForm form = captions::TagForm::kNone) const;
  [[nodiscard]] QString applied(const QString& text, captions::TagForm form = captions::TagForm::kNone) const;
  /// Whether a text of this form can hold what takes a tag's place.
  [[nodiscard]] bool fits(captions::TagForm form) const;

 private:
  ReplacementOptions m_options;
  QRegularExpression m_pattern;
};

}  // namespace lapilli::gui
