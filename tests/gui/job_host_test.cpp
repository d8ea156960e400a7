// SPDX-License-Identifier: Apache-2.0
#include "app/gui/error_text.h"
#include "app/gui/json_line.h"
#include "app/gui/model_session.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QJsonDocument>
#include <QThread>

namespace lapilli::test {

using gui::Failure;
using gui::JobHost;
using gui::ModelSession;

/// Greets, then says nothing, and does not go when it is ended.
class StuckHost final : public JobHost {
 public:
  int begun = 0;
  int abandoned = 0;
  QList<QByteArray> lines;

 protected:
  void begin() override {
    ++begun;
    QTimer::singleShot(0, this, [this] { receive("{\"event\":\"hello\",\"protocol\":1}"); });
  }
  void end() override {}
  void abandon() override { ++abandoned; }
  void write(const QByteArray& line) override { lines.append(line); }
};

class JobHostTest : public QObject {
  Q_OBJECT

 private:
  /// One question put to a host, to its end.
  struct Outcome {
    QString text;
    QString code;  // empty: it finished
    int deliveries = 0;
  };
  static Outcome askOnce(JobHost& host) {
    Outcome outcome;
    bool ended = false;
    gui::AskOptions options;
    options.messages = {{.fromUser = true, .text = QStringLiteral("What is this?"), .images = {}}};
    const JobHost::JobId job = host.ask(options);
    QObject context;
    connect(&host, &JobHost::tokens, &context, [&](JobHost::JobId id, const QString& text) {
      QCOMPARE(id, job);
      outcome.text += text;
      ++outcome.deliveries;
    });
    connect(&host, &JobHost::finished, &context,
            [&](JobHost::JobId id, const QJsonObject&) { ended = ended || id == job; });
    connect(&host, &JobHost::failed, &context, [&](JobHost::JobId id, const Failure& failure) {
      if (id != job) return;
      outcome.code = failure.code;
      ended = true;
    });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(ended, 20000); }();
    return outcome;
  }

 private slots:
  void textArrivesInOrderAndNotTooOften() {
    const auto host = scriptedHost({QStringLiteral("tokens=200"), QStringLiteral("delay_ms=2")});
    QElapsedTimer time;
    time.start();
    const Outcome outcome = askOnce(*host);
    QVERIFY(outcome.text.startsWith(QStringLiteral("one two three four five one")));
    QCOMPARE(outcome.text.count(QLatin1Char(' ')), 199);
    QVERIFY2(outcome.deliveries <= time.elapsed() / 30 + 2, qPrintable(QString::number(outcome.deliveries)));
  }

  void troubleIsNamedTextIsKeptAndTheNextQuestionIsAnswered_data() {
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("code");
    QTest::addColumn<bool>("restarted");
    QTest::newRow("crash") << "crash_at=3"
                           << "engine_crashed" << true;
    QTest::newRow("hang") << "hang_at=3"
                          << "engine_hung" << true;
    QTest::newRow("garbage") << "garbage_at=3"
                             << "engine_garbled" << true;
    QTest::newRow("lost device") << "lost_at=3"
                                 << "device_lost" << false;
    QTest::newRow("memory") << "memory_at=3"
                            << "out_of_memory" << false;
  }
  void troubleIsNamedTextIsKeptAndTheNextQuestionIsAnswered() {
    QFETCH(QString, setting);
    QFETCH(QString, code);
    QFETCH(bool, restarted);
    QTemporaryDir folder;
    const auto host =
        scriptedHost({setting, QStringLiteral("once=") + folder.filePath(QStringLiteral("once"))});
    host->setHangLimitMs(700);
    const Outcome broken = askOnce(*host);
    QCOMPARE(broken.code, code);
    QCOMPARE(broken.text, QStringLiteral("one two three"));
    const gui::ErrorText words = gui::errorText({code, {}, {}});
    QVERIFY(!words.what.isEmpty() && words.what != gui::errorText({QStringLiteral("internal"), {}, {}}).what);
    const Outcome next = askOnce(*host);
    QCOMPARE(next.code, QString());
    QCOMPARE(next.text, QStringLiteral("one two three four five"));
    QCOMPARE(host->restarts(), restarted ? 1 : 0);
    QCOMPARE(host->deviceLosses(), code == QLatin1String("device_lost") ? 1 : 0);
  }

  void aHostThatKeepsDyingIsLeftAlone() {
    const auto host = scriptedHost({QStringLiteral("crash_at=0")});
    QSignalSpy ends(host.get(), &JobHost::hostFailed);
    for (int attempt = 0; attempt <= JobHost::kMostRestarts; ++attempt)
      QCOMPARE(askOnce(*host).code, QStringLiteral("engine_crashed"));
    QCOMPARE(host->state(), JobHost::State::kStopped);
    QCOMPARE(ends.size(), JobHost::kMostRestarts + 1);
    QCOMPARE(ends.back().at(1).toBool(), false);
  }

  void aChildThatSurvivesItsKillIsLeftBehind() {
    StuckHost host;
    host.setHangLimitMs(100);
    QSignalSpy failures(&host, &JobHost::failed);
    host.devices();
    QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, 20000);
    const auto failure = failures.front().at(1).value<Failure>();
    QCOMPARE(failure.code, QStringLiteral("engine_hung"));
    QCOMPARE(failure.request, QStringLiteral("devices"));
    QVERIFY(host.abandoned >= 1);
    QVERIFY(host.begun >= 2);
  }

  /// A window that was stopped, or got no processor, knows nothing of the time in between.
  void anEngineIsNotBlamedForAWindowThatWasAway() {
    const auto host = scriptedHost({QStringLiteral("tokens=300"), QStringLiteral("delay_ms=5")});
    host->setHangLimitMs(400);
    gui::AskOptions options;
    options.messages = {{.fromUser = true, .text = QStringLiteral("x"), .images = {}}};
    QSignalSpy end(host.get(), &JobHost::finished);
    host->ask(options);
    QTRY_COMPARE(host->state(), JobHost::State::kReady);
    for (int round = 0; round < 3; ++round) {
      QTest::qWait(150);
      QThread::msleep(1500);
    }
    QTRY_COMPARE_WITH_TIMEOUT(end.size(), 1, 20000);
    QCOMPARE(host->restarts(), 0);
    // One that says nothing while the window is there is found all the same.
    StuckHost stuck;
    stuck.setHangLimitMs(400);
    QSignalSpy failures(&stuck, &JobHost::failed);
    stuck.devices();
    QTRY_COMPARE(stuck.state(), JobHost::State::kReady);
    QThread::msleep(1500);
    QCOMPARE(failures.size(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, 20000);
    QCOMPARE(failures.front().at(1).value<Failure>().code, QStringLiteral("engine_hung"));
  }

  void aModelMayTakeLongToRead() {
    const auto host = scriptedHost({QStringLiteral("deaf_load_ms=1500")});
    host->setHangLimitMs(600);
    QSignalSpy end(host.get(), &JobHost::finished);
    gui::LoadOptions options;
    options.model = QStringLiteral("x");
    host->load(options);
    QTRY_COMPARE_WITH_TIMEOUT(end.size(), 1, 20000);
    QCOMPARE(host->restarts(), 0);
  }

  /// The engine answers such a line without its id; what it works on meanwhile is another request.
  void aLineThatTheEngineCanNotReadFailsItsRequest() {
    const auto host = scriptedHost(
        {QStringLiteral("unreadable=needle"), QStringLiteral("tokens=40"), QStringLiteral("delay_ms=20")});
    QSignalSpy failures(host.get(), &JobHost::failed);
    QSignalSpy end(host.get(), &JobHost::finished);
    gui::AskOptions options;
    options.messages = {{.fromUser = true, .text = QStringLiteral("x"), .images = {}}};
    const JobHost::JobId first = host->ask(options);
    const JobHost::JobId queued = host->ask(options);
    const JobHost::JobId broken =
        host->send(QStringLiteral("check_format"), {{QStringLiteral("format"), QStringLiteral("needle")}});
    const JobHost::JobId after = host->devices();
    QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, 20000);
    QCOMPARE(failures.front().at(0).toLongLong(), broken);
    QVERIFY(failures.front().at(1).value<Failure>().message.contains(QStringLiteral("80 levels")));
    QTRY_COMPARE_WITH_TIMEOUT(end.size(), 3, 20000);
    QList<JobHost::JobId> ended;
    for (const auto& arguments : end) ended.append(arguments.at(0).toLongLong());
    QCOMPARE(ended, (QList<JobHost::JobId>{first, queued, after}));
  }

  void aRequestBeyondTheProtocolIsRefused() {
    const auto host = scriptedHost({});
    QSignalSpy failures(host.get(), &JobHost::failed);
    gui::AskOptions options;
    options.messages = {{.fromUser = true, .text = QString(17 << 20, QLatin1Char('x')), .images = {}}};
    host->ask(options);
    QCOMPARE(failures.size(), 0);
    QTRY_COMPARE(failures.size(), 1);
    const auto failure = failures.front().at(1).value<Failure>();
    QCOMPARE(failure.code, QStringLiteral("invalid_argument"));
    QVERIFY(failure.message.contains(QStringLiteral("16 MiB")));
    QCOMPARE(askOnce(*host).text, QStringLiteral("one two three four five"));
  }

  void aSchemaReachesTheEngineAsItWasWritten() {
    StuckHost host;
    const QString schema = QStringLiteral(
        "{\"type\": \"object\",\n \"properties\": {\"zebra\": {\"type\": \"string\"},\r\n"
        "  \"ant\": {\"type\": \"integer\"}}}");
    const auto send = [&](const QString& text) {
      host.send(
          QStringLiteral("check_format"),
          {{QStringLiteral("format"), QJsonObject{{QStringLiteral("kind"), QStringLiteral("json_schema")},
                                                  {QStringLiteral("schema"), text}}}});
    };
    send(schema);
    QTRY_VERIFY(!host.lines.isEmpty());
    const QByteArray line = host.lines.front();
    QCOMPARE(line.count('\n'), 1);
    QVERIFY(line.endsWith('\n'));
    QVERIFY2(line.contains("\"schema\":{\"type\""), line.constData());
    QVERIFY2(line.indexOf("zebra") < line.indexOf("ant\""), line.constData());
    const QJsonObject format =
        QJsonDocument::fromJson(line).object().value(QLatin1String("format")).toObject();
    QCOMPARE(format.value(QLatin1String("schema")).toObject(),
             QJsonDocument::fromJson(schema.toUtf8()).object());
    // What is no JSON must not spoil the line.
    host.lines.clear();
    send(QStringLiteral("{\"type\": "));
    const QJsonObject broken = QJsonDocument::fromJson(host.lines.front()).object();
    QCOMPARE(broken.value(QLatin1String("format"))[QLatin1String("schema")].toString(),
             QStringLiteral("{\"type\": "));
    QVERIFY(gui::schemaProblem(QStringLiteral("{\n \"a\": 1,\n  b}"))
                .startsWith(QStringLiteral("Line 3, column")));
    QCOMPARE(gui::schemaProblem(schema), QString());
  }

  void aMissingProgramIsSaid() {
    gui::EngineProcess host(QStringLiteral("/no/such/program"), {});
    QCOMPARE(askOnce(host).code, QStringLiteral("engine_missing"));
    QCOMPARE(host.state(), JobHost::State::kStopped);
  }

  void anotherProtocolIsRefused() {
    const auto host = scriptedHost({QStringLiteral("protocol=2")});
    QCOMPARE(askOnce(*host).code, QStringLiteral("engine_version"));
    QCOMPARE(host->state(), JobHost::State::kStopped);
  }

  void aStoppedAnswerEndsWithItsText() {
    const auto host = scriptedHost({QStringLiteral("tokens=100000"), QStringLiteral("delay_ms=5")});
    gui::AskOptions options;
    options.sampling.maxTokens = 100000;
    options.messages = {{.fromUser = true, .text = QStringLiteral("x"), .images = {}}};
    QSignalSpy text(host.get(), &JobHost::tokens);
    QSignalSpy end(host.get(), &JobHost::finished);
    const JobHost::JobId job = host->ask(options);
    QTRY_VERIFY(!text.isEmpty());
    host->stop(job);
    QTRY_COMPARE(end.size(), 1);
    const QJsonObject answer = end.front().at(1).toJsonObject().value(QLatin1String("answer")).toObject();
    QCOMPARE(answer.value(QLatin1String("stop_reason")).toString(), QStringLiteral("stopped"));
  }

  void theModelIsLoadedAgainAfterACrash() {
    QTemporaryDir folder;
    const auto host = scriptedHost(
        {QStringLiteral("crash_at=1"), QStringLiteral("once=") + folder.filePath(QStringLiteral("once"))});
    ModelSession session(*host);
    gui::LoadOptions options;
    options.model = QStringLiteral("/models/some.gguf");
    session.open(options);
    QCOMPARE(session.name(), QStringLiteral("some.gguf"));
    QTRY_COMPARE(session.state(), ModelSession::State::kReady);
    QCOMPARE(session.name(), QStringLiteral("scripted"));
    QSignalSpy changes(&session, &ModelSession::changed);
    QCOMPARE(askOnce(*host).code, QStringLiteral("engine_crashed"));
    QTRY_COMPARE(changes.size(), 2);  // loading, ready
    QCOMPARE(session.state(), ModelSession::State::kReady);
  }

  void aModelThatFailsIsReported() {
    const auto host = scriptedHost({QStringLiteral("fail_load=bad_file")});
    ModelSession session(*host);
    gui::LoadOptions options;
    options.model = QStringLiteral("x");
    session.open(options);
    QTRY_COMPARE(session.state(), ModelSession::State::kFailed);
    QCOMPARE(session.failure().code, QStringLiteral("bad_file"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::JobHostTest)
#include "job_host_test.moc"
