// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QString>

namespace lapilli::gui {

/// Another text for a picture.
struct TextChange {
  QString path;  ///< the picture's, relative to the folder
  QString before;
  QString after;
  bool wasAccepted = false;  ///< the picture, with the text before
};

/// What is looked for and what takes its place.
struct ReplacementOptions {
  QString find = {};
  QString with = {};
  bool isRegularExpression = false;  ///< then \1 … \9 in `with` are its groups
  bool matchCase = false;
  bool wholeWords = false;
};

/// Finds and replaces in texts.
class Replacement {
 public:
  explicit Replacement(const ReplacementOptions& options = {});

  /// Why nothing can be replaced, by the library that reads regular expressions; empty: it can.
  [[nodiscard]] QString problem() const;
  [[nodiscard]] bool isEmpty() const { return m_options.find.isEmpty(); }
  /// How often it is found.
  [[nodiscard]] qsizetype count(const QString& text) const;
  [[nodiscard]] QString applied(const QString& text) const;

 private:
  ReplacementOptions m_options;
  QRegularExpression m_pattern;
};

}  // namespace lapilli::gui
