// SPDX-License-Identifier: Apache-2.0
#include "app/gui/error_text.h"
#include "app/gui/model_session.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>

namespace lapilli::test {

using gui::Failure;
using gui::JobHost;
using gui::ModelSession;

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
