// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/answer_language.h"

namespace lapilli::gui {

const QList<AnswerLanguage>& answerLanguages() {
  static const QList<AnswerLanguage> kLanguages = {
      {QStringLiteral("English"), QStringLiteral("Answer in English.")},
      {QStringLiteral("简体中文"), QStringLiteral("请用简体中文回答。")},
      {QStringLiteral("繁體中文"), QStringLiteral("請用繁體中文回答。")},
      {QStringLiteral("日本語"), QStringLiteral("日本語で答えてください。")},
      {QStringLiteral("한국어"), QStringLiteral("한국어로 답해 주세요.")},
      {QStringLiteral("Deutsch"), QStringLiteral("Antworte auf Deutsch.")},
      {QStringLiteral("Español"), QStringLiteral("Responde en español.")},
      {QStringLiteral("Français"), QStringLiteral("Réponds en français.")},
      {QStringLiteral("Italiano"), QStringLiteral("Rispondi in italiano.")},
      {QStringLiteral("Nederlands"), QStringLiteral("Antwoord in het Nederlands.")},
      {QStringLiteral("Polski"), QStringLiteral("Odpowiedz po polsku.")},
      {QStringLiteral("Português"), QStringLiteral("Responda em português.")},
      {QStringLiteral("Tiếng Việt"), QStringLiteral("Trả lời bằng tiếng Việt.")},
      {QStringLiteral("Türkçe"), QStringLiteral("Türkçe yanıt ver.")},
      {QStringLiteral("Русский"), QStringLiteral("Ответь по-русски.")},
      {QStringLiteral("Українська"), QStringLiteral("Відповідай українською.")},
      {QStringLiteral("العربية"), QStringLiteral("أجب باللغة العربية.")},
      {QStringLiteral("हिन्दी"), QStringLiteral("हिन्दी में उत्तर दें।")},
  };
  return kLanguages;
}

int answerLanguageOf(const QString& prompt) {
  const QString plain = prompt.trimmed();
  const QList<AnswerLanguage>& languages = answerLanguages();
  for (int index = 0; index < languages.size(); ++index) {
    if (plain.endsWith(languages[index].sentence)) return index;
  }
  return -1;
}

QString withAnswerLanguage(const QString& prompt, int language) {
  const int old = answerLanguageOf(prompt);
  QString plain = prompt.trimmed();
  if (old >= 0) plain = plain.chopped(answerLanguages()[old].sentence.size()).trimmed();
  if (language < 0) return plain;
  if (!plain.isEmpty()) plain += QLatin1Char(' ');
  return plain + answerLanguages()[language].sentence;
}

}  // namespace lapilli::gui
