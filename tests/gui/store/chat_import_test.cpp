// SPDX-License-Identifier: Apache-2.0
// Chats that come back from a file: whole, or not at all.
#include "tests/gui/store/chat_export_fixture.h"

#include <QDir>
#include <QGuiApplication>
#include <QRegularExpression>

namespace lapilli::gui {

class ChatImportTest : public QObject, ChatExportFixture {
  Q_OBJECT

 private slots:
  void init() { makeChats(); }
  void cleanup() { end(); }

  void aBadImportAddsNothing_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("place");
    QTest::newRow("not JSON") << "{\"format\""
                              << "{format"
                              << "byte";
    QTest::newRow("another format") << "lapilli-chats"
                                    << "other"
                                    << "format";
    QTest::newRow("newer") << "\"version\": 1"
                           << "\"version\": 2"
                           << "version";
    QTest::newRow("role") << "\"assistant\""
                          << "\"king\""
                          << "messages[1].role";
    QTest::newRow("status") << "\"stopped\""
                            << "\"dead\""
                            << "messages[5].status";
    QTest::newRow("parent") << "\"parent\":1,"
                            << "\"parent\":400,"
                            << "messages[1].parent";
    QTest::newRow("time") << "T"
                          << "X"
                          << "created";
    QTest::newRow("orientation") << "\"orientation\":1"
                                 << "\"orientation\":9"
                                 << "attachments[0].orientation";
    QTest::newRow("text") << "\"text\":\"cut off here\""
                          << "\"text\":7"
                          << "messages[5].text";
    QTest::newRow("hash") << "\"sha256\":\""
                          << "\"sha256\":\"../../"
                          << "attachments[0].sha256";
    QTest::newRow("settings") << "\"settings\":{}"
                              << "\"settings\":[]"
                              << "settings";
  }
  void aBadImportAddsNothing() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, place);
    exported(ExportFormat::Json, out("all.json"), {m_chat});
    QString text = QString::fromUtf8(contentOf(out("all.json")));
    QVERIFY(text.contains(from));
    text.replace(from, to);
    writeFile(out("all.json"), text.toUtf8());
    const qsizetype before = m_store->chats().value().size();
    const auto imported = importChats(storeFolder(), out("all.json"));
    QVERIFY(!imported.ok());
    QVERIFY2(QString::fromStdString(imported.error().place()).contains(place), imported.error().what());
    QCOMPARE(m_store->chats().value().size(), before);
  }

  void anImportOpensNothingOutsideItsFolder_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("above") << "../secret.png";
    QTest::newRow("absolute") << "ABSOLUTE";
    QTest::newRow("by a link") << "link.png";
  }
  void anImportOpensNothingOutsideItsFolder() {
    QFETCH(QString, name);
    const QByteArray secret = picture(0xff123456);
    writeFile(out("secret.png"), secret);
    QVERIFY(QDir().mkpath(out("in")));
    QVERIFY(QFile::link(out("secret.png"), out("in/link.png")));
    exported(ExportFormat::Json, out("in/all.json"), {m_chat});
    QString text = QString::fromUtf8(contentOf(out("in/all.json")));
    const QString hash = m_store->activePath(m_chat).value()[0].attachments[0].sha256;
    text.replace(hash, ObjectStore::hashOf(secret));
    text.replace(QRegularExpression("\"file\":\"[^\"]*red[^\"]*\""),
                 "\"file\":\"" + (name == "ABSOLUTE" ? out("secret.png") : name) + "\"");
    writeFile(out("in/all.json"), text.toUtf8());
    const ImportReport report = importChats(storeFolder(), out("in/all.json")).value();
    QCOMPARE(report.missingPictures, 1);
    QVERIFY(!m_store->objects().contains(ObjectStore::hashOf(secret)));
  }

  void hostileBytesAreRefusedQuickly() {
    writeFile(out("deep.json"), QByteArray(200000, '['));
    QCOMPARE(importChats(storeFolder(), out("deep.json")).error().code(), ErrorCode::kBadFile);
    writeFile(out("empty.json"), "");
    QCOMPARE(importChats(storeFolder(), out("empty.json")).error().code(), ErrorCode::kBadFile);
    QCOMPARE(importChats(storeFolder(), out("absent.json")).error().code(), ErrorCode::kNotFound);
    exported(ExportFormat::Json, out("all.json"), {});
    const QByteArray good = contentOf(out("all.json"));
    for (qsizetype cut = 0; cut < good.size(); cut += 97) {
      writeFile(out("cut.json"), good.left(cut));
      QVERIFY(!importChats(storeFolder(), out("cut.json")).ok());
    }
    QCOMPARE(m_store->chats().value().size(), 2);
  }

  void aStoppedImportIsTakenBack() {
    exported(ExportFormat::Json, out("all.json"), {});
    const auto stopped = importChats(storeFolder(), out("all.json"), [](int done, int) { return done < 1; });
    QCOMPARE(stopped.error().code(), ErrorCode::kStopped);
    QCOMPARE(m_store->chats().value().size(), 2);
  }

  /// While a long conversation comes in, the window's own writes get their turn.
  void aLongImportStopsNobody() {
    MessageId parent = 0;
    for (int i = 0; i < 1500; ++i)
      parent = add(parent, MessageRole::User, QString("words %1 ").arg(i).repeated(40));
    exported(ExportFormat::Json, out("long.json"), {m_chat});
    const auto future = importInBackground(storeFolder(), out("long.json"));
    int written = 0;
    while (!future.isFinished()) {
      QVERIFY(m_store->changeChat(m_chat, {.title = QString("title %1").arg(written)}).ok());
      ++written;
      QTest::qWait(1);
    }
    const ImportReport report = future.result().value();
    QVERIFY2(written >= 10, qPrintable(QString::number(written)));
    QCOMPARE(m_store->allMessages(report.chats[0]).value().size(), 1500 + 6);
  }
};

}  // namespace lapilli::gui

QTEST_MAIN(lapilli::gui::ChatImportTest)
#include "chat_import_test.moc"
