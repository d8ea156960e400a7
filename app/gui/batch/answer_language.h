// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace lapilli::gui {

/// A language that answers can be asked for in: a sentence at the end of the prompt, in that language, since
/// models follow it best.
struct AnswerLanguage {
  QString name;      ///< as its speakers write it
  QString sentence;  ///< e.g. "Answer in English."
};

[[nodiscard]] const QList<AnswerLanguage>& answerLanguages();

/// The language whose sentence a prompt ends with; −1: none.
[[nodiscard]] int answerLanguageOf(const QString& prompt);

/// The prompt with a language's sentence in the place of another one's; −1: without any.
[[nodiscard]] QString withAnswerLanguage(const QString& prompt, int language);

}  // namespace lapilli::gui
