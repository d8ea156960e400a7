// SPDX-License-Identifier: Apache-2.0
#include "app/gui/store/chat_store.h"
#include "app/gui/store/tidy_chats.h"
#include "tests/gui/full_disk.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

namespace lapilli::gui {
namespace {

QByteArray onePixel() {
  return QByteArray::fromBase64(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
}

QStringList textsOf(const QList<Message>& messages) {
  QStringList texts;
  for (const Message& message : messages) texts.append(message.text);
  return texts;
}

}  // namespace

class ChatStoreTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<ChatStore> m_store;

  void reopen() {
    m_store.reset();
    m_store = ChatStore::open(m_folder->path()).value();
  }
  ChatId newChat(const QString& title = QStringLiteral("chat")) {
    return m_store->createChat({.title = title}).value();
  }
  MessageId add(ChatId chat, MessageId parent, MessageRole role, const QString& text,
                MessageStatus status = MessageStatus::Done) {
    return m_store->addMessage({.chat = chat, .parent = parent, .role = role, .text = text, .status = status})
        .value();
  }
  QStringList path(ChatId chat) { return textsOf(m_store->activePath(chat).value()); }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = ChatStore::open(m_folder->path()).value();
  }
  void cleanup() {
    m_store.reset();
    m_folder.reset();
  }

  void everythingOfAMessageComesBack() {
    const Attachment picture = m_store->objects().addPicture(onePixel(), "/some/where/pixel.png").value();
    QCOMPARE(picture.name, QString("pixel.png"));
    QCOMPARE(picture.mime, QString("image/png"));
    QCOMPARE(picture.sizeBytes, onePixel().size());
    const ChatId chat =
        m_store->createChat({.title = "Ein Titel 標題", .model = "demo", .settings = {{"preset", "exact"}}})
            .value();
    const MessageId question = m_store
                                   ->addMessage({.chat = chat,
                                                 .text = "Was ist das?\n\"quoted\" '; DROP TABLE chat; --",
                                                 .attachments = {picture, picture}})
                                   .value();
    const MessageId answer =
        m_store
            ->addMessage({.chat = chat,
                          .parent = question,
                          .role = MessageRole::Assistant,
                          .status = MessageStatus::Generating,
                          .params = {{"seed", "18446744073709551615"}, {"temperature", 0.2}},
                          .format = {{"kind", "words"}, {"count", 2}}})
            .value();
    m_store->appendText(answer, "橙色");
    m_store->appendText(answer, "的猫 🐈");
    QVERIFY(m_store->finishMessage(answer, {.stats = {{"tokens", 4}}}).ok());
    const QList<Message> before = m_store->activePath(chat).value();
    const Chat chatBefore = m_store->chat(chat).value();
    reopen();
    const QList<Message> after = m_store->activePath(chat).value();
    QCOMPARE(after, before);
    QCOMPARE(m_store->chat(chat).value(), chatBefore);
    QCOMPARE(chatBefore.title, QString("Ein Titel 標題"));
    QCOMPARE(chatBefore.settings["preset"].toString(), QString("exact"));
    QCOMPARE(after.size(), 2);
    QCOMPARE(after[0].attachments, (QList<Attachment>{picture, picture}));
    QCOMPARE(after[0].text, QString("Was ist das?\n\"quoted\" '; DROP TABLE chat; --"));
    QCOMPARE(after[1].text, QString("橙色的猫 🐈"));
    QCOMPARE(after[1].status, MessageStatus::Done);
    QCOMPARE(after[1].params["seed"].toString(), QString("18446744073709551615"));
    QCOMPARE(after[1].format["count"].toInt(), 2);
    QCOMPARE(after[1].stats["tokens"].toInt(), 4);
    QCOMPARE(m_store->objects().read(picture.sha256).value(), onePixel());
  }

  void branchesAreRememberedAllTheWayDown() {
    const ChatId chat = newChat();
    const MessageId q1 = add(chat, 0, MessageRole::User, "q1");
    const MessageId a1 = add(chat, q1, MessageRole::Assistant, "a1");
    const MessageId q2 = add(chat, a1, MessageRole::User, "q2");
    add(chat, q2, MessageRole::Assistant, "a2");
    const MessageId a2b = add(chat, q2, MessageRole::Assistant, "a2b");
    QCOMPARE(path(chat), (QStringList{"q1", "a1", "q2", "a2b"}));

    const MessageId q1b = add(chat, 0, MessageRole::User, "q1b");  // the first question, edited
    add(chat, q1b, MessageRole::Assistant, "a1b");
    QCOMPARE(path(chat), (QStringList{"q1b", "a1b"}));
    QCOMPARE(m_store->siblings(q1b).value(), (QList<MessageId>{q1, q1b}));

    QVERIFY(m_store->activate(q1).ok());
    QCOMPARE(path(chat), (QStringList{"q1", "a1", "q2", "a2b"}));
    const QList<Message> shown = m_store->activePath(chat).value();
    QCOMPARE(shown[0].siblingIndex, 0);
    QCOMPARE(shown[0].siblingCount, 2);
    QCOMPARE(shown[3].siblingIndex, 1);
    QCOMPARE(shown[3].siblingCount, 2);
    QCOMPARE(shown[1].siblingCount, 1);

    QVERIFY(m_store->activate(m_store->siblings(a2b).value().first()).ok());
    QVERIFY(m_store->activate(q1b).ok());
    reopen();
    QCOMPARE(path(chat), (QStringList{"q1b", "a1b"}));
    QVERIFY(m_store->activate(a2b).ok());  // deep in the other branch: all above it follows
    QCOMPARE(path(chat), (QStringList{"q1", "a1", "q2", "a2b"}));
    QCOMPARE(m_store->allMessages(chat).value().size(), 7);
  }

  void aParentOfAnotherChatIsRefused() {
    const MessageId other = add(newChat(), 0, MessageRole::User, "x");
    const ChatId chat = newChat();
    const auto refused = m_store->addMessage({.chat = chat, .parent = other});
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code(), ErrorCode::kInvalidArgument);
    QVERIFY(!m_store->addMessage({.chat = 999}).ok());
    QVERIFY(!m_store->finishMessage(999, {}).ok());
    QVERIFY(m_store->activePath(chat).value().isEmpty());
  }

  void appendedTextIsWrittenInTime() {
    const ChatId chat = newChat();
    const MessageId answer = add(chat, 0, MessageRole::Assistant, "", MessageStatus::Generating);
    const ChatDatabase other(m_store->databasePath(), ChatDatabase::Access::ReadOnly);
    const auto stored = [&] {
      QSqlQuery query = other.run("SELECT text FROM message WHERE id = ?", {answer});
      query.next();
      return query.value(0).toString();
    };
    QElapsedTimer clock;
    clock.start();
    m_store->appendText(answer, "first");
    QCOMPARE(stored(), QString());
    QCOMPARE(m_store->message(answer).value().text, QString("first"));
    // Pieces that keep coming must not put the write off.
    QString all = "first";
    while (stored().isEmpty() && clock.elapsed() < 5000) {
      QTest::qWait(20);
      m_store->appendText(answer, ".");
      all += '.';
    }
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(stored().startsWith("first"));
    QCOMPARE(m_store->message(answer).value().text, all);
    QVERIFY(m_store->flush().ok());
    QCOMPARE(stored(), all);
  }

  void whatWasBeingWrittenIsInterruptedAtTheNextStart() {
    const ChatId chat = newChat();
    const MessageId answer = add(chat, 0, MessageRole::Assistant, "", MessageStatus::Generating);
    m_store->appendText(answer, "half an ans");
    reopen();
    const Message found = m_store->message(answer).value();
    QCOMPARE(found.status, MessageStatus::Interrupted);
    QCOMPARE(found.text, QString("half an ans"));
    QVERIFY(m_store->resumeMessage(answer).ok());
    m_store->appendText(answer, "wer");
    QVERIFY(m_store->finishMessage(answer, {.status = MessageStatus::Done}).ok());
    QCOMPARE(m_store->message(answer).value().text, QString("half an answer"));
  }

  void chatsAreListedPinnedFirstThenNewestFirst() {
    const ChatId a = newChat("a"), b = newChat("b"), c = newChat("c");
    QSignalSpy changed(m_store.get(), &ChatStore::chatChanged);
    QVERIFY(m_store->changeChat(a, {.pinned = true}).ok());
    QTest::qWait(2);
    add(b, 0, MessageRole::User, "now b is newer");
    QCOMPARE(changed.count(), 2);
    const auto ids = [&](int limit, int offset) {
      QList<ChatId> result;
      for (const Chat& chat : m_store->chats(limit, offset).value()) result.append(chat.id);
      return result;
    };
    QCOMPARE(ids(-1, 0), (QList<ChatId>{a, b, c}));
    QCOMPARE(ids(1, 1), (QList<ChatId>{b}));
    QVERIFY(m_store->changeChat(c, {.title = "renamed", .model = "m.gguf"}).ok());
    QVERIFY(m_store->saveDraft(c, {.text = "unsent"}).ok());
    const Chat chat = m_store->chat(c).value();
    QCOMPARE(chat.title, QString("renamed"));
    QCOMPARE(chat.model, QString("m.gguf"));
    QCOMPARE(chat.draft, QString("unsent"));
    QCOMPARE(chat.pinned, false);
  }

  void deletedChatsComeBackUntilTheyArePurged() {
    const ChatId a = newChat("a"), b = newChat("b");
    add(a, 0, MessageRole::User, "text");
    QVERIFY(m_store->saveDraft(a, {.text = "half a thought"}).ok());
    QVERIFY(m_store->deleteChats({a, b}).ok());
    QCOMPARE(m_store->chats().value().size(), 0);
    QVERIFY(!m_store->chat(a).ok());
    QVERIFY(m_store->restoreChats({a}).ok());
    QCOMPARE(path(a), QStringList{"text"});
    reopen();  // b was deleted a moment ago and can still come back
    QVERIFY(m_store->restoreChats({b}).ok());
    QCOMPARE(m_store->chats().value().size(), 2);
    QVERIFY(m_store->deleteChats({a}).ok());
    QVERIFY(m_store->purgeDeleted(QDateTime::currentDateTimeUtc().addSecs(60)).ok());
    QVERIFY(m_store->restoreChats({a}).ok());
    QVERIFY(!m_store->chat(a).ok());
    QVERIFY(m_store->chat(b).ok());
    const ChatDatabase other(m_store->databasePath(), ChatDatabase::Access::ReadOnly);
    for (const char* table : {"message", "search_text WHERE message_id IS NOT NULL", "draft"}) {
      QSqlQuery query = other.run(QString("SELECT count(*) FROM ") + table);
      query.next();
      QCOMPARE(query.value(0).toInt(), 0);
    }
  }

  void draftsKeepWordsAndPictures() {
    const Attachment picture = m_store->objects().addPicture(onePixel(), "pixel.png").value();
    const ChatId chat = newChat();
    const Draft ofNew{
        .text = "not asked yet", .pictures = {picture}, .settings = {{QStringLiteral("temperature"), 0.5}}};
    QVERIFY(m_store->saveDraft(0, ofNew).ok());
    QVERIFY(m_store->saveDraft(chat, {.text = "another"}).ok());
    reopen();
    QVERIFY(m_store->draft(0).value() == ofNew);
    QCOMPARE(m_store->chat(chat).value().draft, QString("another"));
    // Its picture is in use.
    m_store.reset();
    QFile file(ObjectStore(m_folder->path() + "/objects").path(picture.sha256));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTimeUtc().addDays(-3), QFileDevice::FileModificationTime));
    file.close();
    QCOMPARE(tidyChats(m_folder->path()).removedPictures, 0);
    m_store = ChatStore::open(m_folder->path()).value();
    QVERIFY(m_store->saveDraft(0, {}).ok());
    QVERIFY(m_store->draft(0).value().isEmpty());
    QCOMPARE(tidyChats(m_folder->path()).removedPictures, 1);
  }

  void aQuestionInOtherWordsIsKeptUntilItIsAsked() {
    const ChatId chat = newChat();
    const MessageId question = add(chat, 0, MessageRole::User, QStringLiteral("As it was"));
    const MessageId other = add(newChat(), 0, MessageRole::User, QStringLiteral("Elsewhere"));
    QVERIFY(m_store->saveEdit(question, QStringLiteral("As it sh")).ok());
    QVERIFY(m_store->saveEdit(question, QStringLiteral("As it shall be")).ok());
    QVERIFY(m_store->saveEdit(other, QString()).ok());
    QVERIFY(!m_store->saveEdit(other + 100, QStringLiteral("of no question")).ok());
    reopen();
    const QHash<MessageId, QString> kept{{question, QStringLiteral("As it shall be")}};
    QCOMPARE(m_store->edits(chat).value(), kept);
    QVERIFY(m_store->saveEdit(question, std::nullopt).ok());
    QVERIFY(m_store->edits(chat).value().isEmpty());
    QCOMPARE(m_store->message(question).value().text, QStringLiteral("As it was"));
  }

  void anEndThatTheDiskDoesNotTakeIsKeptAndWrittenLater() {
    const ChatId chat = newChat();
    const MessageId id = add(chat, 0, MessageRole::Assistant, {}, MessageStatus::Generating);
    QSignalSpy failed(m_store.get(), &ChatStore::writeFailed);
    {
      const test::FullDisk full;
      m_store->appendText(id, "all of");
      const auto ended = m_store->finishMessage(id, {.status = MessageStatus::Done, .text = "all of it"});
      QVERIFY(!ended.ok());
      QCOMPARE(ended.error().code(), ErrorCode::kIo);
      QCOMPARE(failed.count(), 1);
      const Message message = m_store->message(id).value();
      QCOMPARE(message.status, MessageStatus::Done);
      QCOMPARE(message.text, QString("all of it"));
    }
    const ChatDatabase other(m_store->databasePath(), ChatDatabase::Access::ReadOnly);
    const auto stored = [&] {
      QSqlQuery query = other.run("SELECT status || ' ' || text FROM message");
      return nextRow(query) ? query.value(0).toString() : QString();
    };
    QCOMPARE(stored(), QString("generating "));
    QTRY_COMPARE_WITH_TIMEOUT(stored(), QString("done all of it"), 20000);
    QCOMPARE(m_store->finishMessage(4711, {}).error().code(), ErrorCode::kInvalidArgument);
  }

  void picturesAreKeptOnceAndCheckedAndCleared() {
    const ObjectStore& objects = m_store->objects();
    const QString hash = objects.add(onePixel()).value();
    QCOMPARE(objects.add(onePixel()).value(), hash);
    QCOMPARE(hash, QString("6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0"));  // sha256sum
    const QString other = objects.add("something else").value();
    QVERIFY(QFile::exists(m_folder->path() + "/objects/" + hash.left(2) + "/" + hash.mid(2)));
    QCOMPARE(objects.removeOthers({hash}, QDateTime::currentDateTimeUtc().addSecs(-60)), 0);
    QCOMPARE(objects.removeOthers({hash}, QDateTime::currentDateTimeUtc().addSecs(60)), 1);
    QVERIFY(!objects.contains(other));
    QCOMPARE(objects.read(other).error().code(), ErrorCode::kNotFound);
    QFile file(objects.path(hash));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write("X");
    file.close();
    QCOMPARE(objects.read(hash).error().code(), ErrorCode::kBadFile);
  }

  void aLockThatNamesNobodyIsNoObstacle() {
    m_store.reset();
    QFile lock(m_folder->path() + "/chats.lock");
    QVERIFY(lock.open(QIODevice::WriteOnly));
    lock.close();
    QVERIFY(ChatStore::open(m_folder->path()).ok());
  }

  void aSecondProcessIsToldWhoHasTheChats() {
    const auto second = ChatStore::open(m_folder->path());
    QVERIFY(!second.ok());
    QCOMPARE(second.error().code(), ErrorCode::kIo);
    QVERIFY(QString::fromStdString(second.error().message())
                .contains(QString::number(QCoreApplication::applicationPid())));
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::ChatStoreTest)
#include "chat_store_test.moc"
