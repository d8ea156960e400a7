// SPDX-License-Identifier: Apache-2.0
#include "app/gui/diagnostics/debug_package.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>

namespace lapilli::gui {
namespace {

QString contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

}  // namespace

class DiagnosticsTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_folder;

 private slots:
  void init() { m_folder = std::make_unique<QTemporaryDir>(); }

  void privateDataIsTakenOut_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("path") << "/home/anna/My cat.jpg: is no picture"
                          << "<path>: is no picture";
    QTest::newRow("in quotes") << "can't open '/home/anna/x y/z.gguf'"
                               << "can't open '<path>'";
    QTest::newRow("apostrophe") << "found beside the model: /home/anna/Anna's cats/a:b.gguf; leave it out"
                                << "found beside the model: <path>; leave it out";
    QTest::newRow("apostrophe in quotes") << "can't open '/home/anna/Anna's cats/z.gguf': no such file"
                                          << "can't open '<path>': no such file";
    QTest::newRow("line of a source") << "/home/anna/it's/engine.cpp:12: broken"
                                      << "<path>:12: broken";
    QTest::newRow("apostrophe in an address") << "dropped file:///home/anna/Anna's/x.png"
                                              << "dropped <path>";
    QTest::newRow("apostrophe behind a host") << "GET https://hub.example/anna's/private failed"
                                              << "GET https://hub.example failed";
    QTest::newRow("home") << "see ~/secret/x"
                          << "see <path>";
    QTest::newRow("windows") << "C:\\Users\\Anna\\x.png: bad"
                             << "<path>: bad";
    QTest::newRow("share") << "\\\\server\\anna\\x.png"
                           << "<path>";
    QTest::newRow("file address") << "dropped file:///home/anna/x.png"
                                  << "dropped <path>";
    QTest::newRow("address") << "GET https://user:pw@hub.example/anna/private?token=1 failed"
                             << "GET https://hub.example failed";
    QTest::newRow("token") << "with hf_abcdefGHIJK123"
                           << "with <token>";
    QTest::newRow("rates stay") << "12.5 tokens/s, 3 of 4, heads 32/32, a / b"
                                << "12.5 tokens/s, 3 of 4, heads 32/32, a / b";
    QTest::newRow("times stay") << "at 12:30:01 linear: weight is [4096, 1024]"
                                << "at 12:30:01 linear: weight is [4096, 1024]";
    QTest::newRow("chinese") << "打开 /家/照片 一.png: 失败"
                             << "打开 <path>: 失败";
  }
  void privateDataIsTakenOut() {
    QFETCH(QString, text);
    QTEST(withoutPrivateData(text), "expected");
  }

  void linesHaveTimeLevelAndTopic() {
    LogFile log(m_folder->path() + "/logs");
    log.write(LogFile::Level::Warning, "engine", "two\nlines about /home/anna/x");
    QCOMPARE(log.files().size(), 1);
    const QString text = contentOf(log.files()[0]);
    QVERIFY2(
        QRegularExpression(
            "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z W engine two\\n    lines about <path>\\n$")
            .match(text)
            .hasMatch(),
        qPrintable(text));
    LogFile again(m_folder->path() + "/logs");
    again.write(LogFile::Level::Info, "window", "started");
    QVERIFY(contentOf(log.files()[0]).startsWith(text));
  }

  void fullFilesMakeRoom() {
    LogFile log(m_folder->path(), 1000);
    for (int i = 0; i < 200; ++i) log.write(LogFile::Level::Info, "t", QString("line %1").arg(i));
    QCOMPARE(log.files().size(), 1 + LogFile::kOlderFiles);
    for (const QString& file : log.files()) QVERIFY(QFileInfo(file).size() <= 1000);
    QVERIFY(contentOf(log.files()[0]).contains("line 199\n"));
    QVERIFY(contentOf(log.files()[1])
                .endsWith(
                    QString("line %1\n")
                        .arg(contentOf(log.files()[0]).section("line ", 1).section('\n', 0, 0).toInt() - 1)));
  }

  void threadsDoNotMixTheirLines() {
    LogFile log(m_folder->path());
    QList<QThread*> threads;
    for (int t = 0; t < 4; ++t) {
      threads.append(QThread::create([&log, t] {
        for (int i = 0; i < 100; ++i) log.write(LogFile::Level::Info, "t", QString::number(t).repeated(50));
      }));
      threads.last()->start();
    }
    for (QThread* thread : threads) {
      thread->wait();
      delete thread;
    }
    const QStringList lines = contentOf(log.files()[0]).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 400);
    for (const QString& line : lines)
      QVERIFY2(QRegularExpression(" I t (\\d)\\1{49}$").match(line).hasMatch(), qPrintable(line));
  }

  void thePackageHasWhatIsNeededAndNothingPrivate() {
    LogFile log(m_folder->path() + "/logs", 2000);
    for (int i = 0; i < 100; ++i)
      log.write(LogFile::Level::Error, "engine", QString("/home/anna/pictures/%1.jpg: bad").arg(i));
    Settings settings(m_folder->path() + "/s.ini");
    settings.setModelFolders({"/home/anna/models"});
    settings.setModel(LoadOptions{.model = "/home/anna/m.gguf"});
    settings.setEngineProgram("/home/anna/lapilli");
    settings.setFolderOfPictures("/home/anna/pictures");
    settings.setContext(2048);
    settings.setPresets({{"anna's", Sampling{}}});
    const QString file = m_folder->path() + "/report.tar";
    QVERIFY(writeDebugPackage(file, log, settings, {{"device_losses", 2}}, {{"devices", 1}}).ok());
    QProcess python;  // an independent reader
    python.start("python3",
                 {"-c",
                  "import tarfile,sys,json\n"
                  "t=tarfile.open(sys.argv[1])\n"
                  "print(' '.join(t.getnames()))\n"
                  "json.load(t.extractfile('versions.json'))\n"
                  "print(json.load(t.extractfile('settings.json'))['context'])\n"
                  "print(sum(len(t.extractfile(m).read()) for m in t.getmembers() if '.log' in m.name))\n",
                  file});
    QVERIFY(python.waitForFinished(60000));
    const QStringList out = QString::fromUtf8(python.readAllStandardOutput()).split('\n');
    QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
    QCOMPARE(
        out[0],
        QString(
            "versions.json settings.json engine.json devices.json lapilli.log lapilli.log.1 lapilli.log.2"));
    QCOMPARE(out[1], QString("2048"));
    qint64 total = 0;
    for (const QString& path : log.files()) total += QFileInfo(path).size();
    QCOMPARE(out[2].toLongLong(), total);
    QVERIFY(!contentOf(file).contains("anna", Qt::CaseInsensitive));
    QCOMPARE(writeDebugPackage("/proc/no/report.tar", log, settings, {}, {}).error().code(), ErrorCode::kIo);
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::DiagnosticsTest)
#include "diagnostics_test.moc"
