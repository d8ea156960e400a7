// SPDX-License-Identifier: Apache-2.0
// kill -9 of the window, or of the engine, while answers are written: the chats open every time, and at most
// a second of text is lost. LAPILLI_KILLS: how often; 8 where it is not set.
#include "app/gui/application.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QDateTime>
#include <QProcess>
#include <QRandomGenerator>

#include <csignal>

namespace lapilli::test {
namespace {

constexpr qint64 kMostLostMs = 1000;

/// How many tokens the engine had written a second before `end`.
qsizetype emittedUntil(const QString& file, qint64 end) {
  QFile emitted(file);
  if (!emitted.open(QIODevice::ReadOnly)) return 0;
  qsizetype count = 0;
  for (const QByteArray& line : emitted.readAll().split('\n')) {
    const QList<QByteArray> parts = line.split(' ');
    if (parts.size() == 2 && parts[1].toLongLong() <= end)
      count = qMax<qsizetype>(count, parts[0].toLongLong());
  }
  return count;
}

int killsWanted() {
  const int wanted = qEnvironmentVariableIntValue("LAPILLI_KILLS");
  return wanted > 0 ? wanted : 8;
}

qsizetype wordsIn(const QString& text) {
  return text.isEmpty() ? 0 : text.count(QLatin1Char(' ')) + 1;
}

}  // namespace

class KillTest : public QObject {
  Q_OBJECT

 private slots:
  void nothingIsLostBeyondASecond() {
    const int kills = killsWanted();
    QTemporaryDir folder;
    qsizetype answers = 0;
    qsizetype mostMissing = 0;
    for (int round = 0; round < kills; ++round) {
      const QString emitted = folder.filePath(QStringLiteral("emitted-%1").arg(round));
      QProcess window;
      window.setProcessChannelMode(QProcess::ForwardedErrorChannel);
      window.start(QStringLiteral(LAPILLI_KILL_WINDOW), {folder.path(), emitted});
      QVERIFY(window.waitForStarted());
      QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(emitted).size() > 0, 60000);
      QTest::qWait(QRandomGenerator::global()->bounded(1500));  // the moment is what is tried
      window.kill();
      QVERIFY(window.waitForFinished(20000));
      QCOMPARE(window.exitStatus(), QProcess::CrashExit);
      const qint64 killed = QDateTime::currentMSecsSinceEpoch();

      auto store = gui::ChatStore::open(folder.filePath(QStringLiteral("data/chats")));
      QVERIFY2(store.ok(), store.ok() ? "" : store.error().what());
      QVERIFY2((*store)->notice().isEmpty(), qPrintable((*store)->notice()));
      const auto chats = (*store)->chats();
      QVERIFY(chats.ok());
      QCOMPARE(chats->size(), ++answers);
      const auto path = (*store)->activePath(chats->front().id);
      QVERIFY(path.ok());
      QCOMPARE(path->size(), 2);
      QCOMPARE(path->back().status, gui::MessageStatus::Interrupted);
      const qsizetype words = wordsIn(path->back().text);
      const qsizetype wanted = emittedUntil(emitted, killed - kMostLostMs);
      mostMissing = qMax(mostMissing, emittedUntil(emitted, killed) - words);
      QVERIFY2(words >= wanted, qPrintable(QStringLiteral("round %1: %2 words kept, %3 were a second old")
                                               .arg(round)
                                               .arg(words)
                                               .arg(wanted)));
    }
    qInfo("%d kills: at most %lld tokens, of one in about 4 ms, were lost", kills,
          static_cast<long long>(mostMissing));
  }

  void theWindowOutlivesItsEngineAndKeepsWhatItWrote() {
    QTemporaryDir folder;
    const QString emitted = folder.filePath(QStringLiteral("emitted"));
    auto host = scriptedHost({QStringLiteral("tokens=100000"), QStringLiteral("delay_ms=4"),
                              QStringLiteral("emitted=") + emitted});
    const gui::EngineProcess* engine = host.get();
    const auto desktop = gui::Desktop::open(gui::Folders::below(folder.path()), std::move(host));
    QVERIFY2(desktop.ok(), desktop.ok() ? "" : desktop.error().what());
    (*desktop)->session().open({.model = QStringLiteral("scripted")});
    (*desktop)->window().show();
    gui::ChatController& chats = (*desktop)->chat().controller();
    const int kills = killsWanted();
    for (int round = 0; round < kills; ++round) {
      QFile::remove(emitted);
      chats.openChat(0);
      QVERIFY(chats.send(QStringLiteral("Go on and on"), {}, {.sampling = {.maxTokens = 100000}}));
      QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(emitted).size() > 0, 60000);
      QTest::qWait(QRandomGenerator::global()->bounded(1500));  // the moment is what is tried
      QVERIFY(engine->processId() != 0);
      QCOMPARE(::kill(static_cast<pid_t>(engine->processId()), SIGKILL), 0);
      const qint64 killed = QDateTime::currentMSecsSinceEpoch();
      QTRY_COMPARE_WITH_TIMEOUT(chats.path().back().status, gui::MessageStatus::Failed, 20000);
      const qsizetype words = wordsIn((*desktop)->store().message(chats.path().back().id)->text);
      const qsizetype wanted = emittedUntil(emitted, killed - kMostLostMs);
      QVERIFY2(words >= wanted, qPrintable(QStringLiteral("round %1: %2 words kept, %3 were a second old")
                                               .arg(round)
                                               .arg(words)
                                               .arg(wanted)));
    }
    QCOMPARE((*desktop)->store().chats().value().size(), qsizetype{kills});
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::KillTest)
#include "kill_test.moc"
