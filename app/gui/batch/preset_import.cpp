// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/preset_import.h"

#include "app/gui/json_line.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>

namespace lapilli::gui {
namespace {

constexpr qsizetype kNameWords = 6;
constexpr qsizetype kNameCharacters = 40;

using captions::SettingForm;
using captions::SettingName;

QString textOf(std::string_view name) {
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

bool isOneOf(const QJsonValue& value, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return value == QJsonValue(textOf(name)); });
}

template <class Is>
bool isListOf(const QJsonValue& value, const Is& is) {
  const QJsonArray items = value.toArray();
  return value.isArray() && std::all_of(items.begin(), items.end(), is);
}

bool isOfForm(const QJsonValue& value, const SettingName& setting) {
  switch (setting.form) {
    case SettingForm::kText:
      return value.isString();
    case SettingForm::kSwitch:
      return value.isBool();
    case SettingForm::kName:
      return isOneOf(value, setting.names);
    case SettingForm::kNames:
      return isListOf(value, [&](const QJsonValue& item) { return isOneOf(item, setting.names); });
    case SettingForm::kNumber:
      return value.isDouble();
    case SettingForm::kCount:
      return value.toInteger(-1) >= 0;
    case SettingForm::kTexts:
      return isListOf(value, [](const QJsonValue& item) { return item.isString(); });
    case SettingForm::kQuestions:
      return isListOf(value, [](const QJsonValue& item) { return item.isObject(); });
    case SettingForm::kObject:
      return value.isObject();
  }
  return false;
}

/// What can be a file's name, of a text.
QString nameFrom(const QString& text) {
  static const QRegularExpression kOdd(QStringLiteral("[\\x00-\\x1f/\\\\:*?\"<>|.{}]+"));
  QString plain = QString(text).replace(kOdd, QStringLiteral(" ")).simplified();
  plain = plain.section(QLatin1Char(' '), 0, kNameWords - 1);
  return plain.left(kNameCharacters).trimmed();
}

}  // namespace

PresetImport::PresetImport(const QString& fileName, const QByteArray& content) : m_file(fileName) {
  read(content);
  if (m_presets.isEmpty() && m_problem.isEmpty()) refuse(tr("it holds no prompts"));
}

void PresetImport::read(const QByteArray& content) {
  if (content.size() > kMostBytes) return refuse(tr("it is larger than 1 MiB"));
  const QByteArray plain = content.startsWith("\xef\xbb\xbf") ? content.mid(3) : content;
  QStringDecoder decoder(QStringDecoder::Utf8);
  const QString text = decoder.decode(plain);
  if (decoder.hasError() || text.contains(QChar(0))) return refuse(tr("it is no text in UTF-8"));
  const bool isJson =
      plain.trimmed().startsWith('{') || m_file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
  isJson ? readSettings(QFileInfo(m_file).completeBaseName(), plain) : readPrompts(text);
}

void PresetImport::refuse(const QString& what) {
  m_presets.clear();
  m_problem = tr("%1 was not taken: %2.").arg(m_file, what);
}

/// `place`: of the object in the file; empty: it is the whole.
QString PresetImport::problemIn(const QJsonObject& object, const QString& place,
                                std::span<const SettingName> known) {
  for (auto at = object.begin(); at != object.end(); ++at) {
    const QString key = place + at.key();
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const SettingName& name) { return at.key() == textOf(name.key); });
    if (found == known.end()) return tr("it has “%1”, which is no setting of captions").arg(key);
    if (isOfForm(at.value(), *found)) continue;
    QStringList names;
    for (const std::string_view name : found->names) names.append(textOf(name));
    return names.isEmpty() ? tr("the value of “%1” is of another kind than it has to be").arg(key)
                           : tr("the value of “%1” is none of %2").arg(key, names.join(QStringLiteral(", ")));
  }
  return {};
}

QString PresetImport::problemOf(const QJsonObject& settings) {
  if (settings.isEmpty()) return tr("it holds no settings");
  if (const QString problem = problemIn(settings, {}, captions::kSettingNames); !problem.isEmpty())
    return problem;
  const QJsonObject generation = settings[QLatin1String("generation")].toObject();
  const QJsonObject shard = settings[QLatin1String("shard")].toObject();
  QString problem = problemIn(generation, QStringLiteral("generation/"), captions::kGenerationNames);
  if (problem.isEmpty()) problem = problemIn(shard, QStringLiteral("shard/"), captions::kShardNames);
  if (!problem.isEmpty()) return problem;
  const QJsonArray questions = settings[QLatin1String("questions")].toArray();
  if (questions.isEmpty() && settings.contains(QLatin1String("questions")))
    return tr("it has no list of questions");
  for (qsizetype index = 0; index < questions.size(); ++index) {
    const QJsonObject question = questions[index].toObject();
    const QString place = QStringLiteral("questions/%1/").arg(index);
    if (problem = problemIn(question, place, captions::kQuestionNames); !problem.isEmpty()) return problem;
    if (question[QLatin1String("prompt")].toString().trimmed().isEmpty())
      return tr("there is no prompt at questions/%1/prompt").arg(index);
  }
  return {};
}

void PresetImport::readSettings(const QString& name, const QByteArray& content) {
  ReadJson read = readJson(content);
  if (!read.problem.isEmpty()) return refuse(tr("it is no JSON object: %1").arg(read.problem));
  if (const QString problem = problemOf(read.object); !problem.isEmpty()) return refuse(problem);
  m_presets.append({nameFrom(name), std::move(read.object)});
}

void PresetImport::addPrompt(const QString& name, const QStringList& lines) {
  const QString prompt = lines.join(QLatin1Char('\n')).trimmed();
  if (prompt.isEmpty()) return;
  const QString chosen = nameFrom(name.isEmpty() ? prompt : name);
  const QJsonObject question{{QStringLiteral("field"), QStringLiteral("caption")},
                             {QStringLiteral("prompt"), prompt}};
  m_presets.append({chosen.isEmpty() ? nameFrom(QFileInfo(m_file).completeBaseName()) : chosen,
                    {{QStringLiteral("questions"), QJsonArray{question}}}});
}

void PresetImport::readPrompts(const QString& text) {
  QStringList all = text.split(QLatin1Char('\n'));
  for (QString& line : all) line = line.trimmed();
  while (!all.isEmpty() && all.front().isEmpty()) all.removeFirst();
  while (!all.isEmpty() && all.back().isEmpty()) all.removeLast();
  const bool byParagraph = all.contains(QString());
  QString name;
  QStringList lines;
  const auto end = [&] {
    addPrompt(name, std::exchange(lines, {}));
    name.clear();
  };
  for (const QString& line : std::as_const(all)) {
    const bool isName = line.startsWith(QLatin1String("# "));
    if (isName || (byParagraph && line.isEmpty())) {
      if (!lines.isEmpty()) end();
      if (isName) name = line.mid(2).trimmed();
      continue;
    }
    lines.append(line);
    if (!byParagraph) end();
  }
  end();
  if (m_presets.size() > kMostPresets)
    refuse(tr("it holds %1 prompts, and at most %2 are taken").arg(m_presets.size()).arg(kMostPresets));
}

}  // namespace lapilli::gui
