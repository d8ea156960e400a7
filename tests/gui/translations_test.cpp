// SPDX-License-Identifier: Apache-2.0
// Every text of the window stands in every language, with the same placeholders.
#include "app/gui/languages.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QProcess>
#include <QRegularExpression>
#include <QXmlStreamReader>

namespace lapilli::test {
namespace {

struct Entry {
  QString context;
  QString source;
  QStringList translations;  // several for a plural
  bool finished = true;
  bool plural = false;
};

QList<Entry> entriesOf(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  QXmlStreamReader xml(&file);
  QList<Entry> entries;
  QString context;
  while (!xml.atEnd()) {
    if (xml.readNext() != QXmlStreamReader::StartElement) continue;
    if (xml.name() == QLatin1String("name")) context = xml.readElementText();
    if (xml.name() == QLatin1String("message")) {
      entries.append({.context = context, .source = {}, .translations = {}});
      entries.back().plural = xml.attributes().value(QLatin1String("numerus")) == QLatin1String("yes");
    }
    if (xml.name() == QLatin1String("source")) entries.back().source = xml.readElementText();
    if (xml.name() == QLatin1String("translation")) {
      entries.back().finished = xml.attributes().value(QLatin1String("type")).isEmpty();
      if (!entries.back().plural) entries.back().translations.append(xml.readElementText());
    }
    if (xml.name() == QLatin1String("numerusform")) entries.back().translations.append(xml.readElementText());
  }
  return entries;
}

QStringList placeholders(const QString& text) {
  static const QRegularExpression kPlace(QStringLiteral("%[1-9n]|\\{[a-z]+\\}"));
  QStringList found;
  for (auto at = kPlace.globalMatch(text); at.hasNext();) found.append(at.next().captured());
  found.sort();
  found.removeDuplicates();
  return found;
}

}  // namespace

class TranslationsTest : public QObject {
  Q_OBJECT

 private slots:
  void everyTextIsTranslated_data() {
    QTest::addColumn<QString>("catalogue");
    QTest::addColumn<QString>("language");
    const QDir lists(QStringLiteral(LAPILLI_BUILD_FOLDER "/translations"));
    for (const QString& list : lists.entryList({QStringLiteral("*.sources")})) {
      for (const char* language : {"en", "zh_CN", "zh_TW"}) {
        const QString name = list.section(QLatin1Char('.'), 0, 0);
        QTest::newRow(qPrintable(name + QLatin1Char(' ') + QLatin1String(language))) << name << language;
      }
    }
  }

  /// The catalogue is brought up to date beside the real one, as a developer would; nothing may then be
  /// missing.
  void everyTextIsTranslated() {
    QFETCH(QString, catalogue);
    QFETCH(QString, language);
    QTemporaryDir folder;
    const QString name = QStringLiteral("%1_%2.ts").arg(catalogue, language);
    const QString copy = folder.filePath(name);
    QVERIFY(QFile::copy(QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/translations/") + name, copy));
    QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner);
    QFile list(QStringLiteral(LAPILLI_BUILD_FOLDER "/translations/%1.sources").arg(catalogue));
    QVERIFY(list.open(QIODevice::ReadOnly));
    QStringList arguments = {QStringLiteral("-silent"), QStringLiteral("-locations"), QStringLiteral("none"),
                             QStringLiteral("-I"), QStringLiteral(LAPILLI_SOURCE_FOLDER)};
    if (language == QLatin1String("en")) arguments.append(QStringLiteral("-pluralonly"));
    arguments += QString::fromUtf8(list.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    arguments += {QStringLiteral("-ts"), copy};
    QProcess update;
    update.start(QStringLiteral(LAPILLI_LUPDATE), arguments);
    QVERIFY(update.waitForFinished());
    QCOMPARE(update.exitCode(), 0);
    QCOMPARE(update.readAllStandardError(), QByteArray());  // e.g. a class whose namespace is not known

    const QList<Entry> entries = entriesOf(copy);
    if (language != QLatin1String("en")) QVERIFY(!entries.isEmpty());
    QStringList bad;
    for (const Entry& entry : entries) {
      bool good = entry.finished && !entry.translations.isEmpty();
      for (const QString& text : entry.translations)
        good = good && !text.isEmpty() && placeholders(text) == placeholders(entry.source);
      if (!good) bad.append(entry.context + QStringLiteral(": ") + entry.source);
    }
    QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QLatin1Char('\n'))));
  }

  void theLanguageChangesWithoutARestart() {
    gui::Languages languages;
    languages.use(QStringLiteral("en"));
    const auto details = [] { return QCoreApplication::translate("lapilli::gui::Banner", "Details"); };
    QCOMPARE(details(), QStringLiteral("Details"));
    languages.use(QStringLiteral("zh_CN"));
    QCOMPARE(details(), QStringLiteral("详细信息"));
    languages.use(QStringLiteral("zh_TW"));
    QCOMPARE(details(), QStringLiteral("詳細資訊"));
    languages.use(QStringLiteral("en"));
    QCOMPARE(details(), QStringLiteral("Details"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::TranslationsTest)
#include "translations_test.moc"
