// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/replacement.h"

#include "app/gui/batch/row_texts.h"

namespace lapilli::gui {

Replacement::Replacement(const ReplacementOptions& options) : m_options(options) {
  QString pattern = options.isRegularExpression ? options.find : QRegularExpression::escape(options.find);
  // \b would find nothing beside signs, and between Chinese characters.
  if (options.wholeWords)
    pattern = QStringLiteral("(?<![\\p{L}\\p{N}_])(?:%1)(?![\\p{L}\\p{N}_])").arg(pattern);
  m_pattern.setPattern(pattern);
  m_pattern.setPatternOptions(
      QRegularExpression::UseUnicodePropertiesOption |
      (options.matchCase ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption));
}

QString Replacement::problem() const {
  return m_pattern.isValid() ? QString() : m_pattern.errorString();
}

qsizetype Replacement::count(const QString& text, captions::TagForm form) const {
  if (m_options.isTag) return applied(text, form) == text ? 0 : 1;
  if (isEmpty() || !m_pattern.isValid()) return 0;
  qsizetype found = 0;
  for (auto match = m_pattern.globalMatch(text); match.hasNext(); match.next()) ++found;
  return found;
}

QString Replacement::applied(const QString& text, captions::TagForm form) const {
  if (m_options.isTag)
    return QString::fromStdString(captions::with_other_tag(
        text.toStdString(), form, m_options.find.toStdString(), m_options.with.toStdString(),
        [](std::string_view tag) { return folded(tag); }));
  if (isEmpty() || !m_pattern.isValid()) return text;
  if (m_options.isRegularExpression) return QString(text).replace(m_pattern, m_options.with);
  // Word for word: \1 is no group here.
  QString result;
  qsizetype from = 0;
  for (auto matches = m_pattern.globalMatch(text); matches.hasNext();) {
    const QRegularExpressionMatch match = matches.next();
    result += text.mid(from, match.capturedStart() - from) + m_options.with;
    from = match.capturedEnd();
  }
  return result + text.mid(from);
}

bool Replacement::fits(captions::TagForm form) const {
  return !m_options.isTag || m_options.with.isEmpty() || captions::is_tag(m_options.with.toStdString(), form);
}

}  // namespace lapilli::gui
