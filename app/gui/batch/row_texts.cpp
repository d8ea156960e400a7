// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/row_texts.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/reason_text.h"

namespace lapilli::gui {

using captions::TagForm;

QString CaptionRow::more() const {
  QStringList lines;
  for (const FieldText& other : others) lines.append(other.field + QStringLiteral(": ") + other.text);
  return lines.join(QLatin1Char('\n'));
}

QString CaptionRows::textOf(const CaptionRow& row) {
  return row.state == CaptionRow::State::kFailed ? reasonText(row.code, row.after) : row.after;
}

TagText tagTextOf(const CaptionRow& row) {
  if (!row.isCaptioned()) return {{}, row.before, TagForm::kMaybe};
  const auto isList = [](TagForm form) { return form == TagForm::kCommas || form == TagForm::kLines; };
  const TagText first = {{}, row.after, row.form};
  if (isList(row.form)) return first;
  for (const FieldText& other : row.others)
    if (isList(other.form)) return {other.field, other.text, other.form};
  for (const FieldText& other : row.others)
    if (other.field == QLatin1String("tags")) return {other.field, other.text, other.form};
  return first;
}

QStringList tagsOf(const CaptionRow& row) {
  const TagText text = tagTextOf(row);
  QStringList tags;
  if (text.form == TagForm::kNone || text.text.isEmpty()) return tags;
  for (const std::string& tag : captions::tags_of(text.text.toStdString(), text.form))
    tags.append(QString::fromStdString(tag));
  return tags;
}

std::string folded(QStringView text) {
  return text.toString().toCaseFolded().toStdString();
}

std::string folded(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toCaseFolded().toStdString();
}

QString filterOfTag(const QString& tag) {
  QString written;
  for (const QChar c : tag) {
    if (QStringLiteral("\\\"*?").contains(c)) written += QLatin1Char('\\');
    written += c;
  }
  return QStringLiteral("tag:\"%1\"").arg(written);
}

}  // namespace lapilli::gui
