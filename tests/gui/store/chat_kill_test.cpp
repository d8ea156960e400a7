// SPDX-License-Identifier: Apache-2.0
// A process that streams answers into the store is killed at random moments: the database opens every time
// and at most a second of text is lost. LAPILLI_KILLS sets how often (the bar: 200).
#include "app/gui/store/chat_store.h"
#include "app/gui/store/tidy_chats.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

namespace lapilli::gui {
namespace {

/// What the writer told of one message.
struct Told {
  QList<qint64> wordTimes;  // when word i was given to the store
  bool ended = false;
};

struct Life {
  QHash<MessageId, Told> messages;
  qint64 killedAt = 0;
  bool opened = false;
};

QStringList wordsUpTo(int count) {
  QStringList words;
  for (int i = 0; i < count; ++i) words.append(QString::number(i));
  return words;
}

}  // namespace

class ChatKillTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;
  qint64 m_mostLostMs = 0;
  int m_partial = 0;

  Life liveAndDie(int milliseconds) {
    QProcess process;
    process.start(LAPILLI_KILL_WRITER, {m_folder.path()});
    Life life;
    if (!process.waitForStarted() || !process.waitForReadyRead(60000)) {
      process.kill();
      process.waitForFinished();
      qWarning() << "the writer:" << process.error() << process.exitCode() << process.readAllStandardError();
      return life;
    }
    life.opened = true;
    QTest::qSleep(milliseconds);
    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
    life.killedAt = QDateTime::currentMSecsSinceEpoch();
    process.waitForFinished(-1);
    for (const QByteArray& line : process.readAllStandardOutput().split('\n')) {
      const QList<QByteArray> fields = line.split(' ');
      if (fields.size() != 4) continue;
      Told& told = life.messages[fields[1].toLongLong()];
      if (fields[0] == "word") told.wordTimes.append(fields[3].toLongLong());
      if (fields[0] == "end") told.ended = true;
    }
    life.messages.remove(0);
    return life;
  }

  void checkMessage(const ChatStore& store, MessageId id, const Told& told, qint64 killedAt) {
    const auto message = store.message(id);
    QVERIFY2(message.ok(), "a row was told of and is not there");
    QStringList words = message->text.split(' ');
    QVERIFY(words.takeLast().isEmpty());  // whole words, each with its space
    QCOMPARE(words, wordsUpTo(static_cast<int>(words.size())));
    if (told.ended) {
      QCOMPARE(words.size(), told.wordTimes.size());
      QCOMPARE(message->status, MessageStatus::Done);
      return;
    }
    if (message->status == MessageStatus::Done)
      return;  // it ended, but the process died before it could say so
    QCOMPARE(message->status, MessageStatus::Interrupted);
    ++m_partial;
    if (words.size() >= told.wordTimes.size()) return;
    // The oldest word that is lost was given to the store at most a second before the end.
    m_mostLostMs = std::max(m_mostLostMs, killedAt - told.wordTimes[words.size()]);
  }

 private slots:
  void atMostASecondOfTextIsLost() {
    const int wanted = qEnvironmentVariableIntValue("LAPILLI_KILLS");
    const int kills = wanted > 0 ? wanted : 10;
    QRandomGenerator random(QRandomGenerator::securelySeeded());
    int rows = 0;
    for (int i = 0; i < kills; ++i) {
      const Life life = liveAndDie(random.bounded(1500));
      QVERIFY2(life.opened, "the writer did not open the store");
      const auto store = ChatStore::open(m_folder.path());
      QVERIFY2(store.ok(), store.ok() ? "" : store.error().what());
      QVERIFY2((*store)->notice().isEmpty(), qPrintable((*store)->notice()));
      for (auto told = life.messages.cbegin(); told != life.messages.cend(); ++told) {
        checkMessage(**store, told.key(), told.value(), life.killedAt);
        if (QTest::currentTestFailed()) return;
        ++rows;
      }
      if (i % 20 == 19 || i + 1 == kills) QCOMPARE(tidyChats(m_folder.path()).damage, QString());
    }
    QTextStream(stdout) << kills << " kills, " << rows << " answers, " << m_partial
                        << " of them half written, at most " << m_mostLostMs << " ms of text lost"
                        << Qt::endl;
    QVERIFY(m_partial > 0);
    QVERIFY2(m_mostLostMs <= 1000, qPrintable(QString::number(m_mostLostMs)));
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::ChatKillTest)
#include "chat_kill_test.moc"
