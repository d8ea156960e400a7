// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/diagnostics/log_file.h"

#include <QDateTime>
#include <QDir>
#include <QRegularExpression>

namespace lapilli::gui {
namespace {

QString letterOf(LogFile::Level level) {
  switch (level) {
    case LogFile::Level::Info:
      return QStringLiteral("I");
    case LogFile::Level::Warning:
      return QStringLiteral("W");
    case LogFile::Level::Error:
      return QStringLiteral("E");
  }
  return QStringLiteral("I");
}

}  // namespace

QString withoutPrivateData(const QString& text) {
  // An apostrophe within a name ends nothing.
  static const QRegularExpression kAddress(
      QStringLiteral("\\b(https?://)(?:[^/\\s@]*@)?([^/\\s?#]+)(?:[^\\s\"']|[\"'](?=\\w))*"));
  static const QRegularExpression kFileAddress(QStringLiteral("\\bfile:/(?:[^\\n\"']|[\"'](?=\\w))*"));
  // At a word's beginning: a slash (or ~/, or a drive) and what is not white space; then whatever a name may
  // have, up to the quote that was opened before it, or a colon or semicolon that ends a part of the
  // sentence.
  static const QString kBegins = QStringLiteral("(?:~?/(?=[^\\s/])|[A-Za-z]:[\\\\/]|\\\\\\\\)");
  static const QRegularExpression kQuotedPath(QStringLiteral("([\"'])") + kBegins +
                                              QStringLiteral("[^\\n]*?\\1(?!\\w)"));
  static const QRegularExpression kPath(QStringLiteral("(?<![\\w/.:])") + kBegins +
                                        QStringLiteral("(?:[^\\n\"':;]|[\"'](?=\\w)|[:;](?=[^\\s\\d]))*"));
  static const QRegularExpression kToken(QStringLiteral("\\b(?:hf_|ms-)[A-Za-z0-9_-]{8,}"));
  QString result = text;
  result.replace(kToken, QStringLiteral("<token>"));
  result.replace(kFileAddress, QStringLiteral("<path>"));
  result.replace(kAddress, QStringLiteral("\\1\\2"));
  result.replace(kQuotedPath, QStringLiteral("\\1<path>\\1"));
  result.replace(kPath, QStringLiteral("<path>"));
  return result;
}

LogFile::LogFile(const QString& folder, qint64 mostBytes) : m_folder(folder), m_mostBytes(mostBytes) {
  QDir().mkpath(folder);
  m_file.setFileName(name(0));
  m_file.open(QIODevice::WriteOnly | QIODevice::Append);
}

void LogFile::write(Level level, const QString& topic, const QString& text) {
  // A text of several lines stays one entry: lines after the first are set in.
  const QString shown = withoutPrivateData(text.left(4000)).replace(u'\n', QStringLiteral("\n    "));
  const QByteArray line =
      QStringLiteral("%1 %2 %3 %4\n")
          .arg(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs), letterOf(level), topic, shown)
          .toUtf8();
  const QMutexLocker lock(&m_mutex);
  if (m_file.size() > 0 && m_file.size() + line.size() > m_mostBytes) rotate();
  m_file.write(line);
  m_file.flush();
}

QStringList LogFile::files() const {
  const QMutexLocker lock(&m_mutex);
  QStringList files;
  for (int age = 0; age <= kOlderFiles; ++age) {
    if (QFile::exists(name(age))) files.append(name(age));
  }
  return files;
}

QString LogFile::name(int age) const {
  const QString newest = m_folder + QStringLiteral("/lapilli.log");
  return age == 0 ? newest : newest + u'.' + QString::number(age);
}

void LogFile::rotate() {
  m_file.close();
  QFile::remove(name(kOlderFiles));
  for (int age = kOlderFiles; age > 0; --age) QFile::rename(name(age - 1), name(age));
  m_file.open(QIODevice::WriteOnly | QIODevice::Append);
}

}  // namespace lapilli::gui
