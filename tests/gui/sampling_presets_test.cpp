// SPDX-License-Identifier: Apache-2.0
// Presets of generation settings as files.
#include "app/gui/chat/sampling_presets.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QDir>
#include <QJsonDocument>

#include <sys/stat.h>

namespace lapilli::test {

using namespace gui;

class SamplingPresetsTest : public QObject {
  Q_OBJECT

 private:
  static constexpr int kPatience = 10'000;

  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<Settings> m_settings;

  QString put(const QString& name, const QByteArray& text) {
    QDir().mkpath(m_folder->filePath(QStringLiteral("elsewhere")));
    QDir().mkpath(m_folder->filePath(QStringLiteral("presets")));
    QFile file(m_folder->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("no file");
    return file.fileName();
  }
  static QStringList filesIn(const QString& folder) { return QDir(folder).entryList(QDir::Files); }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->filePath(QStringLiteral("s.ini")));
  }

  void aPresetIsAFileWithTheProtocolsFields() {
    SamplingPresets presets(*m_settings);
    QCOMPARE(presets.folder(), m_folder->filePath(QStringLiteral("presets")));
    const Sampling warm{.temperature = 0.7, .topP = 0.9, .topK = 40, .maxTokens = 100};
    QCOMPARE(presets.save(QStringLiteral("暖 warm"), warm), QString());
    QFile file(presets.folder() + QStringLiteral("/暖 warm.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject expected = QJsonDocument::fromJson(
                                     R"({"temperature": 0.7, "top_p": 0.9, "top_k": 40, "min_p": 0,
                                         "repeat_penalty": 1, "max_tokens": 100})")
                                     .object();
    QCOMPARE(QJsonDocument::fromJson(file.readAll()).object(), expected);
    QCOMPARE(SamplingPresets(*m_settings).all(), presets.all());
    QCOMPARE(presets.all().value(QStringLiteral("暖 warm")), warm);
    QCOMPARE(presets.remove(QStringLiteral("暖 warm")), QString());
    QVERIFY(filesIn(presets.folder()).isEmpty() && presets.all().isEmpty());
    for (const char* name : {"", "a/b", "..", " a", "a\\b", "a\nb", "a.json"}) {
      QVERIFY2(!presets.save(QLatin1String(name), warm).isEmpty(), name);
      QVERIFY2(filesIn(presets.folder()).isEmpty(), name);
    }
  }

  void filesMayBeCopiedInAndOutAtAnyTime() {
    SamplingPresets presets(*m_settings);
    QSignalSpy changed(&presets, &SamplingPresets::changed);
    const QString file = put(QStringLiteral("presets/friend.json"), R"({"temperature": 1.2})");
    QTRY_COMPARE_WITH_TIMEOUT(presets.all().value(QStringLiteral("friend")).temperature, 1.2, kPatience);
    put(QStringLiteral("presets/friend.json"), R"({"temperature": 0.3, "seed": 12})");
    QTRY_COMPARE_WITH_TIMEOUT(presets.all().value(QStringLiteral("friend")).temperature, 0.3, kPatience);
    QCOMPARE(presets.all().value(QStringLiteral("friend")).seed.value_or(0), quint64{12});
    QVERIFY(QFile::remove(file));
    QTRY_VERIFY_WITH_TIMEOUT(presets.all().isEmpty(), kPatience);
    QVERIFY(changed.size() >= 3);
  }

  void aBadFileIsNamedWithThePlace_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const char* text, const char* problem) {
      QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(problem);
    };
    row("no JSON", "{\n  \"temperature\": }", "Line 2, column 1");
    row("cut off", "{\"temperature\": 1", "Line 1, column ");
    row("empty", "", "Line 1, column ");
    row("a list", "[1]", "It is no JSON object");
    row("unknown", "{\n\"top_p\": 1,\n\"temprature\": 1}",
        "Line 3: “temprature” is none of the settings: temperature, top_p");
    row("too high", "{\"temperature\": 9}", "Line 1: “temperature” is 9; it must be a number from 0 to 5.");
    row("a text", "{\"top_k\": \"40\"}",
        "Line 1: “top_k” is \"40\"; it must be a whole number from 0 to 100,000.");
    row("not whole", "{\"max_tokens\": 1.5}",
        "Line 1: “max_tokens” is 1.5; it must be a whole number from 1");
    row("negative", "{\"seed\": -1}", "Line 1: “seed” is -1; it must be a whole number from 0");
    row("zero", "{\"top_p\": 0}", "Line 1: “top_p” is 0; it must be a number from 0.01 to 1.");
  }
  void aBadFileIsNamedWithThePlace() {
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    SamplingPresets presets(*m_settings);
    QCOMPARE(presets.save(QStringLiteral("good"), {}), QString());
    const QString file = put(QStringLiteral("elsewhere/bad.json"), text);
    const SamplingPresets::Imported imported = presets.importFile(file);
    const QString expected = QDir::toNativeSeparators(file) + QStringLiteral(": ") + problem;
    QVERIFY2(imported.problem.startsWith(expected), qPrintable(imported.problem));
    QVERIFY(!imported.problem.contains(QLatin1Char('\n')));
    QCOMPARE(imported.name, QString());
    QCOMPARE(filesIn(presets.folder()), QStringList{QStringLiteral("good.json")});
    // One that was copied there is told, and the others work.
    const QString copied = put(QStringLiteral("presets/bad.json"), text);
    QTRY_COMPARE_WITH_TIMEOUT(presets.problems().size(), 1, kPatience);
    QVERIFY2(presets.problems().front().startsWith(QDir::toNativeSeparators(copied) + QStringLiteral(": ") +
                                                   problem),
             qPrintable(presets.problems().front()));
    QCOMPARE(presets.all().keys(), QStringList{QStringLiteral("good")});
  }

  void importedFilesTakeNobodysPlace() {
    SamplingPresets presets(*m_settings);
    const Sampling mine{.temperature = 0.7};
    QCOMPARE(presets.save(QStringLiteral("story"), mine), QString());
    const QString file = put(QStringLiteral("elsewhere/story.json"), R"({"temperature": 1.5})");
    QCOMPARE(presets.importFile(file).name, QStringLiteral("story 2"));
    QCOMPARE(presets.all().value(QStringLiteral("story")), mine);
    QCOMPARE(presets.all().value(QStringLiteral("story 2")).temperature, 1.5);
    // The same once more is there already.
    QCOMPARE(presets.importFile(file).name, QStringLiteral("story 2"));
    QCOMPARE(presets.all().size(), 2);
    QVERIFY(!presets.importFile(QStringLiteral("/no/such.json")).problem.isEmpty());
    const SamplingPresets::Imported large =
        presets.importFile(put(QStringLiteral("elsewhere/l.json"), QByteArray(100'000, ' ')));
    QVERIFY2(large.problem.endsWith(QStringLiteral("It is larger than 64.00 KiB.")),
             qPrintable(large.problem));
  }

  void presetsOfTheSettingsBecomeFiles() {
    m_settings->setPresets({{QStringLiteral("mine"), Sampling{.temperature = 0.4}},
                            {QStringLiteral("a/b"), Sampling{.temperature = 0.6}}});
    SamplingPresets presets(*m_settings);
    QCOMPARE(filesIn(presets.folder()),
             (QStringList{QStringLiteral("a-b.json"), QStringLiteral("mine.json")}));
    QCOMPARE(presets.all().value(QStringLiteral("mine")).temperature, 0.4);
    QCOMPARE(presets.all().value(QStringLiteral("a-b")).temperature, 0.6);
    QVERIFY(m_settings->presets().isEmpty());
  }

  void presetsOfTheSettingsWithNamesAlikeAreAllKept() {
    put(QStringLiteral("presets/mine.json"), R"({"temperature": 1.5})");
    put(QStringLiteral("presets/same.json"), R"({"temperature": 0.3})");
    put(QStringLiteral("presets/bad.json"), "{");
    m_settings->setPresets({{QStringLiteral("a/b"), Sampling{.temperature = 0.6}},
                            {QStringLiteral("a-b"), Sampling{.temperature = 0.8}},
                            {QStringLiteral("mine"), Sampling{.temperature = 0.4}},
                            {QStringLiteral("bad"), Sampling{.temperature = 0.5}},
                            {QStringLiteral("same"), Sampling{.temperature = 0.3}}});
    SamplingPresets presets(*m_settings);
    QMap<QString, double> temperatures;
    for (auto each = presets.all().begin(); each != presets.all().end(); ++each)
      temperatures.insert(each.key(), each->temperature);
    // In the order of the names, "a-b" comes before "a/b".
    QCOMPARE(temperatures, (QMap<QString, double>{{QStringLiteral("a-b"), 0.8},
                                                  {QStringLiteral("a-b 2"), 0.6},
                                                  {QStringLiteral("mine"), 1.5},
                                                  {QStringLiteral("mine 2"), 0.4},
                                                  {QStringLiteral("bad 2"), 0.5},
                                                  {QStringLiteral("same"), 0.3}}));
    QCOMPARE(presets.problems().size(), 1);
    QVERIFY(m_settings->presets().isEmpty());
  }

  void aFileThatCanNotBeReadIsNotReplaced() {
    const QString file = put(QStringLiteral("presets/mine.json"), "{\"temperature\": 9}");
    SamplingPresets presets(*m_settings);
    const QString problem = presets.save(QStringLiteral("mine"), Sampling{.temperature = 0.4});
    QVERIFY2(problem.startsWith(QDir::toNativeSeparators(file) +
                                QStringLiteral(": It can not be read and is not replaced")),
             qPrintable(problem));
    QFile kept(file);
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), QByteArray("{\"temperature\": 9}"));
  }

  void whatIsNoFileIsNotReadForEver() {
    SamplingPresets presets(*m_settings);
    const QString pipe = m_folder->filePath(QStringLiteral("pipe.json"));
    QCOMPARE(::mkfifo(pipe.toLocal8Bit().constData(), 0600), 0);
    for (const QString& path : {pipe, QStringLiteral("/dev/zero"), m_folder->path()})
      QCOMPARE(presets.importFile(path).problem,
               QDir::toNativeSeparators(path) + QStringLiteral(": It is no file."));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::SamplingPresetsTest)
#include "sampling_presets_test.moc"
