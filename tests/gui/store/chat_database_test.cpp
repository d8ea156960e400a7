// SPDX-License-Identifier: Apache-2.0
#include "app/gui/store/chat_database.h"
#include "app/gui/store/chat_store.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

namespace lapilli::gui {
namespace {

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& content) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(content);
}

QVariant one(const QString& path, const QString& statement) {
  const ChatDatabase database(path, ChatDatabase::Access::ReadOnly);
  QSqlQuery query = database.run(statement);
  return query.next() ? query.value(0) : QVariant();
}

Error errorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::kInternal, "nothing was thrown");
}

const QList<Migration> kOne{{{"CREATE TABLE chat(id INTEGER PRIMARY KEY, title TEXT)"}}};
const QList<Migration> kTwo{kOne[0],
                            {{"ALTER TABLE chat ADD COLUMN colour TEXT", "UPDATE chat SET colour = 'red'"}}};
const QList<Migration> kBroken{kOne[0],
                               {{"ALTER TABLE chat ADD COLUMN colour TEXT", "UPDATE nothing SET x = 1"}}};

std::span<const Migration> span(const QList<Migration>& list) {
  return {list.constData(), static_cast<size_t>(list.size())};
}

}  // namespace

class ChatDatabaseTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_folder;
  QString m_path;

  QStringList filesLike(const QString& pattern) {
    return QDir(m_folder->path()).entryList({pattern}, QDir::Files);
  }
  void makeStoreWithOneChat() {
    const auto store = ChatStore::open(m_folder->path()).value();
    const ChatId chat = store->createChat({.title = "precious"}).value();
    for (int i = 0; i < 200; ++i) {
      QVERIFY(store->addMessage({.chat = chat, .text = QString("message %1 ").arg(i).repeated(20)}).ok());
    }
  }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path() + "/chats.sqlite";
  }

  void theConnectionIsAsPromised() {
    makeStoreWithOneChat();
    const ChatDatabase database(m_path, ChatDatabase::Access::ReadWrite);
    const auto pragma = [&](const char* name) {
      QSqlQuery query = database.run(QString("PRAGMA ") + name);
      query.next();
      return query.value(0).toString();
    };
    QCOMPARE(pragma("journal_mode"), QString("wal"));
    QCOMPARE(pragma("synchronous"), QString("1"));
    QCOMPARE(pragma("foreign_keys"), QString("1"));
    QCOMPARE(pragma("user_version"), QString::number(chatMigrations().size()));
  }

  void aMigrationKeepsTheRowsAndACopy() {
    prepareDatabase(m_path, span(kOne));
    {
      const ChatDatabase database(m_path, ChatDatabase::Access::ReadWrite);
      database.run("INSERT INTO chat(title) VALUES ('kept')");
    }
    QVERIFY(filesLike("*.version-*").isEmpty());
    prepareDatabase(m_path, span(kTwo));
    QCOMPARE(one(m_path, "SELECT title || colour FROM chat").toString(), QString("keptred"));
    QCOMPARE(one(m_path, "PRAGMA user_version").toInt(), 2);
    QCOMPARE(filesLike("*.version-*"), QStringList{"chats.sqlite.version-1"});
    QCOMPARE(one(m_path + ".version-1", "SELECT title FROM chat").toString(), QString("kept"));
    QCOMPARE(one(m_path + ".version-1", "PRAGMA user_version").toInt(), 1);
  }

  void aMigrationThatFailsLeavesEverythingAsItWas() {
    prepareDatabase(m_path, span(kOne));
    const Error error = errorOf([&] { prepareDatabase(m_path, span(kBroken)); });
    QCOMPARE(error.code(), ErrorCode::kIo);
    QCOMPARE(one(m_path, "PRAGMA user_version").toInt(), 1);
    QCOMPARE(one(m_path, "SELECT count(*) FROM pragma_table_info('chat')").toInt(), 2);
    prepareDatabase(m_path, span(kTwo));
    QCOMPARE(one(m_path, "PRAGMA user_version").toInt(), 2);
  }

  void aNewerDatabaseIsRefusedAndNotTouched() {
    makeStoreWithOneChat();
    {
      const ChatDatabase database(m_path, ChatDatabase::Access::ReadWrite);
      database.run("PRAGMA user_version = 99");
      database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    const QByteArray before = contentOf(m_path);
    const auto store = ChatStore::open(m_folder->path());
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code(), ErrorCode::kUnsupported);
    QVERIFY(QString::fromStdString(store.error().message()).contains("99"));
    QCOMPARE(contentOf(m_path), before);
  }

  void aDamagedDatabaseIsKeptAside_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no database") << QByteArray("this is a text file, not a database ").repeated(100);
    QTest::newRow("cut within the header")
        << QByteArray("SQLite format 3\0half a header", 29).leftJustified(600, '\0');
    QTest::newRow("another program's") << QByteArray();
    QTest::newRow("cut short") << QByteArray("cut");
  }
  void aDamagedDatabaseIsKeptAside() {
    QFETCH(QByteArray, content);
    if (content.isEmpty()) {
      const ChatDatabase foreign(m_path, ChatDatabase::Access::ReadWrite);
      foreign.run("CREATE TABLE bookmarks(url TEXT)");
    } else if (content == "cut") {
      makeStoreWithOneChat();
      content = contentOf(m_path).left(4096);
    }
    if (!content.isEmpty()) write(m_path, content);
    const QByteArray before = contentOf(m_path);
    const auto store = ChatStore::open(m_folder->path()).value();
    QVERIFY(store->notice().contains("damaged-"));
    QVERIFY(store->createChat({.title = "a new beginning"}).ok());
    QStringList aside = filesLike("*.damaged-*");
    aside.removeIf([](const QString& name) { return name.endsWith("-wal") || name.endsWith("-shm"); });
    QCOMPARE(aside.size(), 1);
    QCOMPARE(contentOf(m_folder->path() + "/" + aside[0]), before);
  }

  void whatCanBeReadOfADamagedDatabaseIsSaved_data() {
    QTest::addColumn<QString>("table");
    QTest::addColumn<bool>("last");
    QTest::addColumn<bool>("seenAtStart");
    QTest::newRow("messages long ago") << "message" << false << false;
    QTest::newRow("an answer being written") << "message" << true << true;
    QTest::newRow("the chats") << "chat" << false << true;
  }
  /// Five conversations of 60 messages; then one page of a table holds nothing but rubbish.
  void whatCanBeReadOfADamagedDatabaseIsSaved() {
    QFETCH(QString, table);
    QFETCH(bool, last);
    QFETCH(bool, seenAtStart);
    constexpr int kChats = 5, kEach = 60;
    {
      const auto store = ChatStore::open(m_folder->path()).value();
      QList<ChatId> chats;
      QList<MessageId> ends(kChats, 0);
      for (int i = 0; i < kChats; ++i) chats.append(store->createChat({.title = "talk"}).value());
      for (int i = 0; i < kChats * kEach; ++i) {
        const int at = i % kChats;
        const bool writing = i + 1 == kChats * kEach;
        ends[at] = store
                       ->addMessage({.chat = chats[at],
                                     .parent = ends[at],
                                     .text = QString("message %1 ").arg(i).repeated(30),
                                     .status = writing ? MessageStatus::Generating : MessageStatus::Done})
                       .value();
      }
    }
    int lost = 0;
    int page = 0;
    {
      const ChatDatabase database(m_path, ChatDatabase::Access::ReadWrite);
      database.run("PRAGMA wal_checkpoint(TRUNCATE)");
      QSqlQuery leaves = database.run(
          "SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", {table});
      QList<std::pair<int, int>> found;
      while (nextRow(leaves)) found.append({leaves.value(0).toInt(), leaves.value(1).toInt()});
      const auto chosen = found[last ? found.size() - 1 : found.size() / 2];
      page = chosen.first;
      lost = table == "message" ? chosen.second : 0;
    }
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(qint64{4096} * (page - 1)));
    file.write(QByteArray(4096, 'Z'));
    file.close();
    const QByteArray damaged = contentOf(m_path);

    if (!seenAtStart) {
      const auto store = ChatStore::open(m_folder->path()).value();
      QVERIFY(store->notice().isEmpty());
      QSignalSpy damage(store.get(), &ChatStore::damageFound);
      QVERIFY(damage.wait(30000));
    }
    const auto store = ChatStore::open(m_folder->path());
    QVERIFY2(store.ok(), store.ok() ? "" : store.error().what());
    const QString notice = (*store)->notice();
    QVERIFY2(notice.contains(QString("%1 chats with %2 messages").arg(kChats).arg(kChats * kEach - lost)),
             qPrintable(notice));
    int shown = 0;
    for (const Chat& chat : (*store)->chats().value()) {
      for (const Message& message : (*store)->activePath(chat.id).value()) {
        QVERIFY(message.text.startsWith("message "));
        ++shown;
      }
    }
    QCOMPARE(shown, kChats * kEach - lost);
    QStringList aside = filesLike("*.damaged-*");
    aside.removeIf([](const QString& name) { return name.endsWith("-wal") || name.endsWith("-shm"); });
    QCOMPARE(aside.size(), 1);
    if (seenAtStart) QCOMPARE(contentOf(m_folder->path() + "/" + aside[0]), damaged);
    QVERIFY(filesLike("*.saved*").isEmpty());
  }

  /// The program ended between putting the damaged file aside and putting the saved one into its place.
  void aRescueThatWasCutOffIsFinished() {
    makeStoreWithOneChat();
    {
      const ChatDatabase database(m_path, ChatDatabase::Access::ReadWrite);
      database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    QVERIFY(QFile::rename(m_path, m_path + ".saved"));
    QCOMPARE(ChatStore::open(m_folder->path()).value()->chats().value().size(), 1);
  }

  void draftsOfAnOlderFormAreKept() {
    prepareDatabase(m_path, chatMigrations().first(1));
    {
      const ChatDatabase database(m_path, ChatDatabase::Access::ReadWrite);
      database.run(
          "INSERT INTO chat(title, created, updated, model, settings_json, draft) VALUES ('a', 1, 1, '', "
          "'{}', 'typed long ago')");
    }
    const auto store = ChatStore::open(m_folder->path()).value();
    QCOMPARE(store->draft(1).value().text, QString("typed long ago"));
    QCOMPARE(store->chats().value()[0].draft, QString("typed long ago"));
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::ChatDatabaseTest)
#include "chat_database_test.moc"
