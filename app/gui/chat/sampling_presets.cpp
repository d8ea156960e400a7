// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/sampling_presets.h"

#include "app/gui/json_line.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace lapilli::gui {
namespace {

constexpr qint64 kMostFileBytes = 1 << 16;
constexpr qsizetype kMostShown = 80;  // of a wrong value
constexpr int kReloadMs = 100;

/// The fields of a file and what they may be, as the controls have it.
struct Field {
  const char* name;
  double least;
  double most;
  bool whole;
};
constexpr double kMostSeed = 999'999'999'999'999;
constexpr std::array kFields = {Field{"temperature", 0, 5, false},      Field{"top_p", 0.01, 1, false},
                                Field{"top_k", 0, 100'000, true},       Field{"min_p", 0, 1, false},
                                Field{"repeat_penalty", 0.5, 2, false}, Field{"max_tokens", 1, 32'768, true},
                                Field{"seed", 0, kMostSeed, true}};

QString namesOfFields() {
  QStringList names;
  for (const Field& field : kFields) names.append(QLatin1String(field.name));
  return names.join(QStringLiteral(", "));
}

/// What is wrong with a field; empty: nothing.
QString problemOf(const QString& name, const QJsonValue& value) {
  const auto field = std::find_if(kFields.begin(), kFields.end(),
                                  [&](const Field& known) { return name == QLatin1String(known.name); });
  if (field == kFields.end())
    return SamplingPresets::tr("“%1” is none of the settings: %2.").arg(name, namesOfFields());
  const double number = value.toDouble(std::nan(""));
  if (number >= field->least && number <= field->most && (!field->whole || number == std::floor(number)))
    return {};
  const QLocale locale;
  const QString written =
      QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).mid(1).chopped(1);
  const QString sentence = field->whole
                               ? SamplingPresets::tr("“%1” is %2; it must be a whole number from %3 to %4.")
                               : SamplingPresets::tr("“%1” is %2; it must be a number from %3 to %4.");
  return sentence.arg(name, written.left(kMostShown), locale.toString(field->least, 'g', 15),
                      locale.toString(field->most, 'g', 15));
}

QString said(const QString& file, const QString& problem) {
  return QStringLiteral("%1: %2").arg(QDir::toNativeSeparators(file), problem);
}

ReadSampling readFile(const QString& path) {
  const PresetFolder::Content content = PresetFolder::read(path, kMostFileBytes);
  if (!content.isFile) return {.problem = SamplingPresets::tr("It is no file.")};
  if (!content.problem.isEmpty()) return {.problem = content.problem};
  if (content.text.size() > kMostFileBytes)
    return {
        .problem =
            SamplingPresets::tr("It is larger than %1.").arg(QLocale().formattedDataSize(kMostFileBytes))};
  return readSampling(content.text);
}

/// A name that a file may have, as near to this one as can be.
QString nameLike(QString name) {
  name.replace(QLatin1Char('/'), QLatin1Char('-')).replace(QLatin1Char('\\'), QLatin1Char('-'));
  while (name.startsWith(QLatin1Char('.'))) name.remove(0, 1);
  name = name.trimmed().left(PresetFolder::kLongestName).trimmed();
  return PresetFolder::isName(name) ? name : QStringLiteral("preset");
}

}  // namespace

ReadSampling readSampling(const QByteArray& text) {
  if (const QString problem = jsonProblem(text); !problem.isEmpty()) return {.problem = problem};
  const QJsonObject object = QJsonDocument::fromJson(text).object();
  for (auto field = object.begin(); field != object.end(); ++field) {
    const QString problem = problemOf(field.key(), field.value());
    if (problem.isEmpty()) continue;
    const qsizetype at = text.indexOf('"' + field.key().toUtf8() + '"');
    return {.problem = SamplingPresets::tr("Line %1: %2").arg(1 + text.left(at).count('\n')).arg(problem)};
  }
  return {.sampling = Sampling::fromJson(object)};
}

SamplingPresets::SamplingPresets(Settings& settings, QObject* parent)
    : QObject(parent), m_folder(QFileInfo(settings.fileName()).dir().filePath(QStringLiteral("presets"))) {
  QDir().mkpath(m_folder.path());
  m_reloadTimer.setSingleShot(true);
  m_reloadTimer.setInterval(kReloadMs);
  connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_reloadTimer, qOverload<>(&QTimer::start));
  connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_reloadTimer, qOverload<>(&QTimer::start));
  connect(&m_reloadTimer, &QTimer::timeout, this, &SamplingPresets::reload);
  reload();
  takeFromSettings(settings);
}

/// They stay where they are until all are files.
void SamplingPresets::takeFromSettings(Settings& settings) {
  const QMap<QString, Sampling> kept = settings.presets();
  if (kept.isEmpty()) return;
  bool saved = true;
  for (auto preset = kept.begin(); preset != kept.end(); ++preset)
    saved = add(preset.key(), preset.value()).problem.isEmpty() && saved;
  if (saved) settings.setPresets({});
}

void SamplingPresets::reload() {
  QMap<QString, Sampling> all;
  QStringList problems;
  QStringList watched{m_folder.path()};
  for (const QString& name : m_folder.names()) {
    const QString path = m_folder.file(name);
    watched.append(path);
    const ReadSampling read = readFile(path);
    if (read.problem.isEmpty()) {
      all.insert(name, read.sampling);
    } else {
      problems.append(said(path, read.problem));
    }
  }
  m_watcher.addPaths(watched);
  if (all == m_all && problems == m_problems) return;
  m_all = all;
  m_problems = problems;
  emit changed();
}

QString SamplingPresets::save(const QString& name, const Sampling& sampling) {
  if (!PresetFolder::isName(name))
    return tr("“%1” can not be the name of a preset: it is a file’s name.").arg(name);
  const QString file = m_folder.file(name);
  if (QFile::exists(file) && !readFile(file).problem.isEmpty())
    return said(file, tr("It can not be read and is not replaced: mend it, delete it, or choose "
                         "another name."));
  const QString problem = m_folder.save(name, QJsonDocument(sampling.toJson()).toJson());
  if (!problem.isEmpty()) return said(file, problem);
  reload();
  return {};
}

QString SamplingPresets::remove(const QString& name) {
  const QString problem = m_folder.remove(name);
  if (!problem.isEmpty()) return said(m_folder.file(name), problem);
  reload();
  return {};
}

SamplingPresets::Imported SamplingPresets::importFile(const QString& file) {
  const ReadSampling read = readFile(file);
  if (!read.problem.isEmpty()) return {.problem = said(file, read.problem)};
  return add(QFileInfo(file).completeBaseName(), read.sampling);
}

/// Takes no other's place; the same under this name is there already.
SamplingPresets::Imported SamplingPresets::add(const QString& like, const Sampling& sampling) {
  const QString wanted = nameLike(like);
  QString name = wanted;
  for (int number = 2; QFile::exists(m_folder.file(name)); ++number) {
    const auto known = m_all.constFind(name);
    if (known != m_all.cend() && *known == sampling) return {.name = name};
    name = QStringLiteral("%1 %2").arg(wanted.left(PresetFolder::kLongestName - 6)).arg(number);
  }
  const QString problem = save(name, sampling);
  return {.name = problem.isEmpty() ? name : QString(), .problem = problem};
}

}  // namespace lapilli::gui
