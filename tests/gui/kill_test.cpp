// SPDX-License-Identifier: Apache-2.0
// kill -9 of the window while answers are written: the chats open every time, and at most a second of text is
// lost. LAPILLI_KILLS: how often; 8 where it is not set.
#include "app/gui/store/chat_store.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QDateTime>
#include <QProcess>
#include <QRandomGenerator>

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

}  // namespace

class KillTest : public QObject {
  Q_OBJECT

 private slots:
  void nothingIsLostBeyondASecond() {
    const int kills = qMax(1, qEnvironmentVariableIntValue("LAPILLI_KILLS") == 0
                                  ? 8
                                  : qEnvironmentVariableIntValue("LAPILLI_KILLS"));
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
      const QString text = path->back().text;
      const qsizetype words = text.isEmpty() ? 0 : text.count(QLatin1Char(' ')) + 1;
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
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::KillTest)
#include "kill_test.moc"
