// SPDX-License-Identifier: Apache-2.0
#include "app/gui/log_window.h"

#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPlainTextEdit>
#include <QPushButton>

namespace lapilli::test {
namespace {

using namespace gui;

/// Knows the devices, and says what it is told to.
class TalkingHost final : public JobHost {
 public:
  bool fails = false;
  QString code = "no_device";
  void say(const QString& line) { emit logLine(line); }

 protected:
  void begin() override {
    QTimer::singleShot(0, this, [this] { receive("{\"event\":\"hello\",\"protocol\":1}"); });
  }
  void end() override {}
  void write(const QByteArray& line) override {
    QJsonObject event{{"event", fails ? "error" : "finished"},
                      {"id", QJsonDocument::fromJson(line).object()["id"]},
                      {"code", code},
                      {"message", "no driver"},
                      {"devices", QJsonArray{QJsonObject{{"name", "a device"}}}}};
    QTimer::singleShot(0, this,
                       [this, event] { receive(QJsonDocument(event).toJson(QJsonDocument::Compact)); });
  }
};

/// Fails every request with the words that it holds.
class EchoingHost final : public JobHost {
 public:
  void sayGarbage(const QByteArray& line) { receive(line); }

 protected:
  void begin() override {
    QTimer::singleShot(0, this, [this] { receive("{\"event\":\"hello\",\"protocol\":1}"); });
  }
  void end() override {}
  void write(const QByteArray& line) override {
    const QJsonObject request = QJsonDocument::fromJson(line).object();
    if (request["request"].toString() == "ping") return;
    QString words;
    for (const char* field : {"messages", "format", "model"}) words += request[field].toString();
    for (const char* event : {"note", "error"}) {
      const QJsonObject object{{"event", event},
                               {"id", request["id"]},
                               {"code", event[0] == 'n' ? "remark" : "bad_file"},
                               {"message", words}};
      QTimer::singleShot(0, this,
                         [this, object] { receive(QJsonDocument(object).toJson(QJsonDocument::Compact)); });
    }
  }
};

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class LogWindowTest : public QObject {
  Q_OBJECT

 private slots:
  void whatIsSaidIsShownAndWritten_data() {
    QTest::addColumn<bool>("fails");
    QTest::newRow("with devices") << false;
    QTest::newRow("without") << true;
  }
  void whatIsSaidIsShownAndWritten() {
    QFETCH(bool, fails);
    const QTemporaryDir folder;
    TalkingHost host;
    host.fails = fails;
    LogFile log(folder.path() + "/log");
    const Settings settings(folder.path() + "/s.ini");
    LogWindow window(host, log, settings);
    QSignalSpy saved(&window, &LogWindow::debugPackageSaved);
    host.say("loading /home/anna/model.gguf: slow");
    QVERIFY(window.findChild<QPlainTextEdit*>("log")->toPlainText().contains("/home/anna/model.gguf"));
    QVERIFY(contentOf(log.files()[0]).endsWith(" I engine loading <path>: slow\n"));
    window.saveDebugPackage(folder.path() + "/d.tar");
    QTRY_COMPARE(saved.count(), 1);
    QCOMPARE(saved[0][1].toString(), QString());
    const QByteArray package = contentOf(folder.path() + "/d.tar");
    QCOMPARE(package.contains("a device"), !fails);
    QVERIFY(package.contains("loading <path>: slow"));
    QVERIFY(!package.contains("anna"));
    saved.clear();
    window.saveDebugPackage("/proc/no/d.tar");
    QTRY_COMPARE(saved.count(), 1);
    QVERIFY(saved[0][1].toString().contains("can't be written"));
  }

  void thePackageTellsHowOftenTheDeviceWasLost() {
    const QTemporaryDir folder;
    TalkingHost host;
    host.fails = true;
    host.code = "device_lost";
    LogFile log(folder.path() + "/log");
    const Settings settings(folder.path() + "/s.ini");
    LogWindow window(host, log, settings);
    QSignalSpy failed(&host, &JobHost::failed);
    host.ask({});
    host.send("test_device");  // of another device than the one in use
    QTRY_COMPARE(failed.count(), 2);
    QSignalSpy saved(&window, &LogWindow::debugPackageSaved);
    window.saveDebugPackage(folder.path() + "/d.tar");  // asks for the devices, in vain
    QTRY_COMPARE(saved.count(), 1);
    const QByteArray package = contentOf(folder.path() + "/d.tar");
    QVERIFY(package.contains("\"device_losses\": 2"));
    QVERIFY(package.contains("\"restarts\": 0"));
  }

  /// Whatever the engine repeats of a question, a form or an answer stays out of the log; what it says of the
  /// machine is in it.
  void wordsOfTheUserAreNotLogged() {
    const QTemporaryDir folder;
    EchoingHost host;
    LogFile log(folder.path() + "/log");
    const Settings settings(folder.path() + "/s.ini");
    LogWindow window(host, log, settings);
    QSignalSpy failed(&host, &JobHost::failed);
    host.send("ask", {{"messages", "my secret question"}});
    host.send("check_format", {{"format", "my secret form"}});
    host.send("load", {{"model", "layer 3 has no weights"}});
    QTRY_COMPARE(failed.count(), 3);
    host.sayGarbage("\x01{my secret answer");
    const QByteArray written = contentOf(log.files()[0]);
    const QString shown = window.findChild<QPlainTextEdit*>("log")->toPlainText();
    QVERIFY2(!written.contains("secret"), written.constData());
    QVERIFY2(!shown.contains("secret"), qPrintable(shown));
    QVERIFY2(written.contains("W engine ask: bad_file\n"), written.constData());
    QVERIFY2(written.contains("W engine check_format: bad_file\n"), written.constData());
    QVERIFY2(written.contains("W engine load: bad_file: layer 3 has no weights\n"), written.constData());
    QVERIFY2(written.contains("remark"), written.constData());
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::LogWindowTest)
#include "log_window_test.moc"
